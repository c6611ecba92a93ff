"""U7: of two who set up the same place at once one does; nothing has a default password or key."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import Run, run, shop, write_package  # noqa: F401 - fixtures
from typecase.cli.console import DONE, REFUSED, UNAVAILABLE


@pytest.mark.slow
def test_two_first_set_ups_at_once(database: str, tmp_path: Path) -> None:
    package = write_package(tmp_path / "shop")
    words = [sys.executable, "-m", "typecase.cli", "init", "--package", package, "--json",
             "--dir", tmp_path / "var", "--database", database]  # fmt: skip
    both = [
        subprocess.Popen(
            [*map(str, words), "--admin", name],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in ("one", "two")
    ]  # fmt: skip
    ended = [(*process.communicate(timeout=120), process.returncode) for process in both]
    codes = sorted(code for *_, code in ended)
    assert codes[0] == DONE, ended
    assert codes[1] in (REFUSED, UNAVAILABLE), ended
    told = [json.loads(out.splitlines()[-1]) for out, _, code in ended if code == DONE]
    listing = subprocess.run(
        [*map(str, words[:3]), "user", "list", "--json", *map(str, words[-4:])],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    users: list[dict[str, Any]] = json.loads(listing.stdout)["users"]
    assert [user["login"] for user in users] == [told[0]["user"]]


def test_each_place_has_secrets_of_its_own(run: Run, shop: Path, tmp_path: Path) -> None:  # noqa: F811
    first = run("init", "--package", shop)[1]["password"]
    secret = tmp_path / "var" / "secret"
    assert len(secret.read_text().strip()) >= 48
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    other = run("user", "add", "ada", "--role", "rep")[1]
    assert len({first, other.get("password")}) == 2
    before = secret.read_text()
    run("user", "list")
    assert secret.read_text() == before, "a restart keeps what cursors and forms are signed with"
