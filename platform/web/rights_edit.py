"""What the forms of rights have in common: the version they were shown for, the change they mean,
why it was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from ..errors import DefinitionsInvalid, FieldProblem, RecordInvalid, TypecaseError
from ..metadata.customer import Wanted
from ..runtime import customizing
from ..runtime.customizing import Definitions
from ..runtime.installing import Proposal
from ..runtime.storage.unit_of_work import Unit
from .answers import Go, Planned
from .labels import Labels

LONGEST_LABEL = 80


@dataclass(frozen=True)
class Edit:
    """The documents as they should be, and what is said of it where publications are listed."""

    found: Definitions
    wanted: Wanted
    reason: str
    made: str = ""
    """The name of the thing, where it is new."""


def seen_in(form: Mapping[str, str]) -> int:
    """The version a form was shown for; -1: none there can be."""
    base = form.get("base", "")
    return int(base) if base.isdecimal() and len(base) < 10 else -1


def proposal_of(unit: Unit, edit: Edit, form: Mapping[str, str]) -> Proposal:
    """The plan of a change, for the version the form was shown for. Raises Overtaken,
    DefinitionsInvalid."""
    return customizing.propose(unit, seen_in(form), edit.found, edit.wanted, edit.reason)


def planned(
    unit: Unit, edit: Edit, form: Mapping[str, str], to: str, labels: Labels
) -> Go | Planned:
    """What a form that is to be saved leads to: a publication, unless nothing would be another."""
    proposal = proposal_of(unit, edit, form)
    if proposal.unchanged:
        return Go(to, labels.text("There is nothing to change."))
    version = proposal.catalog.version
    undo = url_for("administration_changes.undo", version=version)
    said = labels.text("Published. It holds from now on.")
    return Planned(proposal, Go(to, said, undo, {"base": str(version)}))


def said_of(error: TypecaseError | None, labels: Labels) -> tuple[str, ...]:
    """Why it was refused, a sentence each."""
    if isinstance(error, DefinitionsInvalid):
        return tuple(dict.fromkeys(each.text(labels.locale) for each in error.problems))
    if isinstance(error, RecordInvalid):
        return tuple(each.text(labels.locale) for each in error.problems)
    return (error.text(labels.locale),) if error else ()


def label_in(form: Mapping[str, str]) -> str:
    """What the thing is called. Raises RecordInvalid."""
    label = form.get("label", "").strip()
    if not label:
        raise RecordInvalid([FieldProblem("label", "required", "Say what it is called.")])
    if len(label) > LONGEST_LABEL or not label.isprintable():
        message = "A name has at most {most} characters, all of them visible."
        raise RecordInvalid([FieldProblem("label", "too_long", message, {"most": LONGEST_LABEL})])
    return label
