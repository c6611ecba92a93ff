"""Escalations that ran, on the pages: beside the clocks of a record, and for administrators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from ..errors import NotFound
from ..metadata.definitions import Object
from ..metadata.formats import moment_format, relative_moment
from ..runtime.storage.unit_of_work import Unit
from ..workflow.sla import escalated
from ..workflow.sla.escalated import Escalated
from . import process_pages
from .labels import Labels
from .process_pages import About

PAGE = 50


@dataclass(frozen=True, slots=True)
class RanLine:
    """One escalation beside its clock."""

    said: str
    failed: bool


@dataclass(frozen=True, slots=True)
class RanRow:
    """``next_step``: what comes after a failure, where something does. ``may_replay``: it is given
    up, and somebody may have it done again."""

    id: str
    when: str
    moment: str
    escalation: str
    policy: str
    about: About | None
    outcome: str
    color: str
    error: str | None
    trace: Sequence[Mapping[str, Any]]
    next_step: str
    may_replay: bool


@dataclass(frozen=True, slots=True)
class RanModel:
    """``of``: the record it is narrowed to, as its page calls it."""

    label: str
    name: str
    record: str | None
    of: About | None
    rows: tuple[RanRow, ...]
    next: str | None


def lines(unit: Unit, obj: Object, id_: str, labels: Labels) -> dict[str, tuple[RanLine, ...]]:
    """Key of a target → what was done on the way, the first before. Of tries only the last
    counts."""
    found: dict[str, dict[str, RanLine]] = {}
    for each in reversed(escalated.of_record(unit, obj, id_)):
        if each.escalation is not None:
            own = found.setdefault(each.escalation.target, {})
            own[each.run.automation] = _line(unit, each, labels)
    return {target: tuple(own.values()) for target, own in found.items()}


def _line(unit: Unit, each: Escalated, labels: Labels) -> RanLine:
    assert each.escalation is not None
    when = moment_format(labels.locale)(each.run.at, unit.zone)
    words = "{percent} %: failed {moment}" if each.failed else "{percent} %: done {moment}"
    return RanLine(labels.text(words, percent=each.escalation.percent, moment=when), each.failed)


def page(unit: Unit, name: str, asked: Mapping[str, str], labels: Labels) -> RanModel:
    """Raises AccessDenied, NotFound."""
    record = asked.get("record") or None
    found = escalated.of_object(unit, name, _id(record), PAGE, _id(asked.get("before") or None))
    obj = unit.catalog.object(name)
    wanted: list[tuple[str | None, str | None]] = [(e.run.object, e.run.record) for e in found]
    about = process_pages.records(unit, [*wanted, (obj.name, record)], labels)
    return RanModel(
        label=labels.plural(obj),
        name=obj.name,
        record=record,
        of=about.get(record or ""),
        rows=tuple(_row(unit, each, about, labels) for each in found),
        next=found[-1].run.id if len(found) == PAGE else None,
    )


def _id(text: str | None) -> str | None:
    try:
        return str(UUID(text)) if text else None
    except ValueError:
        raise NotFound() from None


def _row(unit: Unit, each: Escalated, about: Mapping[str, About], labels: Labels) -> RanRow:
    run, escalation, policy = each.run, each.escalation, each.policy
    name = run.automation
    if escalation is not None and policy is not None:
        target = policy.targets.get(escalation.target)
        called = labels.thing(target) if target else escalation.target
        name = labels.text("{target}: {percent} %", target=called, percent=escalation.percent)
    is_given_up = each.failed and each.job == "dead"
    waits = each.failed and each.job in ("waiting", "running")
    return RanRow(
        id=run.id,
        when=relative_moment(run.at, unit.now, unit.zone, labels.locale),
        moment=moment_format(labels.locale)(run.at, unit.zone),
        escalation=name,
        policy=labels.thing(policy) if policy else "",
        about=about.get(run.record or ""),
        outcome=labels.text("Failed") if each.failed else labels.text("Done"),
        color="red" if each.failed else "green",
        error=run.error,
        trace=run.trace,
        next_step=labels.text("It is tried again by itself.") if waits else "",
        may_replay=is_given_up,
    )


def runs_url(unit: Unit, obj: Object, id_: str) -> str:
    """Where traces and failures are, for who may look at them."""
    if "designer" not in unit.actor.rights.system:
        return ""
    return url_for("service_levels.runs", name=obj.name, record=id_)
