"""The door of the API: who asks, in one unit of work; what goes wrong comes out in one shape."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from flask import Blueprint, Response, g, request

from ...bootstrap import Platform
from ...errors import TypecaseError
from ...runtime.storage.unit_of_work import Unit
from . import requests
from .failures import failed, refused

P = ParamSpec("P")
SESSION_COOKIE = "typecase_session"

View = Callable[Concatenate[Unit, P], Response]


class Api:
    """Registers views; each runs in a unit of the caller, reading or writing."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
        self.blueprint.register_error_handler(TypecaseError, refused)
        self.blueprint.register_error_handler(Exception, failed)

    def reads(self, path: str, view: View[Any], method: str = "GET") -> None:
        self._add(path, view, method, writes=False)

    def writes(self, path: str, view: View[Any], method: str) -> None:
        self._add(path, view, method, writes=True)

    def open(self, path: str, view: Callable[..., Response], method: str = "GET") -> None:
        """A view for people who have not signed in; it is given the platform."""
        self.blueprint.add_url_rule(
            path, view.__name__, functools.partial(view, self.platform), methods=[method]
        )

    def _add(self, path: str, view: View[Any], method: str, writes: bool) -> None:
        workspace = self.platform.main
        run = workspace.run if writes else workspace.look

        @functools.wraps(view)
        def called(**arguments: str) -> Response:
            who = requests.credential(request, SESSION_COOKIE)
            for name, value in arguments.items():
                if name == "id_":
                    arguments[name] = requests.record_id(value)

            def work(unit: Unit) -> Response:
                g.locale = unit.actor.language
                holder = unit.opening.holder
                requests.require_csrf(request, holder.csrf if holder else None)
                response = view(unit, **arguments)
                g.statements = unit.statements
                return response

            return run(who, work, via="api", request=g.get("request_id"))

        name = f"{method.lower()}_{view.__name__}"
        self.blueprint.add_url_rule(path, name, called, methods=[method])
