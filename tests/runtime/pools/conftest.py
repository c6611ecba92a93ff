"""The market, fresh for each test, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.pools.market import Market


@pytest.fixture
def market(database: str, tmp_path: Path) -> Iterator[Market]:
    built = Market(database, tmp_path)
    yield built
    built.close()
