"""Packages over live data: definitions change the tables, and no data is lost."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.builders import a_field, a_package, a_permission_set, a_picklist, an_object
from tests.runtime.shop import Shop
from typecase.errors import RecordInvalid
from typecase.runtime import installing, reading, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query
from typecase.runtime.storage.system_tables import kept_value, publication

ALL = ["read", "create", "edit", "delete", "view_all", "edit_all"]


def books(*fields, version: str = "1.0.0", **settings):
    return a_package(
        an_object("book", *fields, **settings),
        permissions=[a_permission_set("all", book=ALL)],
        version=version,
    )


FIRST = (
    a_field("name"),
    a_field("pages", "text"),
    a_field("price", "decimal", scale=2),
    a_picklist("kind", "novel", "manual"),
)


def first_books():
    return books(*FIRST)


@pytest.fixture
def store(database: str, tmp_path: Path):
    shop = Shop.__new__(Shop)
    shop.open(database, tmp_path, first_books())
    raws = [
        {"name": "One", "pages": "120", "price": "9.90", "kind": "novel"},
        {"name": "Two", "pages": "many", "price": "0.05"},
        {"name": "Three"},
    ]
    shop.workspace.run(SYSTEM, lambda unit: saving.create_many(unit, "book", raws))
    yield shop
    shop.close()


def upgrade(shop: Shop, *fields, **settings) -> installing.Installed:
    return installing.install(shop.workspace, [books(*fields, version="2.0.0", **settings)])


def values(shop: Shop, name: str) -> dict[str, object]:
    query = Query("book", ("name", name))
    page = shop.workspace.look(SYSTEM, lambda unit: reading.find(unit, query))
    return {row["name"]: row[name] for row in page.rows}


def test_installing_the_same_again_does_nothing(store: Shop) -> None:
    before = published(store)
    again = installing.install(store.workspace, [first_books()])
    assert again.operations == ()
    assert not again.changed
    assert published(store) == before, "no publication, no new version"
    assert again.version == before[0]


def test_another_label_or_another_version_is_something_new(store: Shop) -> None:
    before = published(store)
    relabelled = books(a_field("name", label="Title"), *FIRST[1:])
    assert installing.install(store.workspace, [relabelled]).changed
    assert installing.install(store.workspace, [books(*FIRST, version="1.0.1")]).changed
    assert published(store) == (before[0] + 2, before[1] + 2)


def test_new_rows_of_a_package_are_added_without_a_publication(store: Shop) -> None:
    """Rows are not definitions: they raise no version, and a second time there are none."""
    rows = {"object": "book", "rows": [{"key": "four", "name": "Four"}]}
    version = published(store)[0]
    with_rows = a_package(
        an_object("book", *FIRST),
        {"data/books.json": rows},
        permissions=[a_permission_set("all", book=ALL)],
    )
    first, second = (installing.install(store.workspace, [with_rows]) for _ in range(2))
    assert (first.changed, first.loaded.created, second.changed) == (True, 1, False)
    assert published(store)[0] == version


def test_no_row_of_a_package_was_made_in_the_future(store: Shop) -> None:
    rows = [
        {"key": "past", "name": "Past", "created_at": {"today": -1, "at": "18:00"}},
        {"key": "tonight", "name": "Tonight", "created_at": {"today": 0, "at": "23:59"}},
    ]
    with_rows = a_package(
        an_object("book", *FIRST),
        {"data/books.json": {"object": "book", "rows": rows}},
        permissions=[a_permission_set("all", book=ALL)],
    )
    installing.install(store.workspace, [with_rows])
    made = values(store, "created_at")
    now = store.clock.now()
    assert made["Tonight"] == now
    assert timedelta(0) < now - made["Past"] < timedelta(days=2)


def published(shop: Shop) -> tuple[int, int]:
    """The version in effect, and how many publications there were."""
    with shop.workspace.read(SYSTEM) as unit:
        count = unit.execute(sa.select(sa.func.count()).select_from(publication)).scalar_one()
        return unit.opening.catalog, count


def test_a_field_is_added_with_its_default_for_all(store: Shop) -> None:
    upgrade(store, a_field("name"), a_field("in_print", "boolean", default="true"))
    assert set(values(store, "in_print").values()) == {True}


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (a_field("added", default="'it''s 50% : new'".replace("''", "\\'")), "it's 50% : new"),
        (a_field("added", "decimal", scale=2, default="12.50"), Decimal("12.50")),
        (a_field("added", "integer", default="-7"), -7),
        (a_field("added", "date", default="date(2026, 2, 28)"), date(2026, 2, 28)),
        (a_picklist("added", "red", "blue", default="blue"), "blue"),
    ],
    ids=["text", "decimal", "integer", "date", "picklist"],
)
def test_a_default_arrives_as_it_is_written(store: Shop, field: Any, expected: Any) -> None:
    upgrade(store, a_field("name"), field)
    assert set(values(store, "added").values()) == {expected}


def test_a_renamed_field_keeps_column_and_data(store: Shop) -> None:
    done = upgrade(store, a_field("name"), a_field("cost", "decimal", scale=2, was=["price"]))
    assert not [op for op in done.operations if "price" in op.words() or "cost" in op.words()]
    assert values(store, "cost")["One"] == Decimal("9.90")


def test_a_removed_field_comes_back_with_its_data(store: Shop) -> None:
    upgrade(store, a_field("name"))
    upgrade(store, a_field("name"), a_field("price", "decimal", scale=2))
    assert values(store, "price")["Two"] == Decimal("0.05")


def test_retyping_converts_and_keeps_what_does_not_fit(store: Shop) -> None:
    upgrade(store, a_field("name"), a_field("pages", "integer"))
    assert values(store, "pages") == {"One": 120, "Two": None, "Three": None}
    with store.workspace.read(SYSTEM) as unit:
        kept = unit.execute(sa.select(kept_value)).all()
    assert [(row.field, row.value) for row in kept] == [("shop:book.pages", "many")]


def test_a_plan_counts_what_will_not_convert_and_changes_nothing(store: Shop) -> None:
    raws = [{"name": f"More {n}", "pages": f"no number\n{n}" + "x" * 99} for n in range(6)]
    store.workspace.run(SYSTEM, lambda unit: saving.create_many(unit, "book", raws))
    wanted = books(a_field("name"), a_field("pages", "integer"), *FIRST[2:], version="2.0.0")
    proposal = installing.propose(store.workspace, [wanted])
    (lost,) = installing.preview(store.workspace, proposal)
    assert (lost.name, lost.count, lost.total) == ("book.pages", 7, 8)
    assert len(lost.examples) == 5, "the first few are enough"
    assert {len(each.splitlines()) for each in lost.examples} == {1}
    assert max(map(len, lost.examples)) == 60
    assert values(store, "pages")["Two"] == "many", "planning wrote nothing"
    done = installing.install(store.workspace, [wanted])
    assert done.unconverted == (lost,), "what was foretold is what happened"


def test_a_plan_in_which_everything_converts_has_nothing_to_report(store: Shop) -> None:
    wanted = books(*FIRST[:2], a_field("price"), FIRST[3], version="2.0.0")
    proposal = installing.propose(store.workspace, [wanted])
    assert [type(op).__name__ for op in proposal.operations] == ["RetypeField"]
    assert installing.preview(store.workspace, proposal) == ()


def test_a_preview_of_several_values_at_once(store: Shop) -> None:
    """A picklist of one record may hold several values; together they are one value to convert."""
    several = {**a_picklist("kind", "novel", "manual"), "type": "multi_picklist"}
    upgrade(store, *FIRST[:3], several)
    proposal = installing.propose(store.workspace, [books(*FIRST[:3], a_field("kind", "integer"))])
    (lost,) = installing.preview(store.workspace, proposal)
    assert (lost.count, lost.total, lost.examples) == (1, 1, ('["novel"]',))


def test_retyping_a_picklist_to_several(store: Shop) -> None:
    several = {**a_picklist("kind", "novel", "manual"), "type": "multi_picklist"}
    upgrade(store, a_field("name"), several)
    assert values(store, "kind") == {"One": ("novel",), "Two": (), "Three": ()}
    upgrade(store, a_field("name"), a_field("kind", "text"))


def test_a_renamed_option_takes_its_records_along(store: Shop) -> None:
    renamed = {"name": "fiction", "label": "Fiction", "was": ["novel"]}
    upgrade(store, a_field("name"), a_picklist("kind", renamed, "manual"))
    assert values(store, "kind") == {"One": "fiction", "Two": None, "Three": None}
    query = Query("book", ("name",), filters=("kind == 'novel'",))
    page = store.workspace.look(SYSTEM, lambda unit: reading.find(unit, query))
    assert [row["name"] for row in page.rows] == ["One"]


def test_a_renamed_object_keeps_table_and_records(store: Shop) -> None:
    volume = a_package(
        an_object("volume", a_field("name"), was=["book"]),
        permissions=[a_permission_set("all", volume=ALL)],
        version="2.0.0",
    )
    done = installing.install(store.workspace, [volume])
    assert not [op for op in done.operations if type(op).__name__ in ("CreateTable", "HideObject")]
    page = store.workspace.look(SYSTEM, lambda unit: reading.find(unit, Query("book", ("name",))))
    assert {row["name"] for row in page.rows} == {"One", "Two", "Three"}


def test_more_digits_keep_the_amounts(store: Shop) -> None:
    upgrade(store, a_field("name"), a_field("price", "decimal", scale=4))
    assert values(store, "price")["One"] == Decimal("9.9000")


def test_a_removed_object_comes_back_with_its_records(store: Shop) -> None:
    other = a_package(an_object("pen"), version="3.0.0")
    installing.install(store.workspace, [other])
    upgrade(store, a_field("name"))
    assert set(values(store, "name")) == {"One", "Two", "Three"}


def test_the_analysts_view_has_names_labels_and_numbers(store: Shop) -> None:
    with store.workspace.read(SYSTEM) as unit:
        view = sa.table("v_book", sa.column("name"), sa.column("price"), sa.column("kind_label"))
        rows = unit.execute(sa.select(view).order_by(view.c.name)).all()
    assert [(r.name, r.kind_label) for r in rows] == [
        ("One", "Novel"), ("Three", None), ("Two", None),
    ]  # fmt: skip
    assert float(rows[0].price) == 9.9


def test_a_field_asked_for_from_now_on_lets_old_records_be(store: Shop) -> None:
    upgrade(store, a_field("name"), a_field("isbn", required=True))
    assert values(store, "isbn") == {"One": None, "Two": None, "Three": None}
    with pytest.raises(RecordInvalid):
        store.workspace.run(SYSTEM, lambda unit: saving.create(unit, "book", {"name": "Four"}))


class Fault(Exception):
    """The database goes away at the n-th statement."""


def test_a_fault_at_any_statement_leaves_it_wholly_as_it_was(store: Shop) -> None:
    """Every statement of an upgrade in turn: nothing is half there, and the next try works."""
    wanted = (a_field("name"), a_field("pages", "integer"), a_field("isbn", unique=True),
              a_picklist("kind", "novel", "manual"))  # fmt: skip
    engine = store.workspace.database.engine
    before = snapshot(store)
    at = 0
    while True:
        at += 1
        counter = {"left": at}

        def count(*_: object, counter: dict[str, int] = counter) -> None:
            counter["left"] -= 1
            if counter["left"] == 0:
                raise Fault

        sa.event.listen(engine, "before_cursor_execute", count)
        try:
            upgrade(store, *wanted)
        except Fault:
            pass
        finally:
            sa.event.remove(engine, "before_cursor_execute", count)
        if counter["left"] > 0:
            break
        store.workspace.forget()
        if snapshot(store) != before:
            break
    assert values(store, "isbn") == {"One": None, "Two": None, "Three": None}
    assert at > 10


def snapshot(shop: Shop) -> object:
    schema = shop.workspace.database.schema
    inspector = sa.inspect(shop.workspace.database.engine)
    tables = inspector.get_table_names(schema=schema)
    columns = {
        t: sorted(c["name"] for c in inspector.get_columns(t, schema=schema)) for t in tables
    }
    with shop.workspace.read(SYSTEM) as unit:
        return columns, unit.opening.catalog, tuple(unit.catalog.object("book").by_name)
