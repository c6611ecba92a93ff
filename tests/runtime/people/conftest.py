"""A world of people on either database, with passwords that are quick to hash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from tests.runtime.people.world import World, open_world
from typecase.runtime import passwords


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm with hardly any effort."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", quick)


@pytest.fixture
def world(database: str, tmp_path: Path, quick_hashes: None) -> Iterator[World]:
    with open_world(database, tmp_path / "files") as world:
        yield world
