"""The rows a table of an action holds at first: records the person may choose, with defaults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..metadata.definitions import EMPTY
from ..metadata.expressions import evaluate
from ..metadata.processes import Offers
from ..runtime.facts import surroundings
from ..runtime.storage import lookups
from ..runtime.storage.names import About
from ..runtime.storage.unit_of_work import Unit
from .scope import Found, Scope

MOST_OFFERED = 50
"""Whoever works through more of them chooses rows by hand."""


def offered_rows(unit: Unit, offers: Offers, scope: Scope) -> list[dict[str, Any]]:
    """Column → value for each row. What is offered passes the column's filter and the person's
    rights, as it would when typed."""
    record = scope.record
    if record.id is None:
        return []
    walked = scope.walked(offers.source)
    assert isinstance(walked, Found)
    about = About(record.object, lambda path: scope.known([path])[".".join(path)])
    may = lookups.choosable(
        unit, offers.object, offers.column.filter, about, set(walked.ids), surroundings(unit)
    )
    chosen = [id_ for id_ in walked.ids if id_ in may][:MOST_OFFERED]
    return _filled(unit, offers, chosen, scope)


def _filled(unit: Unit, offers: Offers, ids: Sequence[str], scope: Scope) -> list[dict[str, Any]]:
    """One statement for each value the defaults read of the records."""
    name, around = offers.column.name, scope.around
    of_record, of_scope = {}, dict(EMPTY)
    for path in {path for each in offers.defaults.values() for path in each.paths}:
        if path[0] != name:
            of_scope |= scope.known([path])
        elif len(path) > 1:
            of_record[".".join(path)] = lookups.related_values(
                unit, offers.object, path[1:], ids, around
            )
    rows = []
    for id_ in ids:
        known = of_scope | {name: id_} | {path: each.get(id_) for path, each in of_record.items()}
        values = {column: evaluate(c, known, around) for column, c in offers.defaults.items()}
        rows.append({name: id_, **values})
    return rows
