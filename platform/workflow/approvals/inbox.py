"""What waits for me, and what I have decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...errors import BadRequest, TypecaseError
from ...metadata.field_types.values import UUID
from ...runtime.forms import titles_of
from ...runtime.storage import people
from ...runtime.storage.unit_of_work import Unit
from ..storage import case_rows
from . import cases, deciding, viewing
from .deciding import Decision

STATES: Mapping[str, tuple[str, ...]] = {
    "waiting": ("waiting",),
    "decided": ("approved", "rejected", "acknowledged", "returned", "delegated"),
}
MOST = 200


@dataclass(frozen=True, slots=True)
class Item:
    """A task of mine. ``title``: of the record, empty where I may not see it."""

    task: str
    case: str
    number: int
    node: str
    node_type: str
    node_label: str
    label: str
    object: str
    record: str
    title: str
    submitter: str
    submitted_at: datetime
    asked_at: datetime
    for_person: str | None
    state: str


@dataclass(frozen=True, slots=True)
class Inbox:
    items: tuple[Item, ...]
    waiting: int
    next: str | None


def mine(unit: Unit, state: str = "waiting", limit: int = 50, before: str | None = None) -> Inbox:
    """My tasks, the latest first. Raises BadRequest for a state there is not."""
    if state not in STATES:
        raise BadRequest(
            "There is no state {state}: {states}.", state=state, states=", ".join(STATES)
        )
    limit = max(1, min(limit, MOST))
    rows = case_rows.inbox(unit, unit.actor.id, STATES[state], limit + 1, before)
    more, rows = len(rows) > limit, rows[:limit]
    wanted: dict[str, set[str]] = {}
    for row in rows:
        wanted.setdefault(row["object"], set()).add(row["record"])
    titles = titles_of(unit, {k: v for k, v in wanted.items() if k in unit.catalog.objects})
    mentioned = {row["submitter"] for row in rows} | {row["for_person"] or "" for row in rows}
    names = people.names(unit, mentioned)
    items = tuple(_item(unit, row, titles, names) for row in rows)
    return Inbox(items, case_rows.waiting(unit, unit.actor.id), items[-1].task if more else None)


def _item(
    unit: Unit, row: Mapping[str, Any], titles: Mapping[str, str], names: Mapping[str, str]
) -> Item:
    graph = cases.graph_of(unit, row["object"], row["graph"])
    node = graph.nodes.get(row["node"])
    return Item(
        task=row["id"],
        case=row["case"],
        number=row["number"],
        node=row["node"],
        node_type=node.type if node else "",
        node_label=viewing.label_of(unit, node) if node else row["node"],
        label=viewing.label_of(unit, graph),
        object=row["object"],
        record=row["record"],
        title=titles.get(row["record"], ""),
        submitter=names.get(row["submitter"], "?"),
        submitted_at=row["submitted_at"],
        asked_at=row["asked_at"],
        for_person=names.get(row["for_person"]) if row["for_person"] else None,
        state=row["state"],
    )


def about(unit: Unit, ids: Iterable[str]) -> Mapping[str, str]:
    """Case → the title of its record, as far as I may see it."""
    rows = case_rows.records_of(unit, [each for each in ids if UUID.fullmatch(each)])
    wanted: dict[str, set[str]] = {}
    for _, name, record in rows:
        wanted.setdefault(name, set()).add(record)
    titles = titles_of(unit, {k: v for k, v in wanted.items() if k in unit.catalog.objects})
    return {case: titles[record] for case, _, record in rows if record in titles}


def decide_many(
    unit: Unit, tasks: Sequence[tuple[str, str]], decision: str, comment: str = ""
) -> list[tuple[str, TypecaseError | None]]:
    """Decides several tasks, each (case, task), every one alone: what is refused stays as it was.

    Returns the tasks with what was wrong, None where it went well.
    """
    if decision not in deciding.VOTES:
        raise BadRequest("A decision is one of {names}.", names=", ".join(deciding.VOTES))
    done: list[tuple[str, TypecaseError | None]] = []
    for case, task in tasks[:MOST]:
        try:
            with unit.savepoint():
                deciding.decide(unit, case, Decision(decision, task, comment=comment))
        except TypecaseError as refused:
            done.append((task, refused))
        else:
            done.append((task, None))
    return done
