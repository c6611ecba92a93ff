"""The one way out: inside addresses are refused however they are spelt, and slowness ends."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.target import Target, open_target
from typecase.errors import BadRequest, Unavailable
from typecase.runtime import outbound


@pytest.fixture
def target() -> Iterator[Target]:
    with open_target() as opened:
        yield opened


def reached(target: Target) -> frozenset[str]:
    return frozenset((target.host,))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "0177.0.0.1", "2130706433", "0x7f.1", "localhost", "localhost.",
     "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]",
     "[2002:7f00:1::]", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "[fe80::1]", "[fc00::1]", "224.0.0.1"],
)  # fmt: skip
def test_addresses_inside_are_not_called(host: str) -> None:
    with pytest.raises((BadRequest, Unavailable)) as refused:
        outbound.call("POST", f"http://{host}/", b"", seconds=1)
    assert isinstance(refused.value, BadRequest) or "127" not in host


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/", "file:///etc/passwd", "gopher://x/", "//example.com", "example.com",
     "http://", "http://user:pass@example.com/", "http://example.com:22/", "http://example.com:x/",
     "http://exa mple.com/", "http://example.com/\r\nX: y", "https://[::1"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_before_anything_is_asked(url: str) -> None:
    with pytest.raises(BadRequest):
        outbound.require_address(url)


def test_what_was_allowed_at_set_up_is_called(target: Target) -> None:
    with pytest.raises(BadRequest):
        outbound.call("POST", target.url, b"x")
    assert target.seen == []
    reply = outbound.call("POST", target.url, b"x", allowed=reached(target))
    assert (reply.status, reply.body) == (200, b"ok")


def test_a_name_is_resolved_once_and_every_address_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def answers(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        found = ["93.184.215.14", "10.0.0.1"] if len(asked) == 1 else ["127.0.0.1"]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    with pytest.raises(BadRequest, match="inside"):
        outbound.call("POST", "https://rebinding.example/", b"")
    assert asked == ["rebinding.example"]


def test_a_redirect_is_not_followed(target: Target) -> None:
    target.answer = 302
    assert outbound.call("POST", target.url, b"", allowed=reached(target)).status == 302
    assert len(target.seen) == 1


@pytest.mark.parametrize("answer", ["hang", "drip"])
def test_whoever_hangs_or_drips_is_let_go(target: Target, answer: str) -> None:
    target.answer = answer
    began = time.monotonic()
    with pytest.raises(Unavailable):
        outbound.call("POST", target.url, b"", allowed=reached(target), seconds=0.4)
    assert time.monotonic() - began < 3


def test_an_answer_without_end_is_cut(target: Target) -> None:
    with pytest.raises(Unavailable, match="too much"):
        outbound.call("POST", target.url, b"", allowed=reached(target), most_bytes=1)
