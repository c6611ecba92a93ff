"""Sharing rules that speak of the record alone have an index of their own, and lists walk it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from tests.builders import a_field, a_package, a_permission_set, a_picklist, a_view, an_object
from tests.runtime.shop import FULL, Shop
from tests.runtime.test_customizing import RULE, change
from typecase.metadata.sources import PackageSource
from typecase.runtime import installing, reading, saving
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.queries import Query, parse_sort
from typecase.runtime.storage import indexes, narrow
from typecase.runtime.storage.actual import actual
from typecase.runtime.storage.operations import CreateIndex
from typecase.runtime.storage.unit_of_work import Unit

ODD = 'it\'s 100% \\ "odd": %s ?'
ALONE = {
    "large": "kind == 'gold' and amount > 99.5",
    "odd": f"name == {ODD!r}",
    "several": "kind in ['gold', 'silver'] and not (is_blank(since) or since < '2026-01-01')",
    "checked": "is_open or rank <= -3",
}
NOT_ALONE = {
    "joined": "owner.name == 'ada'",
    "called": "left(name, 2) == 'Gr'",
    "computed": "double > 8",
    "by_zone": "date(created_at) == '2026-11-21'",
}
QUERY = Query("deal", ("name",), sort=parse_sort("-rank"), limit=50)


def package(version: int = 0, rank: str = "integer", **conditions: str) -> PackageSource:
    rules = [
        {"name": name, "when": when, "with": [{"role": "rep"}], "grant": "read"}
        for name, when in (conditions or {**ALONE, **NOT_ALONE}).items()
    ]
    return a_package(
        an_object(
            "deal",
            a_picklist("kind", "gold", "silver"),
            a_field("amount", "currency"),
            a_field("rank", rank),
            a_field("since", "date"),
            a_field("is_open", "boolean"),
            a_field("double", "formula", returns="decimal", expression="rank * 2"),
            access={"sharing": rules},
            views=[a_view("all", "name", sort="-rank")],
        ),
        permissions=[a_permission_set("sales", deal=FULL)],
        roles=[{"name": "rep", "label": "Rep", "permissions": ["sales"]}],
        version=f"1.0.{version}",
    )


class Firm(Shop):
    def __init__(self, database: str, folder: Path) -> None:
        self.open(database, folder, package())
        self.ada = self.person("ada", "rep")

    def fill(self) -> None:
        """Many that nobody opens, and one for each rule."""
        raws: list[dict[str, Any]] = [
            {"name": f"Plain {n}", "kind": "gold", "amount": "99.5", "rank": n % 4}
            for n in range(400)
        ]
        raws += [
            {"name": "Large", "kind": "gold", "amount": "99.51"},
            {"name": ODD, "rank": 2},
            {"name": "Since", "kind": "silver", "since": "2026-01-01"},
            {"name": "Open", "is_open": True},
            {"name": "Deep", "rank": -3},
        ]
        self.workspace.run(SYSTEM, lambda unit: saving.create_many(unit, "deal", raws))

    def sees(self, who: Actor) -> set[str]:
        with self.workspace.read(who) as unit:
            return {row["name"] for row in reading.find(unit, QUERY).rows}


@pytest.fixture
def firm(database: str, tmp_path: Path) -> Iterator[Firm]:
    built = Firm(database, tmp_path)
    yield built
    built.close()


def of_rules(unit: Unit) -> dict[str, CreateIndex]:
    """Condition → its index, as the tables want it."""
    return {each.when: each for each in indexes.wanted(unit.model).values() if each.when}


def kept(unit: Unit) -> set[str]:
    return set(actual(unit.connection, unit.schema).indexes)


def test_only_what_speaks_of_the_record_alone_has_an_index(firm: Firm) -> None:
    with firm.workspace.read(SYSTEM) as unit:
        wanted = of_rules(unit)
        assert wanted.keys() == set(ALONE.values())
        assert {each.name for each in wanted.values()} <= kept(unit)
        assert set(indexes.wanted(unit.model)) == kept(unit)


@pytest.mark.parametrize("is_sparse", [True, False])
def test_what_is_written_into_a_statement_means_what_was_bound(
    firm: Firm, is_sparse: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrow, "_is_sparse", lambda *_: is_sparse)
    firm.workspace.forget()
    installing.install(firm.workspace, [package(1, **ALONE)])
    firm.fill()
    assert firm.sees(firm.ada) == {"Large", ODD, "Since", "Open", "Deep"}


def test_lists_of_who_sees_few_walk_the_index_of_a_rule(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrow, "_is_sparse", lambda *_: True)
    firm.fill()
    with firm.workspace.write(SYSTEM) as unit:
        unit.connection.exec_driver_sql("ANALYZE")
    with firm.workspace.read(firm.ada) as unit:
        if unit.is_postgres:
            off = sa.func.set_config("enable_seqscan", "off", True)
            unit.execute(sa.select(off))
        used = " ".join(plans(unit))
        assert all(index.name in used for index in of_rules(unit).values())


def plans(unit: Unit) -> list[str]:
    """What the database makes of the statements of a list."""
    said: list[Any] = []

    def say(connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        said.append((statement, parameters))

    event.listen(unit.connection, "before_cursor_execute", say)
    reading.find(unit, QUERY)
    event.remove(unit.connection, "before_cursor_execute", say)
    explain = "EXPLAIN " if unit.is_postgres else "EXPLAIN QUERY PLAN "
    found = []
    for statement, parameters in said:
        rows = unit.connection.exec_driver_sql(explain + statement, parameters)
        found += [str(row[-1]) for row in rows]
    return found


def test_an_index_follows_a_field_to_its_new_column(firm: Firm) -> None:
    when = ALONE["checked"]
    with firm.workspace.read(SYSTEM) as unit:
        before = of_rules(unit)[when].name
    firm.fill()
    installing.install(firm.workspace, [package(1, "decimal", checked=when)])
    with firm.workspace.read(SYSTEM) as unit:
        assert of_rules(unit)[when].name != before
        assert before not in kept(unit)
        assert set(indexes.wanted(unit.model)) == kept(unit)
    assert firm.sees(firm.ada) == {"Open", "Deep"}


def test_a_rule_made_on_pages_brings_its_index_and_takes_it_along(
    database: str, tmp_path: Path
) -> None:
    shop = Shop(database, tmp_path)
    try:
        change(shop, shop.admin, "access", "deal", "sharing", RULE)
        with shop.workspace.read(SYSTEM) as unit:
            assert of_rules(unit)[RULE["when"]].name in kept(unit)
        change(shop, shop.admin, "access", "deal", "sharing", RULE["name"])
        with shop.workspace.read(SYSTEM) as unit:
            assert not of_rules(unit)
            assert set(indexes.wanted(unit.model)) == kept(unit)
    finally:
        shop.close()
