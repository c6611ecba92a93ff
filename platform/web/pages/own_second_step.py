"""My account: my second step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, make_response, request, url_for

from ...errors import CodeRequired, Conflict, NotFound, SignInFailed, TooManyAttempts
from ...runtime import own_second_step, second_steps, sign_in_rules
from ...runtime.second_steps import Enrolment
from ...runtime.storage.unit_of_work import Unit
from .. import account_pages, sign_in_pages
from ..answers import Answer, Go, Page, respond
from ..visits import reads, require_same_origin, require_token, visit, writes

pages = Blueprint("own_second_step", __name__, url_prefix="/me/second-step")

REFUSED = (SignInFailed, TooManyAttempts, CodeRequired, Conflict, NotFound)
TEMPLATE = "account/second_step.html"


@pages.get("")
@reads
def show(unit: Unit) -> Answer:
    return Page(TEMPLATE, _state(unit))


@pages.post("/begin")
def begin() -> Response:
    return _proved(
        lambda: _enrolling(
            own_second_step.begin(
                visit().workspace, account_pages.credential(visit()),
                request.form.get("password", ""), request.remote_addr,
            )
        )
    )  # fmt: skip


@pages.post("/confirm")
@writes
def confirm(unit: Unit) -> Answer:
    secret, code = request.form.get("enrolment", ""), request.form.get("code")
    try:
        codes = own_second_step.confirm(unit, secret, code)
    except CodeRequired as error:
        enrolment = own_second_step.again(unit, secret)
        return Page(TEMPLATE, _shown(enrolment) | {"problem": sign_in_pages.told(error)}, 422)
    visit().renew = True
    return Page(TEMPLATE, {"codes": codes})


@pages.post("/codes")
def codes() -> Response:
    return _proved(
        lambda: sign_in_pages.answer(
            TEMPLATE,
            codes=own_second_step.renew_codes(
                visit().workspace, account_pages.credential(visit()),
                request.form.get("password", ""), request.remote_addr,
            ),
        )
    )  # fmt: skip


@pages.post("/remove")
def remove() -> Response:
    def work() -> Response:
        here, form = visit(), request.form
        own_second_step.remove(
            here.workspace, account_pages.credential(here), form.get("password", ""),
            form.get("code"), request.remote_addr,
        )  # fmt: skip
        here.renew = True
        said = here.labels.text("You sign in without a second step now.")
        return make_response(respond(Go(url_for("account.show"), said)))

    return _proved(work)


def _proved(work: Callable[[], Response]) -> Response:
    """For views with slow work of their own: who is there, their token, what was refused."""
    require_same_origin()
    here = visit()
    account_pages.open_visit(here)
    require_token(here.csrf)
    try:
        return work()
    except REFUSED as error:
        with here.workspace.read(account_pages.credential(here)) as unit:
            state = _state(unit)
        return sign_in_pages.answer(TEMPLATE, error, **state)


def _state(unit: Unit) -> dict[str, Any]:
    return {
        "state": second_steps.state_of(unit, unit.actor.id),
        "required": sign_in_rules.of(unit).second_step_required,
    }


def _shown(enrolment: Enrolment) -> dict[str, Any]:
    return {"enrolment": enrolment, "picture": sign_in_pages.picture(enrolment.address)}


def _enrolling(enrolment: Enrolment) -> Response:
    return sign_in_pages.answer(TEMPLATE, **_shown(enrolment))
