"""What approvals put on the timeline of their record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...metadata.definitions import EMPTY, Object
from ...runtime.storage import people
from ...runtime.storage.unit_of_work import Unit
from ..storage import case_rows
from . import cases, viewing
from .verbs import SUBMITTER

Place = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A line of the trail of a case of the record. ``to``, ``person``, ``for_person``: in words."""

    case: str
    label: str
    verb: str
    node: str
    node_type: str
    to: str
    person: str
    for_person: str
    comment: str | None


def lines(
    unit: Unit, obj: Object, record: str, limit: int, before: Place | None
) -> Iterator[tuple[datetime, str, str, CaseLine]]:
    """(moment, id, who, line), the latest first. The caller has made sure that the actor may see
    the record."""
    if obj.name not in unit.catalog.documents.get("approvals", {}):
        return
    rows = case_rows.trail_of_record(unit, record, limit, before)
    mentioned = {str(row["data"].get(key, "")) for row in rows for key in ("to", "person")}
    mentioned |= {row["for_person"] or "" for row in rows}
    names = people.names(unit, {each for each in mentioned if len(each) == 36})
    for row in rows:
        yield row["at"], row["id"], row["actor"], _line(unit, obj, row, names)


def _line(unit: Unit, obj: Object, row: Mapping[str, Any], names: Mapping[str, str]) -> CaseLine:
    graph = cases.graph_then(unit, obj.name, row["graph"])
    nodes = graph.nodes if graph else EMPTY
    node = nodes.get(row["node"] or "")
    to = str(row["data"].get("to", ""))
    target = nodes.get(to)
    return CaseLine(
        case=row["case"],
        label=viewing.label_of(unit, graph) if graph else row["approval"],
        verb=row["verb"],
        node=viewing.label_of(unit, node) if node else "",
        node_type=node.type if node else "",
        to=viewing.label_of(unit, target)
        if target
        else to
        if to == SUBMITTER
        else names.get(to, ""),
        person=names.get(str(row["data"].get("person", "")), ""),
        for_person=names.get(row["for_person"] or "", ""),
        comment=row["comment"],
    )
