"""What an administrator says about signing in, for the whole workspace."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ..errors import FieldProblem, RecordInvalid
from . import access, audit
from .storage import catalog_store, sign_in_rows
from .storage.unit_of_work import Unit

KEY = "sign_in"


@dataclass(frozen=True, slots=True)
class Rules:
    """``link_by_email``: names of the providers whose word for an e-mail address is taken when
    somebody comes from there for the first time."""

    second_step_required: bool = False
    link_by_email: frozenset[str] = frozenset()


def of(unit: Unit) -> Rules:
    kept = catalog_store.workspace_value(unit.connection, KEY) or {}
    return Rules(bool(kept.get("second_step_required")), frozenset(kept.get("link_by_email") or ()))


def change(unit: Unit, second_step_required: bool, link_by_email: Collection[str]) -> None:
    """Sets the rules; needs ``manage_users`` and ``manage_rights``.

    When the second step becomes required, whoever has none is signed out and sets theirs up with
    the next sign-in. Raises AccessDenied, RecordInvalid (one's own is missing).
    """
    access.require_system(unit.actor, "manage_users")
    access.require_system(unit.actor, "manage_rights")
    before, after = of(unit), Rules(second_step_required, frozenset(link_by_email))
    if after == before:
        return
    if after.second_step_required and not before.second_step_required:
        _require_for_all(unit)
    document = {
        "second_step_required": after.second_step_required,
        "link_by_email": sorted(after.link_by_email),
    }
    catalog_store.set_workspace_value(unit.connection, KEY, document)
    audit.record(unit, "sign_in_rules_changed", document)


def _require_for_all(unit: Unit) -> None:
    mine = sign_in_rows.second_step_of(unit, unit.actor.id)
    if mine is None and not unit.actor.is_system:
        message = "Set up your own second step first, so that you can sign in again."
        raise RecordInvalid([FieldProblem("second_step_required", "locked_out", message)])
    sign_in_rows.end_sessions_without_second_step(unit)
