"""Signing in with a provider of single sign-on: there and back."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, request

from ...errors import NotFound, SignInRequired, Unavailable
from ...runtime import single_sign_on
from ...runtime.one_time import SINGLE_SIGN_ON
from ...runtime.providers import Provider
from ...runtime.single_sign_on import Arrival
from .. import cookies, sign_in_pages
from ..answers import safe_path
from ..visits import visit
from .sign_in import shown

pages = Blueprint("providers", __name__)


@pages.get("/login/with/<provider>")
def start(provider: str) -> Response:
    to, next_ = _provider(provider), request.args.get("next")
    served = sign_in_pages.platform()
    try:
        departure = single_sign_on.depart(
            visit().workspace, to, served.settings.site, safe_path(next_)
        )
    except Unavailable as error:
        return shown(next_, error=error)
    response = make_response(redirect(departure.address, 303))
    cookies.set_brief(response, cookies.PROVIDER_COOKIE, departure.cookie, SINGLE_SIGN_ON.lasts)
    return response


@pages.get("/login/with/<provider>/done")
def done(provider: str) -> Response:
    """Back from the provider. What it gave along works once, with this browser's cookie."""
    cookie = request.cookies.get(cookies.PROVIDER_COOKIE, "")
    arrival = Arrival(
        cookie, request.args.to_dict(), request.remote_addr, request.headers.get("User-Agent")
    )
    site = sign_in_pages.platform().settings.site
    try:
        back = single_sign_on.arrive(visit().workspace, _provider(provider), site, arrival)
        response = sign_in_pages.let_in(back.signed_in, back.next)
    except (SignInRequired, Unavailable) as error:
        response = shown(None, error=error)
    cookies.drop(response, cookies.PROVIDER_COOKIE)
    return response


def _provider(name: str) -> Provider:
    found = next((p for p in sign_in_pages.platform().providers if p.name == name), None)
    if found is None:
        raise NotFound()
    return found
