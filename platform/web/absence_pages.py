"""Who is away and who decides meanwhile, as a page: one's own, or somebody else's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..errors import FieldProblem, RecordInvalid, TypecaseError
from ..metadata.formats import date_format
from ..runtime import users
from ..runtime.storage.unit_of_work import Unit
from ..workflow.approvals import absences
from ..workflow.approvals.absences import Absence
from .filtering import Choice
from .labels import Labels


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    id: str
    days: str
    deputy: str
    state: str
    color: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class AbsencesModel:
    """``values``: what was typed and is not taken yet; ``problems``: field → what is wrong."""

    person: str
    name: str
    is_me: bool
    rows: tuple[AbsenceRow, ...]
    values: Mapping[str, str]
    deputy: Choice | None
    problems: Mapping[str, str]

    @property
    def action(self) -> str:
        return "/me/absences" if self.is_me else f"/admin/users/{self.person}/absences"


def build(
    unit: Unit,
    person: str,
    labels: Labels,
    form: Mapping[str, str] | None = None,
    error: TypecaseError | None = None,
) -> AbsencesModel:
    """Raises AccessDenied, NotFound."""
    found = absences.of_person(unit, person)
    typed = form or {}
    deputy = typed.get("deputy", "")
    named = users.named(unit, deputy) if len(deputy) == 36 else None
    problems = error.problems if isinstance(error, RecordInvalid) else ()
    return AbsencesModel(
        person=person,
        name=users.named(unit, person) or "?",
        is_me=person == unit.actor.id,
        rows=tuple(_row(each, labels) for each in found),
        values={name: typed.get(name, "") for name in ("since", "until", "waiting")},
        deputy=Choice(deputy, named, True) if named else None,
        problems={str(p.field): p.text(labels.locale) for p in problems},
    )


def add(unit: Unit, person: str, form: Mapping[str, str]) -> None:
    """Raises AccessDenied, NotFound, RecordInvalid."""
    since, until = _day(form, "since"), _day(form, "until")
    absences.add(unit, person, form.get("deputy", ""), since, until, form.get("waiting") == "1")


def _day(form: Mapping[str, str], name: str) -> date | None:
    text = form.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        problem = FieldProblem(name, "not_a_date", "This must be a date like 2026-11-21.")
        raise RecordInvalid([problem]) from error


def _row(each: Absence, labels: Labels) -> AbsenceRow:
    shown = date_format(labels.locale)
    state, color = ("Over", "gray") if each.is_over else ("To come", "blue")
    if each.is_now:
        state, color = "Away now", "orange"
    days = f"{shown(each.since)} – {shown(each.until)}"
    return AbsenceRow(each.id, days, each.deputy_name, labels.text(state), color, each.is_over)
