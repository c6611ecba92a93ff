"""Roles, permission sets, sharing rules and defaults: changed on pages and published at once.

Each form says which version it was shown for; whoever comes second is told, and loses nothing of
what they typed.
"""

from __future__ import annotations

from flask import Blueprint, request, url_for

from ...errors import TypecaseError
from ...runtime.storage.unit_of_work import Unit
from .. import role_pages, rule_forms, set_pages
from ..answers import Answer, Page, Planned
from ..errors import status_of
from ..rights_edit import planned
from ..rights_preview import effect_model
from ..visits import publishes, reads, visit

pages = Blueprint("administration_editing", __name__, url_prefix="/admin")


# Roles --------------------------------------------------------------------------------------


@pages.get("/role/<role_name>")
@reads
def role(unit: Unit, role_name: str) -> Answer:
    model = role_pages.role(unit, role_name, visit().labels)
    return Page("administration/role.html", {"model": model})


def role_again(unit: Unit, error: TypecaseError, role_name: str) -> Answer:
    model = role_pages.role(unit, role_name, visit().labels, request.form, error)
    return Page("administration/role.html", {"model": model}, status_of(error))


@pages.post("/role/<role_name>")
@publishes(role_again)
def save_role(unit: Unit, role_name: str) -> Answer | Planned:
    """``preview`` shows who gains and loses what; ``save`` and ``remove`` do it."""
    labels, form = visit().labels, request.form
    if form.get("do") == "remove":
        edit = role_pages.removed(unit, role_name, labels)
    else:
        edit = role_pages.saved(unit, role_name, form, labels)
    if form.get("do") == "preview":
        told = effect_model(unit, edit, form, labels)
        model = role_pages.role(unit, role_name, labels, form, told=told)
        return Page("administration/role.html", {"model": model})
    return planned(unit, edit, form, url_for("administration.roles"), labels)


# Permission sets ----------------------------------------------------------------------------


@pages.get("/set/<set_name>")
@reads
def permission_set(unit: Unit, set_name: str) -> Answer:
    model = set_pages.permission_set(unit, set_name, visit().labels, request.args.get("copy"))
    return Page("administration/set.html", {"model": model})


def set_again(unit: Unit, error: TypecaseError | None, set_name: str) -> Answer:
    model = set_pages.permission_set(unit, set_name, visit().labels, form=request.form, error=error)
    status = status_of(error) if error else 200
    return Page("administration/set.html", {"model": model}, status)


@pages.post("/set/<set_name>")
@publishes(set_again)
def save_set(unit: Unit, set_name: str) -> Answer | Planned:
    """``fill`` ticks boxes, ``preview`` shows who gains and loses what; the others do it."""
    labels, form = visit().labels, request.form
    if form.get("fill"):
        return set_again(unit, None, set_name)
    if form.get("do") == "remove":
        edit = set_pages.removed(unit, set_name, labels)
        to = url_for("administration_rights.matrix")
    else:
        edit = set_pages.saved(unit, set_name, form, labels)
        to = url_for("administration_rights.matrix", set=edit.made or set_name)
    if form.get("do") == "preview":
        told = effect_model(unit, edit, form, labels)
        model = set_pages.permission_set(unit, set_name, labels, form=form, told=told)
        return Page("administration/set.html", {"model": model})
    return planned(unit, edit, form, to, labels)


# Sharing rules ------------------------------------------------------------------------------


@pages.get("/sharing/<object_name>/<rule_name>")
@reads
def rule(unit: Unit, object_name: str, rule_name: str) -> Answer:
    model = rule_forms.rule(unit, object_name, rule_name, visit().labels)
    return Page("administration/rule.html", {"model": model})


def rule_again(unit: Unit, error: TypecaseError, object_name: str, rule_name: str) -> Answer:
    # a rule that is to go is shown as it is
    form = None if request.form.get("do", "").startswith("remove") else request.form
    model = rule_forms.rule(unit, object_name, rule_name, visit().labels, form, error)
    return Page("administration/rule.html", {"model": model}, status_of(error))


@pages.post("/sharing/<object_name>/<rule_name>")
@publishes(rule_again)
def save_rule(unit: Unit, object_name: str, rule_name: str) -> Answer | Planned:
    """``preview`` and ``remove`` show who gains and loses what; ``publish`` and ``remove_now`` do
    it."""
    labels, form = visit().labels, request.form
    do = form.get("do", "preview")
    goes = do in ("remove", "remove_now")
    if goes:
        edit = rule_forms.removed(unit, object_name, rule_name, labels)
    else:
        edit = rule_forms.saved(unit, object_name, rule_name, form, labels)
    if do in ("publish", "remove_now"):
        return planned(unit, edit, form, url_for("administration_rights.rules"), labels)
    told = rule_forms.previewed(unit, object_name, edit, form, labels)
    does = "remove_now" if goes else "publish"
    shown = None if goes else form
    model = rule_forms.rule(unit, object_name, rule_name, labels, shown, None, told, does)
    return Page("administration/rule.html", {"model": model})


@pages.get("/sharing/<object_name>")
@reads
def default(unit: Unit, object_name: str) -> Answer:
    model = rule_forms.default(unit, object_name, visit().labels)
    return Page("administration/default.html", {"model": model})


def default_again(unit: Unit, error: TypecaseError, object_name: str) -> Answer:
    model = rule_forms.default(unit, object_name, visit().labels, request.form, error)
    return Page("administration/default.html", {"model": model}, status_of(error))


@pages.post("/sharing/<object_name>")
@publishes(default_again)
def save_default(unit: Unit, object_name: str) -> Answer | Planned:
    labels, form = visit().labels, request.form
    edit = rule_forms.default_saved(unit, object_name, form, labels)
    if form.get("do") == "publish":
        return planned(unit, edit, form, url_for("administration_rights.rules"), labels)
    told = rule_forms.previewed(unit, object_name, edit, form, labels)
    model = rule_forms.default(unit, object_name, labels, form, None, told)
    return Page("administration/default.html", {"model": model})
