"""The second step of signing in: the code, or setting up an authenticator first."""

from __future__ import annotations

from flask import Blueprint, Response, request

from ...errors import CodeRequired, SignInRequired, TooManyAttempts, TypecaseError
from ...runtime import second_sign_in
from ...runtime.actors import SYSTEM
from ...runtime.second_steps import Enrolment
from .. import cookies, sign_in_pages
from ..answers import safe_path
from ..visits import require_same_origin, visit

pages = Blueprint("second_step", __name__)


@pages.get("/login/step")
def show() -> Response:
    here, half, next_ = visit(), _half(), request.args.get("next")
    try:
        with here.workspace.read(SYSTEM) as unit:
            must_enrol = second_sign_in.needs_enrolment(unit, half)
        if must_enrol:
            return _enrolling(second_sign_in.enrol(here.workspace, half), next_)
    except SignInRequired:
        return sign_in_pages.begin_anew(next_)
    return _asking(next_)


@pages.post("/login/step")
def enter() -> Response:
    require_same_origin()
    here, form = visit(), request.form
    agent = request.headers.get("User-Agent")
    try:
        signed_in = second_sign_in.finish(
            here.workspace, _half(), form.get("code"), request.remote_addr, agent
        )
    except (CodeRequired, TooManyAttempts) as error:
        return _asking(form.get("next"), error)
    except SignInRequired:
        return sign_in_pages.begin_anew(form.get("next"))
    return sign_in_pages.let_in(signed_in, form.get("next"))


@pages.post("/login/enrol")
def enrol() -> Response:
    """The authenticator has shown its first code: recovery codes once, and in."""
    require_same_origin()
    here, form, half = visit(), request.form, _half()
    secret, agent = form.get("enrolment", ""), request.headers.get("User-Agent")
    try:
        enrolled = second_sign_in.finish_enrolling(
            here.workspace, half, secret, form.get("code"), request.remote_addr, agent
        )
    except (CodeRequired, TooManyAttempts) as error:
        with here.workspace.read(SYSTEM) as unit:
            enrolment = second_sign_in.enrol_again(unit, half, secret)
        if enrolment is None:
            return sign_in_pages.begin_anew(form.get("next"))
        return _enrolling(enrolment, form.get("next"), error)
    except SignInRequired:
        return sign_in_pages.begin_anew(form.get("next"))
    response = sign_in_pages.answer(
        "sign_in/codes.html", codes=enrolled.recovery_codes, next=safe_path(form.get("next"))
    )
    cookies.set_session(response, enrolled.signed_in.secret)
    cookies.drop(response, cookies.STEP_COOKIE)
    return response


def _half() -> str:
    return request.cookies.get(cookies.STEP_COOKIE, "")


def _asking(next_: str | None, error: TypecaseError | None = None) -> Response:
    return sign_in_pages.answer("sign_in/step.html", error, next=safe_path(next_))


def _enrolling(
    enrolment: Enrolment, next_: str | None, error: TypecaseError | None = None
) -> Response:
    return sign_in_pages.answer(
        "sign_in/enrol.html",
        error,
        next=safe_path(next_),
        enrolment=enrolment,
        picture=sign_in_pages.picture(enrolment.address),
    )
