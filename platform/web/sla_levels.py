"""All policies with what runs by them now, and all calendars, for those who look after them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import url_for

from ..metadata.calendars import DAYS, Calendar, Hours, calendar_of, default_calendar
from ..metadata.definitions import EMPTY, Field
from ..metadata.formats import date_format
from ..metadata.service_levels import Policy, Target
from ..metadata.steps.compiling import Step, text_id
from ..metadata.steps.notifying import NotifyStep
from ..metadata.steps.sending import SendStep
from ..metadata.steps.updating import UpdateStep
from ..runtime.storage.unit_of_work import Unit
from ..workflow.sla import viewing
from ..workflow.sla.viewing import Counted
from .calendar_days import DAY_LABELS
from .calendar_forms import NEW, may_edit
from .labels import Labels

PERIOD_WORDS = {"m": "{count} min", "h": "{count} h", "d": "{count} d"}
STEP_WORDS: Mapping[type[Step], str] = {
    NotifyStep: "tell people",
    SendStep: "send a message",
    UpdateStep: "change the record",
}


@dataclass(frozen=True, slots=True)
class TargetRow:
    label: str
    within: str
    on_the_way: str
    open: int
    overdue: int
    met: int


@dataclass(frozen=True, slots=True)
class PolicyCard:
    label: str
    order: int
    when: str
    calendar: str
    targets: tuple[TargetRow, ...]


@dataclass(frozen=True, slots=True)
class ObjectLevels:
    label: str
    icon: str
    runs_url: str
    recompute_url: str
    timeline_url: str
    policies: tuple[PolicyCard, ...]


@dataclass(frozen=True, slots=True)
class CalendarCard:
    label: str
    edit_url: str
    zone: str
    is_default: bool
    hours: tuple[tuple[str, str], ...]
    holidays: tuple[tuple[str, str], ...]
    work_days: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LevelsModel:
    """``new_url``: where a calendar is made, for who may; else empty, as ``edit_url`` is."""

    new_url: str
    objects: tuple[ObjectLevels, ...]
    calendars: tuple[CalendarCard, ...]


def levels(unit: Unit, labels: Labels) -> LevelsModel:
    """Every policy with what runs now, every calendar. Raises AccessDenied."""
    counts = viewing.counts(unit)
    of: dict[str, list[PolicyCard]] = {}
    for policy in viewing.policies(unit):
        of.setdefault(policy.object, []).append(_policy(unit, policy, counts, labels))
    objects = tuple(
        ObjectLevels(
            label=labels.plural(unit.catalog.objects[name]),
            icon=unit.catalog.objects[name].icon,
            runs_url=url_for("service_levels.runs", name=name),
            recompute_url=url_for("service_levels.recompute", name=name),
            timeline_url=url_for("service_levels.timeline", name=name),
            policies=tuple(policies),
        )
        for name, policies in of.items()
    )
    names = unit.catalog.documents.get("calendars", EMPTY)
    calendars = [calendar_of(unit.catalog, name) for name in names]
    new_url = url_for("calendars.show", calendar_name=NEW) if may_edit(unit) else ""
    return LevelsModel(new_url, objects, tuple(_calendar(unit, each, labels) for each in calendars))


def _policy(unit: Unit, policy: Policy, counts: viewing.Counts, labels: Labels) -> PolicyCard:
    obj = unit.catalog.objects[policy.object]
    every = labels.text("Every hour counts")
    return PolicyCard(
        label=labels.thing(policy),
        order=policy.order,
        when=policy.when if isinstance(policy.when, str) else "",
        calendar=_named(policy.calendar, labels) if policy.calendar else every,
        targets=tuple(
            _target(
                policy,
                each,
                obj.by_name.get(each.by or ""),
                counts.get((obj.id, policy.key, each.key), Counted()),
                labels,
            )
            for each in policy.targets.values()
        ),
    )


def _named(calendar: Calendar, labels: Labels) -> str:
    return (
        labels.thing(calendar) if calendar.label else labels.text("Nine to six, Monday to Friday")
    )


def step_words(step: Step, labels: Labels) -> str:
    """What a step does, in a word where there is one; else what its author calls it."""
    word = STEP_WORDS.get(type(step))
    return labels.text(word) if word else step.label


def _period(period: str, labels: Labels) -> str:
    """``30m`` in words; what is longer to write is words already."""
    word = PERIOD_WORDS.get(period[-1]) if period[:-1].isdecimal() else None
    return labels.text(word, count=int(period[:-1])) if word else period


def _target(
    policy: Policy, target: Target, by: Field | None, counted: Counted, labels: Labels
) -> TargetRow:
    named = {o.name: labels.option(o) for o in by.options} if by else {}
    times = [
        f"{named[value]}: {_period(time, labels)}" if value else _period(time, labels)
        for value, time in target.within.items()
    ]
    steps = [
        labels.text("at {percent} %: {steps}", percent=each.percent,
                    steps=", ".join(step_words(step, labels) for step in each.does.steps))
        for each in policy.of(target.key)
    ]  # fmt: skip
    return TargetRow(
        label=labels.thing(target),
        within=", ".join(times),
        on_the_way="; ".join(steps),
        open=counted.open,
        overdue=counted.overdue,
        met=counted.met,
    )


def _calendar(unit: Unit, calendar: Calendar, labels: Labels) -> CalendarCard:
    shown = date_format(labels.locale)
    free = [
        (
            shown(h.first) if h.first == h.last else f"{shown(h.first)} – {shown(h.last)}",
            _day_label(calendar, h.first, h.label, labels)
            + (f" · {labels.text('every year')}" if h.yearly else ""),
        )
        for h in calendar.holidays
    ]
    return CalendarCard(
        label=labels.thing(calendar),
        edit_url=url_for("calendars.show", calendar_name=calendar.name) if may_edit(unit) else "",
        zone=calendar.zone or unit.settings.zone,
        is_default=calendar is default_calendar(unit.catalog),
        hours=tuple(
            (labels.text(DAY_LABELS[name]), _hours(hours) or labels.text("free"))
            for name, hours in zip(DAYS, calendar.weekly, strict=True)
        ),
        holidays=tuple(free),
        work_days=tuple(
            (shown(d.day), _day_label(calendar, d.day, d.label, labels) or _hours(d.hours))
            for d in calendar.work_days
        ),
    )


def _day_label(calendar: Calendar, day: date, label: str, labels: Labels) -> str:
    key = f"{calendar.id.partition(':')[2]}/{day.isoformat()}"
    return labels.catalog.label(text_id(labels.catalog, key), label, labels.locale)


def _hours(hours: Hours) -> str:
    return ", ".join(f"{_time(start)}–{_time(end)}" for start, end in hours)


def _time(minute: int) -> str:
    """24:00 is the end of a day; what goes on past it is shown by the next day's clock."""
    if minute > 24 * 60:
        minute -= 24 * 60
    return f"{minute // 60:02}:{minute % 60:02}"
