"""The door of the API: who asks, in one unit of work; what goes wrong comes out in one shape."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from flask import Blueprint, Response, g, request

from ...bootstrap import Platform
from ...errors import MustChangePassword, TypecaseError
from ...runtime.storage.database import Credential
from ...runtime.storage.unit_of_work import Unit
from .. import uploads
from ..cookies import SESSION_COOKIE
from ..visits import Held
from . import requests
from .failures import failed, refused

P = ParamSpec("P")
OPEN_TO_NEWCOMERS = ("me",)
"""What somebody may ask before choosing a password of their own."""

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

    def uploads(self, path: str, view: View[Any], check: Callable[..., None]) -> None:
        """A view that is sent files as ``file``. ``check`` raises for who may not send them: it
        runs before their bytes are kept, and they are kept before the transaction."""
        self._add(path, view, "POST", writes=True, check=check)

    def open(self, path: str, view: Callable[..., Response], method: str = "GET") -> None:
        """A view for people who have not signed in; it is given the platform."""
        self.blueprint.add_url_rule(
            path, view.__name__, functools.partial(view, self.platform), methods=[method]
        )

    def _add(
        self,
        path: str,
        view: View[Any],
        method: str,
        writes: bool,
        check: Callable[..., None] | None = None,
    ) -> None:
        workspace = self.platform.main
        run = workspace.run if writes else workspace.look

        @functools.wraps(view)
        def called(**arguments: str) -> Response:
            who = requests.credential(request, SESSION_COOKIE)
            for name, value in arguments.items():
                if name in ("id_", "file_id"):
                    arguments[name] = requests.record_id(value)

            def work(unit: Unit) -> Response:
                self._enter(unit, who, view.__name__)
                return view(unit, **arguments)

            if check is not None:
                self._check(who, check, arguments)
            return run(who, work, via="api", request=g.get("request_id"))

        name = f"{method.lower()}_{view.__name__}"
        self.blueprint.add_url_rule(path, name, called, methods=[method])

    def _check(
        self, who: Credential, check: Callable[..., None], arguments: dict[str, str]
    ) -> None:
        def work(unit: Unit) -> None:
            self._enter(unit, who, check.__name__)
            check(unit, **arguments)

        self.platform.main.look(who, work, via="api", request=g.get("request_id"))
        uploads.keep("file")

    def _enter(self, unit: Unit, who: Credential, view: str) -> None:
        """Takes over what opening the unit found out; a session in use does not go idle.

        Raises AccessDenied without the session's token, and before a first password was changed.
        """
        holder = unit.opening.holder
        g.locale = unit.actor.language
        g.held = Held(self.platform.main, who, holder, g.get("request_id", ""))
        requests.require_csrf(request, holder.csrf if holder else None)
        if unit.actor.must_change_password and view not in OPEN_TO_NEWCOMERS:
            raise MustChangePassword()
