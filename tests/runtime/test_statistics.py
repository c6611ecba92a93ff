"""SQLite learns how its tables are filled, and nothing that makes it plan anew for each value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.runtime.test_sharing import Office
from typecase.runtime import saving
from typecase.runtime.actors import SYSTEM
from typecase.workflow import housekeeping


def test_a_chore_looks_at_the_tables(sqlite_database: str, tmp_path: Path) -> None:
    """PostgreSQL looks by itself."""
    office = Office(sqlite_database, tmp_path)
    try:
        raws: list[dict[str, Any]] = [{"name": f"Adler {n}"} for n in range(30)]
        office.workspace.run(SYSTEM, lambda unit: saving.create_many(unit, "account", raws))
        chore = next(each for each in housekeeping.CHORES if each.name == "statistics")
        chore.run(office.workspace)
        with office.workspace.read(SYSTEM) as unit:
            known = {
                row.tbl
                for row in unit.execute(sa.select(sa.table("sqlite_stat1", sa.column("tbl"))))
            }
        assert "o_account" in known
        assert not any(name.startswith("tc_search_tokens") for name in known)
    finally:
        office.close()


def test_the_length_of_a_page_is_no_reason_to_plan_anew(database: str, tmp_path: Path) -> None:
    office = Office(database, tmp_path)
    try:
        with office.workspace.read(SYSTEM) as unit:
            table = unit.model.table("account").table
            written = str(sa.select(table.c.id).limit(3).compile(unit.connection))
            bare = not database.startswith("sqlite")
            assert ("LIMIT 0 + " in written) is not bare
            assert unit.execute(sa.select(table.c.id).limit(3)).all() == []
    finally:
        office.close()
