"""The read path: every list, record, count and group anybody sees goes through here.

Nothing here takes "no actor": the unit has one, and rows and fields are limited to theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..errors import BadRequest, NotFound
from ..metadata.field_types import type_of
from . import access, cursors
from .facts import surroundings
from .queries import MOST_ROWS, Page, Query, Record, Row
from .storage import listing, records
from .storage.tables import SYSTEM_COLUMNS
from .storage.unit_of_work import Unit

MOST_GROUPS = 2_000


def find(unit: Unit, query: Query) -> Page:
    """The records that ``query`` asks for. Raises AccessDenied, UnknownName, BadRequest."""
    obj = unit.model.table(query.object).object
    access.require(unit.actor, "read", obj)
    prepared = listing.prepare(unit, query, surroundings(unit, stored=False))
    after = _place(unit, query)
    rows = listing.page(unit, prepared, query, query.limit + 1, after)
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    count, capped = _count(unit, prepared, query, len(rows), more)
    keys = [f"__sort{i}" for i in range(len(prepared.sort))]
    following = None
    if more:
        last = [rows[-1][key] for key in keys]
        following = cursors.seal(unit.settings.secret, query, unit.actor.id, last)
    return Page(tuple(Row(row) for row in rows), following, count, capped)


def get(unit: Unit, object_name: str, id_: str) -> Record:
    """One record with every field the actor may read, and the titles of what it points to
    (``account.*``). Raises AccessDenied, NotFound."""
    of = unit.model.table(unit.catalog.object(object_name).name)
    access.require(unit.actor, "read", of.object)
    return get_many(unit, object_name, [id_])[0]


def get_many(unit: Unit, object_name: str, ids: list[str]) -> list[Record]:
    """The records ``ids`` in that order. Raises NotFound when one is missing or invisible."""
    of = unit.model.table(unit.catalog.object(object_name).name)
    paths = _all_paths(unit, object_name)
    query = Query(of.object.name, paths, among=tuple(ids), limit=min(len(ids) or 1, MOST_ROWS))
    page = find(unit, query)
    by_id = {row.id: row.values for row in page.rows}
    missing = [id_ for id_ in ids if id_ not in by_id]
    if missing:
        raise NotFound()
    return [_record(of.object.name, by_id[id_], paths) for id_ in ids]


def groups(unit: Unit, query: Query) -> list[Mapping[str, Any]]:
    """Measures per group over the rows the actor may see."""
    obj = unit.model.table(query.object).object
    access.require(unit.actor, "read", obj)
    if not query.measures:
        raise BadRequest("A group needs a measure.")
    return listing.groups(unit, query, surroundings(unit, stored=False), MOST_GROUPS)


def stored(unit: Unit, object_name: str, id_: str, binned: bool = False) -> dict[str, Any]:
    """The stored values of one record within the actor's rows. Raises NotFound."""
    of = unit.model.table(unit.catalog.object(object_name).name)
    found = records.load(unit, of, [id_], binned=binned).get(id_)
    if found is None:
        raise NotFound()
    return found


def readable(unit: Unit, object_name: str, ids: Collection[str]) -> frozenset[str]:
    """Those of ``ids`` the actor may read; none of an object that is gone or not theirs."""
    if object_name not in unit.catalog.objects or "read" not in unit.actor.rights.on(object_name):
        return frozenset()
    return frozenset(records.load(unit, unit.model.table(object_name), sorted(ids)))


def _all_paths(unit: Unit, object_name: str) -> tuple[str, ...]:
    """What the actor may read of a record, kept for them."""
    key = ("paths", object_name, unit.actor.key)
    kept: tuple[str, ...] | None = unit.model.prepared.get(key)
    if kept is None:
        of = unit.model.table(unit.catalog.object(object_name).name)
        paths = list(SYSTEM_COLUMNS)
        for field in access.readable(unit.actor, of.object):
            paths += [field.name, *type_of(field).parts(field)]
        kept = tuple(dict.fromkeys(paths))
        unit.model.keep(key, kept)
    return kept


def _record(object_name: str, row: Mapping[str, Any], paths: Sequence[str]) -> Record:
    values = {path: row[path] for path in paths}
    return Record(object_name, row["id"], row["version"], row["tc_rollups"], values)


def _place(unit: Unit, query: Query) -> list[Any] | None:
    if query.cursor is None:
        return None
    return cursors.unseal(unit.settings.secret, query, unit.actor.id, query.cursor)


def _count(
    unit: Unit, prepared: listing.Listing, query: Query, shown: int, more: bool
) -> tuple[int | None, bool]:
    """The first page knows the count of a short list without asking."""
    if query.count == "none":
        return None, False
    if query.cursor is None and not more:
        return shown, False
    return listing.count(unit, prepared, query, exact=query.count == "exact")
