"""Stages of a path: measured time, allowed moves, what they warn of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.builders import (
    a_field,
    a_package,
    a_permission_set,
    a_picklist,
    a_view,
    an_object,
)
from tests.runtime.shop import FULL, Shop
from typecase.errors import RecordInvalid
from typecase.metadata.sources import PackageSource
from typecase.runtime import reading, recycle, saving, stages
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query
from typecase.runtime.storage import stage_rows


def package() -> PackageSource:
    return a_package(
        an_object(
            "deal",
            a_field("amount", "currency"), a_field("due", "date"),
            a_picklist("stage", "new", "talks", {"name": "won", "label": "Won", "closed": True},
                       default="new"),
            a_field("since", "datetime"),
            a_field("days", "formula", returns="integer", expression="floor(days(now() - since))"),
            views=[a_view("all", "name"), a_view("board", "name", **{"as": "board"}, by="stage")],
            path={
                "field": "stage", "since": "since",
                "stages": [{"name": "new", "stalled_after_days": 3, "next": ["talks"]},
                           {"name": "talks", "requires": ["amount"], "stalled_after_days": 2,
                            "guidance": "Agree on a price."},
                           {"name": "won", "next": []}],
                "warnings": [{"name": "late", "when": "due < today() and stage != 'won'",
                              "message": "It is late."}],
            },
        ),
        permissions=[a_permission_set("sales", deal=FULL)],
        roles=[{"name": "rep", "label": "Rep", "permissions": ["sales"]}],
    )  # fmt: skip


@pytest.fixture
def shop(database: str, tmp_path: Path) -> Iterator[Shop]:
    found = Shop.__new__(Shop)
    found.open(database, tmp_path, package())
    found.ada = found.person("ada", "rep")
    yield found
    found.close()


def make(shop: Shop, **values: str) -> str:
    with shop.workspace.write(shop.ada) as unit:
        return saving.create(unit, "deal", {"name": "Big", **values})


def change(shop: Shop, id_: str, **values: str) -> None:
    with shop.workspace.write(shop.ada) as unit:
        saving.update(unit, "deal", id_, values)


def days(shop: Shop, id_: str) -> dict[str, tuple[int, int]]:
    with shop.workspace.read(shop.ada) as unit:
        found = stages.spent(unit, unit.catalog.object("deal"), id_)
    return {name: (each.time.days, each.visits) for name, each in found.items()}


def signs(shop: Shop, *ids: str) -> dict[str, list[str]]:
    with shop.workspace.read(shop.ada) as unit:
        found = stages.signs(unit, unit.catalog.object("deal"), ids)
    return {id_: [sign.name for sign in each] for id_, each in found.items()}


def test_time_is_measured_by_stage_and_visit(shop: Shop) -> None:
    deal = make(shop)
    shop.clock.advance(timedelta(days=2))
    change(shop, deal, stage="talks", amount="1")
    shop.clock.advance(timedelta(days=5))
    change(shop, deal, amount="2")
    assert days(shop, deal) == {"new": (2, 1), "talks": (5, 1)}
    change(shop, deal, stage="new")
    shop.clock.advance(timedelta(days=1))
    change(shop, deal, stage="talks")
    change(shop, deal, stage="won")
    shop.clock.advance(timedelta(days=100))
    assert days(shop, deal) == {"new": (3, 2), "talks": (5, 2), "won": (0, 1)}


def test_the_field_is_the_platforms_and_usable_in_views(shop: Shop) -> None:
    deal = make(shop)
    shop.clock.advance(timedelta(days=4))
    other = make(shop)
    for attempt in (partial(make, shop), partial(change, shop, deal)):
        with pytest.raises(RecordInvalid) as refused:
            attempt(since="2020-01-01T00:00:00Z")
        assert [(p.field, p.code) for p in refused.value.problems] == [("since", "read_only")]
    with shop.workspace.read(shop.ada) as unit:
        assert reading.stored(unit, "deal", deal)["since"] == unit.now - timedelta(days=4)
        long = reading.find(unit, Query("deal", ("name", "days"), filters=("days >= 3",)))
        assert [(row.id, row.values["days"]) for row in long.rows] == [(deal, 4)]
        assert other in {row.id for row in reading.find(unit, Query("deal", ("name",))).rows}


def test_a_refused_save_measures_nothing(shop: Shop) -> None:
    deal = make(shop)
    with pytest.raises(RecordInvalid) as refused:
        change(shop, deal, stage="talks")
    assert [(p.field, p.code) for p in refused.value.problems] == [("amount", "required_by_stage")]
    assert days(shop, deal) == {"new": (0, 1)}


def test_only_allowed_moves_are_made(shop: Shop) -> None:
    deal = make(shop)
    with pytest.raises(RecordInvalid) as refused:
        change(shop, deal, stage="won")
    [problem] = refused.value.problems
    assert (problem.field, problem.code) == ("stage", "move_not_allowed")
    assert problem.text() == "From here it goes on to: Talks."
    change(shop, deal, stage="talks", amount="1")
    change(shop, deal, stage="won")
    with pytest.raises(RecordInvalid) as refused:
        change(shop, deal, stage="new")
    assert refused.value.problems[0].text() == "From here it goes on to: –."


def test_stalled_and_warned_of_without_a_query_per_row(shop: Shop) -> None:
    old, late = make(shop), make(shop, due="2026-11-22")
    shop.clock.advance(timedelta(days=3))
    fresh = make(shop, due="2026-11-30")
    assert signs(shop, old, late, fresh) == {old: ["stalled"], late: ["stalled", "late"]}
    many = [make(shop) for _ in range(20)]
    assert statements(shop, old) == statements(shop, old, late, fresh, *many) == 2


def statements(shop: Shop, *ids: str) -> int:
    with shop.workspace.read(shop.ada) as unit:
        before = unit.statements
        stages.signs(unit, unit.catalog.object("deal"), ids)
        return int(unit.statements - before)


def test_what_is_deleted_for_good_leaves_no_time_behind(shop: Shop) -> None:
    deal = make(shop)
    with shop.workspace.write(shop.ada) as unit:
        deletion = recycle.delete(unit, "deal", deal)
    with shop.workspace.write(SYSTEM) as unit:
        recycle.purge(unit, deletion.id)
    with shop.workspace.read(SYSTEM) as unit:
        assert stage_rows.of_record(unit, deal) == []
