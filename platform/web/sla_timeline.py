"""A policy's clocks tried out on a page: starts, pauses, warnings and the end on a timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for

from ..metadata.definitions import Object
from ..metadata.formats import hours_text, moment_format
from ..metadata.service_levels import Policy, service_levels_of
from ..runtime.storage.unit_of_work import Unit
from ..workflow.business_hours import NeverOver
from ..workflow.sla import forecasting
from ..workflow.sla.forecasting import Kind, Line, Mark, Wanted
from .filtering import Choice
from .labels import Labels
from .sla_levels import step_words

LOCAL = "%Y-%m-%dT%H:%M"
"""How a browser writes a moment somebody has typed."""
YEARS = range(1970, 9001)
KIND_WORDS: Mapping[Kind, tuple[str, str]] = {
    "starts": ("It starts", "blue"),
    "pauses": ("It pauses", "gray"),
    "goes_on": ("It goes on", "blue"),
    "escalates": ("at {percent} %: {steps}", ""),
    "due": ("The time is over", "red"),
}


@dataclass(frozen=True, slots=True)
class MarkRow:
    when: str
    said: str
    color: str


@dataclass(frozen=True, slots=True)
class LineCard:
    label: str
    allowed: str
    rows: tuple[MarkRow, ...]


@dataclass(frozen=True, slots=True)
class TimelineModel:
    """``chosen``: (field, label, values) where a time follows from one. ``problems``: by field."""

    label: str
    url: str
    policies: tuple[Choice, ...]
    chosen: tuple[tuple[str, str, tuple[Choice, ...]], ...]
    began: str
    paused: str
    resumed: str
    problems: Mapping[str, str]
    lines: tuple[LineCard, ...]


def build(unit: Unit, name: str, typed: Mapping[str, str], labels: Labels) -> TimelineModel:
    """With what the address says. Raises AccessDenied, NotFound."""
    policy = forecasting.policy_of(unit, name, typed.get("policy"))
    obj = unit.catalog.object(name)
    values = _chosen(policy, typed)
    moments = {each: _moment(unit, typed.get(each)) for each in ("began", "paused", "resumed")}
    start = moments["began"] or unit.now
    wanted = Wanted(start, values, moments["paused"], moments["resumed"])
    problems = _unread(typed, moments, labels) or _disordered(wanted, labels)
    lines: tuple[Line, ...] = ()
    if not problems:
        try:
            lines = forecasting.forecast(unit, policy, wanted)
        except NeverOver as never:
            problems = {"began": never.text(labels.locale)}
    return TimelineModel(
        label=labels.plural(obj),
        url=url_for("service_levels.timeline", name=obj.name),
        policies=tuple(
            Choice(each.name, labels.thing(each), each.name == policy.name)
            for each in service_levels_of(unit.catalog, obj.name).policies
        ),
        chosen=tuple(_choices(obj, by, value, labels) for by, value in values.items()),
        began=start.astimezone(unit.zone).strftime(LOCAL),
        paused=typed.get("paused", ""),
        resumed=typed.get("resumed", ""),
        problems=problems,
        lines=tuple(_line(unit, each, labels) for each in lines),
    )


def _chosen(policy: Policy, typed: Mapping[str, str]) -> dict[str, str]:
    """The value of each field a time follows from: what was chosen, else the first with a time."""
    found: dict[str, str] = {}
    for target in policy.targets.values():
        if target.by is not None and target.by not in found:
            first = next(filter(None, target.within))
            found[target.by] = typed.get(f"by.{target.by}") or first
    return found


def _choices(
    obj: Object, name: str, chosen: str, labels: Labels
) -> tuple[str, str, tuple[Choice, ...]]:
    field = obj.by_name[name]
    options = tuple(Choice(o.name, labels.option(o), o.name == chosen) for o in field.options)
    return name, labels.field(field), options


def _moment(unit: Unit, text: str | None) -> datetime | None:
    """A moment as its reader's clock shows it; None where there is none, or no such."""
    try:
        local = datetime.strptime(text or "", LOCAL)
        return local.replace(tzinfo=unit.zone).astimezone(unit.now.tzinfo)
    except (ValueError, OverflowError):
        return None


def _unread(
    typed: Mapping[str, str], moments: Mapping[str, datetime | None], labels: Labels
) -> dict[str, str]:
    """The fields whose text is no moment, or one with no years to count on from."""
    return {
        name: labels.text("That is no date and time.")
        for name, moment in moments.items()
        if typed.get(name) and (moment is None or moment.year not in YEARS)
    }


def _disordered(wanted: Wanted, labels: Labels) -> dict[str, str]:
    """The end of the pause that is missing, or stands where it cannot."""
    paused, resumed = wanted.paused, wanted.resumed
    if (paused is None) != (resumed is None):
        missing = "paused" if paused is None else "resumed"
        return {missing: labels.text("A pause has a beginning and an end.")}
    if paused and resumed and not wanted.began <= paused < resumed:
        wrong = "paused" if paused < wanted.began else "resumed"
        return {wrong: labels.text("A pause begins after the start, and ends after that.")}
    return {}


def _line(unit: Unit, line: Line, labels: Labels) -> LineCard:
    allowed = hours_text(line.allowed, labels.locale) if line.allowed > timedelta() else ""
    rows = tuple(_mark(unit, mark, labels) for mark in line.marks)
    return LineCard(labels.thing(line.target), allowed, rows)


def _mark(unit: Unit, mark: Mark, labels: Labels) -> MarkRow:
    said, color = KIND_WORDS[mark.kind]
    data: dict[str, object] = {}
    if mark.escalation is not None:
        steps = (step_words(step, labels) for step in mark.escalation.does.steps)
        data = {"percent": mark.escalation.percent, "steps": ", ".join(steps)}
    when = moment_format(labels.locale)(mark.at, unit.zone)
    return MarkRow(when, labels.text(said, **data), color)
