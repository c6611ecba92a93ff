"""The first minute: one command makes a CRM with a company in it and says how to get in."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@contextmanager
def demo(folder: Path, *words: str) -> Iterator[dict[str, Any]]:
    """The running demo's document; stopped as Ctrl+C or a service manager would."""
    command = [sys.executable, "-m", "typecase.cli", "demo", "--dir", str(folder), "--port", "0"]
    process = subprocess.Popen([*command, "--json", *words], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
        assert process.wait(30) == 0
    assert rest == "", "one line, no more"


def get(url: str, token: str | None = None) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = answer.read()
            return answer.status, json.loads(body) if "json" in answer.headers[
                "Content-Type"
            ] else ""
    except urllib.error.HTTPError as error:
        return error.code, None


def log_in(url: str, name: str, password: str) -> int:
    body = json.dumps({"user": name, "password": password}).encode()
    request = urllib.request.Request(
        f"{url}/api/v1/auth/login", body, {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_a_demo_is_made_served_and_found_again(tmp_path: Path) -> None:
    with demo(tmp_path / "demo") as first:
        url, people = first["url"], {user["name"]: user for user in first["users"]}
        assert list(people)[:3] == ["admin", "manager", "rep"], "then those of the print shop"
        assert {"head.finance", "store.manager", "cashier"} <= set(people)
        assert get(f"{url}/")[0] == 200
        seen = {}
        for name, user in people.items():
            records = f"{url}/api/v1/objects/account/records?count=exact&limit=1"
            status, page = get(records, user["token"])
            assert (status, log_in(url, name, user["password"])) == (200, 200)
            seen[name] = page["count"]
        assert seen["admin"] >= seen["manager"] >= seen["rep"] > 0
        assert seen["admin"] > 100, "a company with two years of business"
    with demo(tmp_path / "demo") as second:
        url, again = second["url"], {user["name"]: user for user in second["users"]}
        assert get(f"{url}/api/v1/me", people["rep"]["token"])[0] == 401, "old tokens have ended"
        assert log_in(url, "rep", people["rep"]["password"]) == 401
        status, page = get(
            f"{url}/api/v1/objects/account/records?count=exact&limit=1", again["admin"]["token"]
        )
        assert (status, page["count"]) == (200, seen["admin"]), "the same company, not two"


def test_a_taken_port_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "typecase.cli", "demo", "--port", port, "--json"]
        refused = subprocess.run(
            [*command, "--dir", str(tmp_path / "two")], capture_output=True, text=True
        )
    assert refused.returncode == 4
    assert json.loads(refused.stdout)["error"]["code"] == "unavailable"
    assert not list((tmp_path / "two").glob("*.sqlite"))
