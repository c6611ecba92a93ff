"""What removed definitions have left is listed with its counts, and deleted when told so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.builders import a_field, a_package, a_permission_set, a_picklist, an_object
from tests.runtime.shop import Shop
from typecase.errors import AccessDenied, NotFound
from typecase.metadata.sources import PackageSource
from typecase.runtime import checking, installing, purging, reading, saving
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.queries import Query
from typecase.runtime.storage.system_tables import history

FIELDS = (
    a_field("name"),
    a_field("price", "currency"),
    {**a_picklist("tags", "red", "green"), "type": "multi_picklist"},
)
EVERYTHING = ["read", "create", "edit", "delete", "view_all", "edit_all"]


def library(*fields: dict[str, object], pens: bool = True, version: str = "1.0.0") -> PackageSource:
    objects = [an_object("book", *fields)] + ([an_object("pen", *FIELDS)] if pens else [])
    rights = {"book": EVERYTHING, **({"pen": EVERYTHING} if pens else {})}
    return a_package(*objects, permissions=[a_permission_set("all", **rights)], version=version)


@pytest.fixture
def shop(database: str, tmp_path: Path) -> Iterator[Shop]:
    built = Shop.__new__(Shop)
    built.open(database, tmp_path, library(*FIELDS))
    raw = {"name": "One", "price": "9.90", "tags": ["red", "green"]}
    for name in ("book", "pen"):
        built.workspace.run(SYSTEM, lambda unit, n=name: saving.create(unit, n, raw))
    installing.install(built.workspace, [library(FIELDS[0], pens=False, version="2.0.0")])
    yield built
    built.close()


def counts(shop: Shop) -> dict[str, int]:
    with shop.workspace.read(SYSTEM) as unit:
        return {each.name: each.count for each in purging.listed(unit)}


def test_what_is_hidden_is_listed_with_its_counts(shop: Shop) -> None:
    assert counts(shop) == {"pen": 1, "book.price": 1, "book.tags": 2}
    assert shop.workspace.look(SYSTEM, lambda unit: reading.find(unit, Query("book", ("name",))))


def test_purging_takes_what_is_named_and_nothing_else(shop: Shop) -> None:
    gone = purging.purge(shop.workspace, ["book.price"])
    assert [each.name for each in gone] == ["book.price"]
    assert counts(shop) == {"pen": 1, "book.tags": 2}
    assert list(checking.check(shop.workspace, ["tables"])) == []


def test_what_was_purged_comes_back_empty(shop: Shop) -> None:
    purging.purge(shop.workspace, list(counts(shop)))
    assert counts(shop) == {}
    with shop.workspace.read(SYSTEM) as unit:
        names = sa.inspect(unit.connection).get_table_names()
        assert [name for name in names if name.startswith("o_")] == ["o_book"]
        assert unit.execute(sa.select(sa.func.count()).select_from(history)).scalar_one() == 1
    installing.install(shop.workspace, [library(*FIELDS, version="3.0.0")])
    query = Query("book", ("name", "price", "tags"))
    page = shop.workspace.look(SYSTEM, lambda unit: reading.find(unit, query))
    assert [(row["name"], row["price"], row["tags"]) for row in page.rows] == [("One", None, ())]
    assert list(checking.check(shop.workspace, ["tables", "references"])) == []


def test_a_name_that_is_not_hidden_is_refused_and_nothing_goes(shop: Shop) -> None:
    with pytest.raises(NotFound):
        purging.purge(shop.workspace, ["book.price", "book.name"])
    assert counts(shop) == {"pen": 1, "book.price": 1, "book.tags": 2}


def test_who_may_not_manage_rights_sees_no_list(shop: Shop) -> None:
    nobody = Actor(id=SYSTEM.id, login="x", name="X")
    with shop.workspace.read(SYSTEM) as unit:
        unit.actor = nobody
        with pytest.raises(AccessDenied):
            purging.listed(unit)
