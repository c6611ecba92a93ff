"""The service desk, fresh for each test, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflow.sla.desk import Desk


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Desk]:
    built = Desk(database, tmp_path)
    yield built
    built.close()
