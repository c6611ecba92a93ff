"""The form of one calendar: hours, holidays, extra days of work; what is typed, what it means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import available_timezones

from werkzeug.datastructures import MultiDict

from ..errors import FieldProblem, NotFound, RecordInvalid
from ..metadata.calendar_edits import LISTS, key_of, with_calendar, with_names
from ..metadata.calendars import DAYS
from ..metadata.checks.calendars import problems_of
from ..metadata.definitions import EMPTY
from ..metadata.rights_edits import item
from ..metadata.steps.compiling import text_id
from ..runtime import access, customizing
from ..runtime.customizing import Definitions
from ..runtime.naming import name_of
from ..runtime.storage.unit_of_work import Unit
from ..texts import LOCALES
from ..workflow.jobs import require_right
from .calendar_days import DAY_LABELS, Day, Told, documents, merged, pasted, spans, spelled
from .filtering import Choice
from .labels import Labels
from .rights_edit import Edit, label_in

NEW = "_new"
"""In the address, for one that is being made: no name begins like this."""
LANGUAGES = {"en": "English", "zh": "中文"}
ROW = re.compile(r"(holidays|work_days)\.(\d{1,5})\.date", re.ASCII)


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form says. ``pasted``: by list, the lines that are to become days."""

    label: str = ""
    other: str = ""
    zone: str = ""
    is_default: bool = False
    hours: Mapping[str, str] = EMPTY
    days: Mapping[str, tuple[Day, ...]] = EMPTY
    pasted: Mapping[str, str] = EMPTY
    again: bool = False


@dataclass(frozen=True, slots=True)
class CalendarForm:
    """``languages``: that of the calendar and the second one, in their own words."""

    name: str
    heading: str
    base: int
    typed: Typed
    weekdays: tuple[tuple[str, str, str], ...]
    zones: tuple[Choice, ...]
    own_zone: str
    languages: tuple[str, str]


def may_edit(unit: Unit) -> bool:
    return {"manage_rights", "designer"} <= unit.actor.rights.system


def opened(unit: Unit, name: str) -> Mapping[str, Any]:
    """The calendar as it is; empty for one that is being made. Raises AccessDenied, NotFound."""
    access.require_system(unit.actor, "manage_rights")
    require_right(unit)
    known = unit.catalog.documents.get("calendars", EMPTY).get(name)
    if known is None and name != NEW:
        raise NotFound()
    return known or {}


def form_of(unit: Unit, name: str, labels: Labels, typed: Typed | None = None) -> CalendarForm:
    """With what is ``typed``, else as the calendar is. Raises AccessDenied, NotFound."""
    known = opened(unit, name)
    locale, second = _languages(unit, known)
    shown = typed or _known(labels, known, second)
    heading = labels.text("New calendar")
    if known:
        id_ = text_id(unit.catalog, key_of(known))
        heading = unit.catalog.label(id_, known["label"], labels.locale)
    zones = sorted(z for z in available_timezones() if "/" in z or z == "UTC")
    return CalendarForm(
        name=name,
        heading=heading,
        base=unit.opening.catalog,
        typed=shown,
        weekdays=tuple((d, labels.text(DAY_LABELS[d]), shown.hours.get(d, "")) for d in DAYS),
        zones=tuple(Choice(z, z.replace("_", " "), z == shown.zone) for z in zones),
        own_zone=unit.settings.zone,
        languages=(LANGUAGES.get(locale, locale), LANGUAGES[second]),
    )


def _languages(unit: Unit, known: Mapping[str, Any]) -> tuple[str, str]:
    """The language a calendar's own texts are in, and the other one of the platform's."""
    owner = text_id(unit.catalog, key_of(known)).partition(":")[0] if known else ""
    own = next((p.language for p in unit.catalog.packages if p.name == owner), LOCALES[0])
    return own, next(each for each in LOCALES if each != own)


def _known(labels: Labels, known: Mapping[str, Any], second: str) -> Typed:
    if not known:
        return Typed(hours=dict.fromkeys(DAYS[:5], "09:00–18:00"))

    def other(key: str, own: str) -> str:
        said = labels.catalog.label(text_id(labels.catalog, key), own, second)
        return "" if said == own else said

    def day(each: Mapping[str, Any]) -> Day:
        label = each.get("label", "")
        return Day(
            first=each["date"],
            last=each.get("to", ""),
            label=label,
            other=other(f"{key_of(known)}/{each['date']}", label),
            yearly=each.get("yearly", False),
            hours=spelled(each.get("hours", ())),
        )

    return Typed(
        label=known["label"],
        other=other(key_of(known), known["label"]),
        zone=known.get("zone", ""),
        is_default=known.get("default", False),
        hours={d: spelled(known["hours"].get(d, ())) for d in DAYS},
        days={
            key: tuple(sorted(map(day, known.get(key, ())), key=lambda each: each.first))
            for key in LISTS
        },
    )


def typed_in(form: MultiDict[str, str]) -> Typed:
    days: dict[str, list[Day]] = {key: [] for key in LISTS}
    for field in form:
        match = ROW.fullmatch(field)
        if match is not None:
            days[match[1]].append(_row(form, field.removesuffix("date")))
    return Typed(
        label=form.get("label", "").strip(),
        other=form.get("other", "").strip(),
        zone=form.get("zone", ""),
        is_default="default" in form,
        hours={d: form.get(f"hours.{d}", "").strip() for d in DAYS},
        days={key: tuple(found) for key, found in days.items()},
        pasted={key: form.get(f"paste.{key}", "") for key in LISTS},
        again="again" in form,
    )


def _row(form: MultiDict[str, str], at: str) -> Day:
    def said(name: str) -> str:
        return form.get(f"{at}{name}", "").strip()

    return Day(
        first=said("date"),
        last=said("to"),
        label=said("label"),
        other=said("other"),
        yearly=bool(said("yearly")),
        hours=said("hours"),
    )


# What it means -------------------------------------------------------------------------------


def taken_over(typed: Typed) -> Typed:
    """What is pasted as rows. Raises RecordInvalid with every line that makes no sense."""
    told = Told()
    days = {
        key: merged(typed.days.get(key, ()), pasted(typed.pasted.get(key, ""), key, told))
        for key in LISTS
    }
    if told.problems:
        raise RecordInvalid(told.problems)
    return replace(typed, days=days, pasted=EMPTY)


def saved(unit: Unit, name: str, typed: Typed, labels: Labels) -> Edit:
    """The calendar as the form says, nothing left to be pasted. Raises AccessDenied, NotFound,
    RecordInvalid."""
    known, found = opened(unit, name), customizing.definitions(unit)
    content = found.content("calendars")
    called = name if known else name_of(typed.label or typed.other, _names(content))
    calendar = _document(typed, called, labels)
    whole = {**(item(content, "calendars", called) or {}), **calendar}
    whole = {key: value for key, value in whole.items() if value is not None}
    _, second = _languages(unit, known)
    wanted = {
        ("calendars", ""): with_calendar(content, calendar),
        ("translations", second): _translations(found, whole, typed, second),
    }
    changed = "Calendar “{label}” changed" if known else "Calendar “{label}” made"
    return Edit(found, wanted, labels.text(changed, label=calendar["label"]), called)


def _names(content: Mapping[str, Any]) -> list[str]:
    calendars = content.get("calendars", ())
    return [name for each in calendars for name in (each["name"], *each.get("was", ()))]


def _document(typed: Typed, name: str, labels: Labels) -> dict[str, Any]:
    """Everything wrong is told at once."""
    told = Told()
    label = typed.label or typed.other
    try:
        label_in({"label": label})
        label_in({"label": typed.other or label})
    except RecordInvalid as wrong:
        told.problems += wrong.problems
    weekdays = {day: labels.text(DAY_LABELS[day]) for day in DAYS}
    hours = {d: spans(typed.hours.get(d, ""), weekdays[d], f"hours.{d}", told) for d in DAYS}
    days = {key: documents(typed.days.get(key, ()), key, told) for key in LISTS}
    for day in sorted(
        {d["date"] for d in days["holidays"]} & {d["date"] for d in days["work_days"]}
    ):
        told.add("work_days", "{day} is a holiday and a day of work.", day=day)
    said = {
        "name": name,
        "label": label,
        "zone": typed.zone or None,
        "default": typed.is_default or None,
        "hours": {day: found for day, found in hours.items() if found},
        **{key: found or None for key, found in days.items()},
    }
    if not told.problems:
        told.problems += _checked(
            {k: v for k, v in said.items() if v is not None}, weekdays, labels
        )
    if told.problems:
        raise RecordInvalid(told.problems)
    return said


def _checked(
    document: Mapping[str, Any], weekdays: Mapping[str, str], labels: Labels
) -> list[FieldProblem]:
    """What the checks of definitions say of it, with the day it is about."""
    found = []
    for path, message, data in problems_of(document):
        said, day = labels.text(message, **data), weekdays.get(str(path[-1]))
        text, told = ("{day}: {said}", {"day": day, "said": said}) if day else (message, data)
        found.append(FieldProblem(".".join(map(str, path)), "unknown", text, told))
    return found


def _translations(
    found: Definitions, calendar: Mapping[str, Any], typed: Typed, locale: str
) -> Mapping[str, Any]:
    layer = found.layer.documents
    said = next((d for d in layer if (d.kind, d.name) == ("translations", locale)), None)
    named = {each.first: each.other for key in LISTS for each in typed.days.get(key, ())}
    texts = with_names(
        said.content["texts"] if said else EMPTY,
        found.packages,
        found.below,
        calendar,
        {**named, "": typed.other},
        locale,
    )
    return {"texts": texts} if texts else {}
