"""What the page of a record says of its approval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..metadata.definitions import Object
from ..runtime.storage.unit_of_work import Unit
from ..workflow.approvals import cases, submitting, viewing
from ..workflow.approvals.viewing import CaseSeen, Turn
from ..workflow.storage import case_rows
from .approval_words import STATES
from .labels import Labels


@dataclass(frozen=True, slots=True)
class Bar:
    """What a record's page says of its approval. Without ``case`` it may be submitted."""

    case: str | None
    label: str
    state: str
    color: str
    words: str
    task: str | None = None
    asks_reading: bool = False
    may_submit: bool = False


def bar(unit: Unit, obj: Object, stored: Mapping[str, Any], labels: Labels) -> Bar | None:
    """What stands on a record's page; None where its object knows no approvals."""
    if obj.name not in unit.catalog.documents.get("approvals", {}):
        return None
    offer = submitting.offered(unit, obj.name, stored)
    rows = case_rows.of_record(unit, stored["id"])
    if not rows:
        if offer is None:
            return None
        label = viewing.label_of(unit, offer.graph)
        words = labels.text("Not submitted for approval yet.")
        return Bar(None, label, labels.text("Draft"), "gray", words, may_submit=True)
    found = cases.of_row(unit, rows[0])
    seen = viewing.of(unit, found)
    state, color = STATES[found.case.state]
    mine = seen.waiting_for(unit.actor.id)
    return Bar(
        case=found.id,
        label=seen.label,
        state=labels.text(state),
        color=color,
        words=" · ".join(_in_words(seen, turn, labels) for turn in seen.turns),
        task=mine[0].id if mine and mine[0].state == "waiting" else None,
        asks_reading=bool(mine) and seen.node_of(mine[0]).type == "acknowledge",
        may_submit=offer is not None,
    )


def _in_words(seen: CaseSeen, turn: Turn, labels: Labels) -> str:
    people = ", ".join(seen.names.get(each, "?") for each in turn.people)
    if not people:
        return turn.label
    return labels.text("{node}: waits for {people}", node=turn.label, people=people)
