"""A3: whatever takes a record from somebody, their next request obeys on every path."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.web.changed.endings import ENDINGS, Ending
from tests.web.changed.house import House
from tests.web.changed.paths import FOR_EDITORS, QUIET, READ, WRITES, Ada, counts, tells
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.system_tables import metadata

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

OURS = ("comment", "share", "tagging", "file", "case")


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    built = House(database, tmp_path)
    yield built
    built.close()


def state(house: House) -> Any:
    """The rows that a change would have changed."""
    with house.workspace.read(SYSTEM) as unit:
        names = ("lead", "part")
        tables = [unit.model.table(name).table for name in names]
        tables += [metadata.tables[f"tc_{name}"] for name in OURS]
        return [sorted(map(repr, unit.execute(sa.select(table)))) for table in tables]


@pytest.mark.parametrize("name", ENDINGS)
def test_what_is_taken_is_gone_with_the_next_request(house: House, name: str) -> None:
    ending: Ending = ENDINGS[name]
    ending.begin(house)
    ada = Ada(house)
    shown = READ if ending.only_reads else READ | FOR_EDITORS
    silent = [path for path, ask in shown.items() if not tells(ask(house, ada))]
    assert silent == [], "before"
    assert counts(QUIET["counted"](house, ada)) == 1
    ending.end(house)
    telling = [path for path, ask in (READ | FOR_EDITORS | QUIET).items()
               if tells(ask(house, ada))]  # fmt: skip
    assert telling == [], "after"
    assert counts(QUIET["counted"](house, ada)) == 0
    before = state(house)
    for path, ask in WRITES.items():
        answer = ask(house, ada)
        assert not tells(answer), path
        assert state(house) == before, (path, answer.status_code)


def test_while_nothing_is_taken_each_of_these_changes_something(
    sqlite_database: str, tmp_path: Path
) -> None:
    house = House(sqlite_database, tmp_path)
    idle = []
    for number, name in enumerate(WRITES):
        ENDINGS["owner changed"].begin(house)
        ada, before = Ada(house), state(house)
        answer = WRITES[name](house, ada)
        if state(house) == before:
            idle.append((number, name, answer.status_code, answer.text[-200:]))
    house.close()
    assert idle == []
