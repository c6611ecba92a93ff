"""A world of people on either database, with passwords that are quick to hash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.people.world import World, open_world


@pytest.fixture
def world(database: str, tmp_path: Path, quick_hashes: None) -> Iterator[World]:
    with open_world(database, tmp_path / "files") as world:
        yield world
