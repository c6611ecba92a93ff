"""Who is away, from when to when, and who decides in their place meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ...errors import FieldProblem, NotFound, RecordInvalid
from ...runtime import access, audit, users
from ...runtime.storage import people, user_rows
from ...runtime.storage.unit_of_work import Unit
from ..storage import asked_rows
from . import leaving

LONGEST = timedelta(days=366)
KEPT = timedelta(days=30)
"""How long an absence that is over still shows."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Both days included, in the workspace's zone. ``is_now``: it has begun and is not over."""

    id: str
    person: str
    deputy: str
    deputy_name: str
    since: date
    until: date
    is_now: bool
    is_over: bool


def of_person(unit: Unit, person: str) -> tuple[Absence, ...]:
    """The absences of somebody that are to come, are, or have just been, the earliest first: one's
    own, or with the right ``manage_users`` anybody's. Raises AccessDenied, NotFound."""
    _require(unit, person)
    day = today(unit)
    rows = [r for r in asked_rows.absences(unit, person) if r["until"] >= day - KEPT]
    names = people.names(unit, {row["deputy"] for row in rows})
    return tuple(_absence(row, names, day) for row in rows)


def add(
    unit: Unit,
    person: str,
    deputy: str,
    since: date | None,
    until: date | None,
    waiting: bool = False,
) -> str:
    """Somebody is away; returns the id of the absence. What is asked of them meanwhile goes to
    ``deputy``; with ``waiting`` what waits for them already goes there now, if it has begun.

    Raises AccessDenied, NotFound, RecordInvalid with every mistake.
    """
    _require(unit, person)
    problems = [*_days(unit, since, until), *_deputy(unit, person, deputy)]
    if problems or since is None or until is None:
        raise RecordInvalid(problems)
    for row in asked_rows.absences(unit, person):
        if row["since"] <= until and row["until"] >= since:
            message = "Another absence lies in these days: {since} to {until}."
            told = {"since": row["since"].isoformat(), "until": row["until"].isoformat()}
            raise RecordInvalid([FieldProblem("since", "overlaps", message, told)])
    id_ = asked_rows.put_absence(unit, person, deputy, since, until)
    told = {"user": person, "to": deputy, "since": since.isoformat(), "until": until.isoformat()}
    audit.record(unit, "absence_added", told)
    if waiting and since <= today(unit) <= until:
        leaving.lend(unit, person, deputy)
    return id_


def end(unit: Unit, person: str, id_: str) -> None:
    """Takes an absence away; what the deputy was asked meanwhile stays with them.

    Raises AccessDenied, NotFound.
    """
    _require(unit, person)
    if not asked_rows.remove_absence(unit, person, id_):
        raise NotFound()
    audit.record(unit, "absence_ended", {"user": person})


def today(unit: Unit) -> date:
    return unit.now.astimezone(unit.settings.zone_info).date()


# Inside -------------------------------------------------------------------------------------


def _require(unit: Unit, person: str) -> None:
    if person == unit.actor.id:
        return
    access.require_system(unit.actor, "manage_users")
    users.require_not_above(unit, user_rows.get(unit, person))


def _days(unit: Unit, since: date | None, until: date | None) -> list[FieldProblem]:
    found = [
        FieldProblem(name, "required", "Please fill this in.")
        for name, day in (("since", since), ("until", until))
        if day is None
    ]
    if since is None or until is None:
        return found
    if until < since:
        found.append(FieldProblem("until", "too_early", "It ends before it begins."))
    elif until < today(unit):
        found.append(FieldProblem("until", "too_early", "That is over already."))
    elif until - since > LONGEST:
        message = "An absence lasts {most} days at most."
        found.append(FieldProblem("until", "too_long", message, {"most": LONGEST.days}))
    return found


def _deputy(unit: Unit, person: str, deputy: str) -> list[FieldProblem]:
    there = len(deputy) == 36 and asked_rows.active(unit, [deputy])
    if not there or deputy == person:
        return [FieldProblem("deputy", "unknown", "Choose somebody else, who can sign in.")]
    return []


def _absence(row: Mapping[str, Any], names: Mapping[str, str], day: date) -> Absence:
    return Absence(
        id=row["id"],
        person=row["person"],
        deputy=row["deputy"],
        deputy_name=names.get(row["deputy"], "?"),
        since=row["since"],
        until=row["until"],
        is_now=row["since"] <= day <= row["until"],
        is_over=row["until"] < day,
    )
