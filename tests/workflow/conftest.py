"""The shop of the runtime's tests and the office, fresh for each test, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.conftest import shop as shop
from tests.workflow.office import Office


@pytest.fixture
def office(database: str, tmp_path: Path) -> Iterator[Office]:
    built = Office(database, tmp_path)
    yield built
    built.close()
