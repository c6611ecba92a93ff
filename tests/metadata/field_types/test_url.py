"""Field type url."""

from __future__ import annotations

import pytest

from tests.metadata.field_types.asking import field, parsed, refusal

LINK = field("url")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("example.com", "https://example.com"),
        ("//example.com/a", "https://example.com/a"),
        ("HTTP://Example.COM/Path?Q=1#Top", "http://example.com/Path?Q=1#Top"),
        ("localhost:8000/x", "https://localhost:8000/x"),
        ("http://192.168.0.1/", "http://192.168.0.1/"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("例子.中国/路径", "https://例子.中国/路径"),
    ],
)
def test_taken(raw: str, value: str) -> None:
    assert parsed(LINK, raw) == value


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("javascript:alert(1)", "wrong_scheme"),
        ("JaVaScRiPt://%0aalert(1)", "wrong_scheme"),
        ("java\tscript:alert(1)", "not_a_url"),
        ("data:text/html,<b>", "not_a_url"),
        ("vbscript:x", "wrong_scheme"),
        ("mailto:a@b.de", "wrong_scheme"),
        ("file:///etc/passwd", "wrong_scheme"),
        ("https://user:secret@example.com", "not_a_url"),
        ("https://example.com\\@evil.example", "not_a_url"),
        ("http:example.com", "not_a_url"),
        ("https://", "not_a_url"),
        ("https://exa mple.com", "not_a_url"),
        ("https://example.com:99999", "not_a_url"),
        ("https://[::1", "not_a_url"),
        ('https://example.com/"onclick=', "not_a_url"),
        ("https://example.com/" + "x" * 2000, "too_long"),
    ],
)
def test_refused(raw: str, code: str) -> None:
    assert refusal(LINK, raw) == code
