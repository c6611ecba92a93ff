"""The page of one calendar: its form, and what a change would do to the clocks that run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from flask import url_for

from ..errors import RecordInvalid, TypecaseError
from ..metadata.catalog import Catalog
from ..runtime.storage.unit_of_work import Unit
from ..workflow.sla import foreseeing, recomputing
from ..workflow.sla.recomputing import Preview
from . import calendar_forms, sla_recomputing
from .answers import Go, Planned
from .calendar_forms import CalendarForm, Typed
from .labels import Labels
from .rights_edit import planned, proposal_of, said_of
from .sla_recomputing import DifferenceRow

LIST_LABELS: Mapping[str | None, str] = {
    "holidays": "Holidays",
    "work_days": "Extra days of work",
}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What happens to the clocks of one object. ``rows``: examples."""

    label: str
    preview: Preview
    rows: tuple[DifferenceRow, ...]


@dataclass(frozen=True, slots=True)
class CalendarModel:
    """``preview`` None: nobody has asked yet."""

    form: CalendarForm
    problems: tuple[str, ...] = ()
    preview: tuple[Foreseen, ...] | None = None

    @property
    def base(self) -> int:
        return self.form.base


def build(
    unit: Unit,
    name: str,
    labels: Labels,
    typed: Typed | None = None,
    error: TypecaseError | None = None,
) -> CalendarModel:
    """Raises AccessDenied, NotFound."""
    return CalendarModel(calendar_forms.form_of(unit, name, labels, typed), _said(error, labels))


def _said(error: TypecaseError | None, labels: Labels) -> tuple[str, ...]:
    """Why it was refused, with the list it is about: both have lines."""
    if not isinstance(error, RecordInvalid):
        return said_of(error, labels)
    return tuple(
        labels.text("{day}: {said}", day=labels.text(LIST_LABELS[p.field]), said=text)
        if p.field in LIST_LABELS
        else text
        for p in error.problems
        for text in [p.text(labels.locale)]
    )


def previewed(unit: Unit, name: str, typed: Typed, base: str, labels: Labels) -> CalendarModel:
    """The form with what publishing it would do. Raises what ``published`` raises."""
    typed = calendar_forms.taken_over(typed)
    edit = calendar_forms.saved(unit, name, typed, labels)
    after = proposal_of(unit, edit, {"base": base}).catalog
    found = foreseeing.foreseen(unit, after, typed.again)
    shown = tuple(_foreseen(unit, each, preview, labels) for each, preview in found)
    return replace(build(unit, name, labels, typed), preview=shown)


def _foreseen(unit: Unit, name: str, preview: Preview, labels: Labels) -> Foreseen:
    obj = unit.catalog.object(name)
    return Foreseen(
        labels.plural(obj), preview, sla_recomputing.rows_of(unit, obj, preview, labels)
    )


def published(unit: Unit, name: str, typed: Typed, base: str, labels: Labels) -> Go | Planned:
    """Planned, and with it recomputing where that is wanted. Raises AccessDenied, NotFound,
    RecordInvalid, Overtaken, DefinitionsInvalid, and NeverOver where a clock would have no end."""
    edit = calendar_forms.saved(unit, name, calendar_forms.taken_over(typed), labels)
    to = url_for("service_levels.show")
    plan = planned(unit, edit, {"base": base}, to, labels)
    if isinstance(plan, Go):
        return plan
    after = plan.proposal.catalog
    foreseeing.foreseen(unit, after)
    return replace(plan, also=_recompute(after)) if typed.again else plan


def _recompute(after: Catalog) -> Callable[[Unit], None]:
    def also(unit: Unit) -> None:
        for obj in foreseeing.touched(unit, after):
            recomputing.start(unit, obj.name)

    return also
