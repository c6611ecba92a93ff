"""What holds for everybody who signs in."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from ...errors import TypecaseError
from ...runtime import access, sign_in_rules
from ...runtime.storage.unit_of_work import Unit
from .. import sign_in_pages
from ..answers import Answer, Go, Page
from ..errors import status_of
from ..visits import reads, visit, writes_or

pages = Blueprint("administration_sign_in", __name__, url_prefix="/admin/sign-in")


@pages.get("")
@reads
def show(unit: Unit) -> Answer:
    return _page(unit)


def again(unit: Unit, error: TypecaseError) -> Answer:
    return _page(unit, error)


@pages.post("")
@writes_or(again)
def change(unit: Unit) -> Answer:
    known = {provider.name for provider in sign_in_pages.platform().providers}
    chosen = known & set(request.form.getlist("link_by_email"))
    sign_in_rules.change(unit, "second_step_required" in request.form, chosen)
    return Go(url_for("administration_sign_in.show"), visit().labels.text("Saved."))


def _page(unit: Unit, error: TypecaseError | None = None) -> Page:
    access.require_system(unit.actor, "manage_users")
    access.require_system(unit.actor, "manage_rights")
    served = sign_in_pages.platform()
    context = {
        "rules": sign_in_rules.of(unit),
        "providers": served.providers,
        "site": served.settings.site,
        "sender": served.mailer.server.sender if served.mailer.server else None,
        "problem": sign_in_pages.told(error) if error else None,
    }
    return Page("administration/sign_in.html", context, status_of(error) if error else 200)
