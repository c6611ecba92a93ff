"""What approvals ask of me, and what I have decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import url_for

from ..metadata.formats import moment_format, relative_moment
from ..runtime.storage.unit_of_work import Unit
from ..workflow.approvals import inbox
from ..workflow.approvals.inbox import Item
from .gists import of_records
from .labels import Labels
from .listing import Tab

PAGE = 50
MOST_FACTS = 4
TASK_STATES = {
    "waiting": "Waiting",
    "approved": "Approved",
    "rejected": "Rejected",
    "acknowledged": "Read",
    "returned": "Returned",
    "delegated": "Handed on",
}


@dataclass(frozen=True, slots=True)
class InboxRow:
    item: Item
    url: str
    object: str
    gist: str
    """What the record is about, empty where I may not see it."""
    state: str
    asked: str
    moment: str


@dataclass(frozen=True, slots=True)
class InboxModel:
    tabs: tuple[Tab, ...]
    rows: tuple[InboxRow, ...]
    state: str
    asks_reading: bool
    """Some only want to be read."""
    next: str | None


def my_tasks(unit: Unit, asked: Mapping[str, str], labels: Labels) -> InboxModel:
    """Raises BadRequest for a state there is not."""
    state = asked.get("state") or "waiting"
    found = inbox.mine(unit, state, PAGE, asked.get("before") or None)
    here = url_for("approvals.mine")
    tabs = (
        Tab(f"{labels.text('To decide')} {found.waiting}", here, state == "waiting"),
        Tab(labels.text("Decided"), f"{here}?state=decided", state == "decided"),
    )
    gists = _gists(unit, found.items, labels)
    rows = tuple(
        InboxRow(
            item=each,
            url=url_for("approvals.case", id_=each.case),
            object=labels.object(unit.catalog.objects[each.object]),
            gist=gists.get(each.record, ""),
            state=labels.text(TASK_STATES.get(each.state, each.state)),
            asked=relative_moment(each.asked_at, unit.now, unit.zone, labels.locale),
            moment=moment_format(labels.locale)(each.asked_at, unit.zone),
        )
        for each in found.items
        if each.object in unit.catalog.objects
    )
    reading = any(each.item.node_type == "acknowledge" for each in rows)
    return InboxModel(tabs, rows, state, reading, found.next)


def _gists(unit: Unit, items: Iterable[Item], labels: Labels) -> dict[str, str]:
    wanted: dict[str, list[str]] = {}
    for each in items:
        if each.object in unit.catalog.objects:
            wanted.setdefault(each.object, []).append(each.record)
    found: dict[str, str] = {}
    for name, ids in wanted.items():
        found |= of_records(unit, unit.catalog.objects[name], ids, labels, MOST_FACTS)
    return found
