"""Every way to ask, as one person: which rows of a stage does it give?"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from typecase.errors import AccessDenied, InUse, NotFound, RecordInvalid
from typecase.runtime import (
    comments,
    files,
    history,
    reading,
    recycle,
    saving,
    search,
    sharing,
    timeline,
)
from typecase.runtime.queries import Measure, Query, Row, Sort
from typecase.runtime.sharing import To
from typecase.runtime.storage.unit_of_work import Unit
from typecase.web import bulk, exporting
from typecase.web.labels import Labels
from typecase.web.list_pages import Asked
from typecase.workflow.approvals import inbox as approvals
from typecase.workflow.approvals import viewing

from .packages import LINKS
from .staging import Stage
from .worlds import ABOVE, RELATIONS

MOST = 500
SOME = 7
"""Rows of a small page."""

# Of many ------------------------------------------------------------------------------------


def listed(unit: Unit, stage: Stage, kind: str) -> set[str]:
    """By a list with its count, which must agree; one row of it with its count agrees, too."""
    query = Query(kind, ("name",), filters=(_mine(stage),), limit=MOST, count="exact")
    page = reading.find(unit, query)
    assert page.count == len(page.rows)
    assert reading.find(unit, replace(query, limit=1)).count == page.count
    return {row.id for row in page.rows}


def paged(unit: Unit, stage: Stage, kind: str) -> set[str]:
    """By small pages one after the other, the heaviest first and those without a weight last."""
    query = Query(
        kind, ("weight",), filters=(_mine(stage),), sort=(Sort("weight", True),), limit=SOME
    )
    found: list[Row] = []
    while True:
        page = reading.find(unit, query)
        found += page.rows
        if page.next is None:
            break
        query = replace(query, cursor=page.next)
    weights = [-1 if row["weight"] is None else row["weight"] for row in found]
    assert weights == sorted(weights, reverse=True)
    assert len({row.id for row in found}) == len(found)
    return {row.id for row in found}


def grouped(unit: Unit, stage: Stage, kind: str) -> set[str]:
    """Names are all different: each is a group of one."""
    query = Query(kind, filters=(_mine(stage),), group=("name",), measures=(Measure("count"),))
    groups = reading.groups(unit, query)
    assert all(group["count"] == 1 for group in groups)
    return _ids(stage, [group["name"] for group in groups])


def offered(unit: Unit, stage: Stage, kind: str) -> set[str]:
    return {hit.id for hit in search.lookup(unit, kind, stage.batch, MOST)}


def exported(unit: Unit, stage: Stage, kind: str) -> set[str]:
    asked = Asked.of(unit, kind, MultiDict({"filter": _mine(stage), "columns": "name"}))
    data = exporting.csv_file(unit, asked, Labels(unit.catalog, "en")).get_data(as_text=True)
    return _ids(stage, [row[0] for row in csv.reader(io.StringIO(data))][1:])


def chosen(unit: Unit, stage: Stage, kind: str) -> set[str]:
    """All that a list shows, for a change to many."""
    posted = MultiDict({"everything": "1", "q.filter": _mine(stage)})
    return set(bulk.chosen(unit, unit.catalog.object(kind), posted))


def found_among(unit: Unit, stage: Stage, kind: str) -> set[str]:
    """By the search within one object."""
    return {hit.id for hit in search.search(unit, stage.batch, MOST, (kind,)).results}


WAYS: dict[str, Callable[[Unit, Stage, str], set[str]]] = {
    "list": listed,
    "pages": paged,
    "group": grouped,
    "bulk": chosen,
    "search": found_among,
    "lookup": offered,
    "export": exported,
}
"""Refused where the person may not read the object at all."""


def of_many(unit: Unit, stage: Stage, way: str, kind: str) -> set[str]:
    try:
        return WAYS[way](unit, stage, kind)
    except AccessDenied:
        return set()


def searched(unit: Unit, stage: Stage) -> set[str]:
    """By the box on every page, over all objects."""
    return {hit.id for hit in search.search(unit, stage.batch, MOST).results}


def _mine(stage: Stage) -> str:
    return f"batch == '{stage.batch}'"


def _ids(stage: Stage, names: list[str]) -> set[str]:
    return {stage.rows[int(name.rpartition(" n")[2])] for name in names}


# Of one -------------------------------------------------------------------------------------


def got(unit: Unit, stage: Stage, number: int) -> Any:
    return reading.get(unit, *_place(stage, number))


def told(unit: Unit, stage: Stage, number: int) -> Any:
    """The history, as the API reads it."""
    kind, id_ = _place(stage, number)
    reading.stored(unit, kind, id_)
    assert history.entries(unit, unit.catalog.object(kind), id_, 20)
    return timeline.timeline(unit, kind, id_)


def commented(unit: Unit, stage: Stage, number: int) -> Any:
    return comments.of_record(unit, *_place(stage, number))


def attached(unit: Unit, stage: Stage, number: int) -> Any:
    return files.of_record(unit, *_place(stage, number))


def downloaded(unit: Unit, stage: Stage, number: int) -> Any:
    """By a guessed id."""
    return files.open_file(unit, stage.files[number])


def shares_told(unit: Unit, stage: Stage, number: int) -> Any:
    return sharing.of_record(unit, *_place(stage, number))


READING: tuple[Callable[[Unit, Stage, int], Any], ...] = (
    got,
    told,
    commented,
    attached,
    downloaded,
    shares_told,
)


def edited(unit: Unit, stage: Stage, number: int) -> None:
    saving.update(unit, *_place(stage, number), {"name": "changed"})


def commented_on(unit: Unit, stage: Stage, number: int) -> None:
    comments.add(unit, *_place(stage, number), "a word")


def deleted(unit: Unit, stage: Stage, number: int) -> None:
    """That others hold on to it is told after the rights."""
    with suppress(InUse):
        recycle.delete(unit, *_place(stage, number))


def handed_over(unit: Unit, stage: Stage, number: int) -> None:
    """To nobody, or to the actor where it is nobody's."""
    to = unit.actor.id if stage.world.rows[number].owner is None else None
    saving.update(unit, *_place(stage, number), {"owner": to})


def shared(unit: Unit, stage: Stage, number: int) -> None:
    sharing.share(unit, *_place(stage, number), To("role", "role0"), "read")


def works(way: Callable[[Unit, Stage, int], Any], unit: Unit, stage: Stage, number: int) -> bool:
    try:
        way(unit, stage, number)
    except (NotFound, AccessDenied, RecordInvalid):
        return False
    return True


class Undo(Exception):
    """Ends what was only tried."""


def would_work(
    way: Callable[[Unit, Stage, int], Any], unit: Unit, stage: Stage, number: int
) -> bool:
    try:
        with unit.savepoint():
            way(unit, stage, number)
            raise Undo
    except Undo:
        return True
    except (NotFound, AccessDenied, RecordInvalid):
        return False


def _place(stage: Stage, number: int) -> tuple[str, str]:
    return stage.world.rows[number].kind, stage.rows[number]


# What others show of a record ---------------------------------------------------------------


def weighed(unit: Unit, stage: Stage, kind: str) -> dict[int | None, tuple[int, int]]:
    """The columns of a board and their totals: weight → how many, and their sum."""
    measures = (Measure("count"), Measure("sum", "weight"))
    query = Query(kind, filters=(_mine(stage),), group=("weight",), measures=measures)
    try:
        groups = reading.groups(unit, query)
    except AccessDenied:
        return {}
    return {g["weight"]: (g["count"], g["sum_weight"] or 0) for g in groups}


def named_above(unit: Unit, stage: Stage, kind: str) -> dict[str, str | None]:
    """Each record with the title of the one it points to, which may be out of sight."""
    path = f"{LINKS[kind]}.name"
    query = Query(kind, (path,), filters=(_mine(stage),), limit=MOST)
    return {row.id: row[path] for row in reading.find(unit, query).rows}


def with_any_below(unit: Unit, stage: Stage, kind: str, below: str) -> set[str]:
    """A filter counts what its reader sees, and nothing else."""
    filters = (_mine(stage), f"count({RELATIONS[below]}) > 0")
    query = Query(kind, ("name",), filters=filters, limit=MOST)
    return {row.id for row in reading.find(unit, query).rows}


def inbox(unit: Unit) -> dict[str, bool]:
    """The records of the approvals that wait for the person, and whether each is named."""
    return {item.record: bool(item.title) for item in approvals.mine(unit, limit=200).items}


def case_seen(unit: Unit, stage: Stage, number: int) -> bool | None:
    """Whether the page of a case shows its record; None: it is not there."""
    try:
        return viewing.look(unit, stage.cases[number]).sees_record
    except NotFound:
        return None


# Around one ---------------------------------------------------------------------------------


def kinds_below(stage: Stage, number: int) -> list[str]:
    return [kind for kind, upper in ABOVE.items() if upper == stage.world.rows[number].kind]


def below(stage: Stage, number: int, kind: str) -> list[int]:
    """The rows of a kind that point to this one."""
    return [n for n, r in enumerate(stage.world.rows) if r.kind == kind and r.above == number]


def related(unit: Unit, stage: Stage, number: int, kind: str) -> set[str]:
    """What a related list shows: the children, if the record itself may be seen."""
    reading.stored(unit, *_place(stage, number))
    query = Query(
        kind, ("name",), filters=(f"{LINKS[kind]} == '{stage.rows[number]}'",), limit=MOST
    )
    return {row.id for row in reading.find(unit, query).rows}


def activities(unit: Unit, stage: Stage, number: int) -> set[str]:
    """The notes on a thing's timeline."""
    items = timeline.timeline(unit, *_place(stage, number), 400).items
    return {i.what.row.id for i in items if isinstance(i.what, timeline.Activity)}
