"""Sites: one shared by whoever only looks, fresh ones for whoever changes something."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.pages.site import STEPS, Site, conditional_package


@pytest.fixture(autouse=True)
def passwords_are_quick(quick_hashes: None) -> None:
    """What hashing costs is tested beside the hashing."""


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Not to be changed."""
    folder = tmp_path_factory.mktemp("site")
    built = Site(f"sqlite:///{folder / 'site.sqlite'}", folder)
    yield built
    built.close()


@pytest.fixture
def fresh_site(sqlite_database: str, tmp_path: Path) -> Iterator[Site]:
    built = Site(sqlite_database, tmp_path)
    yield built
    built.close()


@pytest.fixture
def desk(sqlite_database: str, tmp_path: Path) -> Iterator[Site]:
    """Tickets whose form moves."""
    built = Site(sqlite_database, tmp_path, conditional_package())
    yield built
    built.close()


@pytest.fixture
def lined_desk(sqlite_database: str, tmp_path: Path) -> Iterator[Site]:
    """Tickets with their steps in the same form."""
    built = Site(sqlite_database, tmp_path, conditional_package(STEPS))
    yield built
    built.close()
