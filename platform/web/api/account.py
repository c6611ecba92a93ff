"""Signing in for scripts, and who one is."""

from __future__ import annotations

from flask import Response, request

from ...bootstrap import Platform
from ...errors import SignInRequired, Unavailable
from ...runtime import identity
from ...runtime.actors import SYSTEM
from ...runtime.storage.unit_of_work import Unit
from ..cookies import SESSION_COOKIE
from . import requests
from .answers import answer


def login(platform: Platform) -> Response:
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "user", "password", "code")
    signed_in = identity.sign_in_for_token(
        platform.main,
        told.get("user"),
        told.get("password"),
        request.remote_addr,
        request.headers.get("User-Agent"),
        told.get("code"),
    )
    return answer({"token": signed_in.secret})


def logout(platform: Platform) -> Response:
    """Ends the token that is shown."""
    requests.parameters(request)
    if not request.headers.get("Authorization"):
        raise SignInRequired("Send “Authorization: Bearer tc_…”.")
    who = requests.credential(request, SESSION_COOKIE)
    with platform.main.read(who, via="api"):
        pass
    identity.sign_out(platform.main, who, request.remote_addr)
    return Response(status=204)


def me(unit: Unit) -> Response:
    requests.parameters(request)
    actor = unit.actor
    return answer(
        {
            "id": actor.id,
            "login": actor.login,
            "name": actor.name,
            "role": actor.role,
            "language": actor.language,
            "zone": actor.zone,
            "rights": sorted(actor.rights.system),
            "scopes": list(actor.scopes),
        }
    )


def health(platform: Platform) -> Response:
    """Answers without doing any work."""
    return answer({"status": "ok"})


def ready(platform: Platform) -> Response:
    """Asks the database. Raises Unavailable."""
    try:
        with platform.main.read(SYSTEM, via="api") as unit:
            return answer({"status": "ok", "catalog": unit.catalog.version})
    except OSError as error:
        raise Unavailable() from error
