"""The clocks of a record, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ..metadata.definitions import Object
from ..metadata.field_types.clock import STANDINGS
from ..metadata.formats import hours_text, moment_format
from ..runtime.storage.unit_of_work import Unit
from ..workflow.sla import viewing
from ..workflow.sla.viewing import Seen
from . import sla_escalated, standings
from .labels import Labels
from .sla_escalated import RanLine


@dataclass(frozen=True, slots=True)
class ClockCard:
    """A clock of a record. ``when`` and ``left`` are sentences; ``share``: percent of its time;
    ``ran``: what was done on the way, ``runs_url``: where more of it is, for who may look."""

    label: str
    policy: str
    state: str
    word: str
    color: str
    when: str
    left: str
    share: int
    is_open: bool
    ran: tuple[RanLine, ...]
    runs_url: str


def clock_cards(unit: Unit, obj: Object, id_: str, labels: Labels) -> tuple[ClockCard, ...]:
    """The clocks of a record the actor is known to see."""
    found = viewing.of_record(unit, obj, id_)
    ran = sla_escalated.lines(unit, obj, id_, labels) if found else {}
    url = sla_escalated.runs_url(unit, obj, id_)
    return tuple(_card(unit, each, ran.get(each.key, ()), url, labels) for each in found)


def _card(
    unit: Unit, seen: Seen, ran: tuple[RanLine, ...], runs_url: str, labels: Labels
) -> ClockCard:
    share = 100 * seen.elapsed / seen.allowed if seen.allowed else 100
    return ClockCard(
        label=labels.thing(seen.target) if seen.target else seen.name,
        policy=labels.thing(seen.policy) if seen.policy else seen.policy_name,
        state=seen.standing,
        word=labels.text(STANDINGS[seen.standing]),
        color=standings.COLORS[seen.standing],
        when=_when(unit, seen, labels),
        left=_left(seen, labels),
        share=min(100, int(share)),
        is_open=seen.stopped_at is None,
        ran=ran,
        runs_url=runs_url if ran else "",
    )


def _when(unit: Unit, seen: Seen, labels: Labels) -> str:
    def shown(moment: datetime) -> str:
        return moment_format(labels.locale)(moment, unit.zone)

    if seen.stopped_at is not None:
        return labels.text("Reached {moment}", moment=shown(seen.stopped_at))
    if seen.standing == "overdue" and seen.due_at is not None:
        return labels.text("Was due {moment}", moment=shown(seen.due_at))
    if seen.due_at is not None:
        return labels.text("Due {moment}", moment=shown(seen.due_at))
    return labels.text("The clock stands still")


def _left(seen: Seen, labels: Labels) -> str:
    """Business time, in hours and minutes."""
    allowed = hours_text(seen.allowed, labels.locale)
    if seen.stopped_at is not None:
        spent = hours_text(seen.elapsed, labels.locale)
        return labels.text("took {spent} of {allowed}", spent=spent, allowed=allowed)
    if seen.remaining >= timedelta():
        left = hours_text(seen.remaining, labels.locale)
        return labels.text("{left} left of {allowed}", left=left, allowed=allowed)
    over = hours_text(-seen.remaining, labels.locale)
    return labels.text("{over} over the {allowed}", over=over, allowed=allowed)
