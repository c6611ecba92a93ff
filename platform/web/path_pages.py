"""The path of a record's page: its stages, the time spent in them, what the next one asks for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..metadata.definitions import Object, Option, StagePath
from ..runtime import moves, stages
from ..runtime.storage.unit_of_work import Unit
from . import stage_signs
from .labels import Labels


@dataclass(frozen=True, slots=True)
class StageStep:
    name: str
    label: str
    state: str
    """``done``, ``now``, ``now won``, ``now lost``, or nothing: still to come."""
    spent: str = ""
    """How long the record has been in it."""
    may_move: bool = True
    reason: str = ""
    """Why the record cannot be brought there just now, by this reader."""


@dataclass(frozen=True, slots=True)
class PathModel:
    steps: tuple[StageStep, ...]
    guidance: str | None
    missing: tuple[str, ...]
    """Labels of what the next stage asks for and the record has not."""
    next_label: str | None
    signs: tuple[str, ...] = ()
    """What there is to look at: stalled, at risk."""
    refused: tuple[tuple[str, str], ...] = ()
    """Why stages are not offered: (which, empty where it is all of them; why)."""


def build(
    unit: Unit,
    obj: Object,
    stored: Mapping[str, Any],
    values: Mapping[str, Any],
    readable: Collection[str],
    open_fields: Collection[str],
    labels: Labels,
) -> PathModel | None:
    """None where such records have no path, or the reader may not see their stage.

    ``open_fields``: what nothing keeps the reader from changing in this record.
    """
    path = obj.path
    if path is None or path.field not in readable:
        return None
    options = _options(obj, path, stored["record_type"])
    now = values.get(path.field)
    place = next((i for i, o in enumerate(options) if o.name == now), -1)
    spent = stages.spent(unit, obj, stored["id"])
    here = path.stage(str(now))
    allowed = None if here is None or here.next is None else {*here.next, here.name}
    refused = _refused(unit, obj, stored, path.field in open_fields)
    steps = tuple(
        StageStep(
            name=option.name,
            label=labels.option(option),
            state=_state(options, i, place),
            spent=stage_signs.length(spent[option.name].time, labels)
            if option.name in spent and not option.closed
            else "",
            may_move=(allowed is None or option.name in allowed) and option.name not in refused,
            reason=refused.get(option.name, ""),
        )
        for i, option in enumerate(options)
    )
    following = _following(options, place, allowed)
    stage = path.stage(following.name) if following else None
    missing = [n for n in (stage.requires if stage else ()) if values.get(n) in (None, "", ())]
    missing = [n for n in missing if n in readable]
    signs = stages.signs(unit, obj, [stored["id"]]).get(stored["id"], ())
    return PathModel(
        steps,
        labels.guidance(obj, str(now), here.guidance if here else None),
        tuple(labels.name(obj, n) for n in missing),
        labels.option(following) if following and missing else None,
        tuple(stage_signs.in_words(each, labels) for each in signs),
        _reasons(steps),
    )


def _refused(
    unit: Unit, obj: Object, stored: Mapping[str, Any], is_open: bool
) -> Mapping[str, str]:
    """Stage → why it is not offered, in silence where the reader may not write the stage at all."""
    if is_open and moves.may_move(unit, obj):
        return moves.refused(unit, obj, stored)
    assert obj.path is not None
    return {option.name: "" for option in obj.by_name[obj.path.field].options}


def _reasons(steps: Sequence[StageStep]) -> tuple[tuple[str, str], ...]:
    """Each reason once, with the stages it stands against."""
    against: dict[str, list[str]] = {}
    for step in steps:
        if step.reason:
            against.setdefault(step.reason, []).append(step.label)
    if len(against) == 1 and not any(s.may_move and "now" not in s.state for s in steps):
        return tuple(("", reason) for reason in against)
    return tuple((", ".join(labels), reason) for reason, labels in against.items())


def _options(obj: Object, path: StagePath, record_type: str | None) -> list[Option]:
    kind = next((t for t in obj.record_types if t.name == record_type), None)
    used = kind.options.get(path.field) if kind else None
    return [o for o in obj.by_name[path.field].options if used is None or o.name in used]


def _state(options: list[Option], i: int, place: int) -> str:
    if place < 0 or i > place:
        return ""
    here = options[place]
    if i < place:
        return "done" if not here.closed or not options[i].closed else ""
    won = here.color == "green" or here.extra.get("probability") == 100
    return "now" if not here.closed else "now won" if won else "now lost"


def _following(options: list[Option], place: int, allowed: Collection[str] | None) -> Option | None:
    """The stage that comes next by itself: an open one that is allowed."""
    if place < 0:
        return None
    later = (o for o in options[place + 1 :] if not o.closed)
    return next((o for o in later if allowed is None or o.name in allowed), None)
