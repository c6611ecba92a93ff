"""A visit: one request of one person to one workspace, and the two ways a view gets its unit.

Views are plain functions of a unit. ``reads`` and ``writes`` open the unit for the session that
the cookie names; ``writes`` asks for the session's token first, so no view can forget it.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Response, current_app, g, request

from ..errors import (
    AccessDenied,
    Conflict,
    DefinitionsInvalid,
    InUse,
    Locked,
    MustChangePassword,
    NotUnique,
    RecordInvalid,
    SignInRequired,
    StaleRecord,
)
from ..metadata.catalog import Catalog
from ..runtime import customizing, installing
from ..runtime.actors import Actor
from ..runtime.storage.database import Credential, Holder
from ..runtime.storage.unit_of_work import Unit
from ..runtime.workspaces import Workspace
from ..texts import LOCALES
from .answers import Answer, Planned, respond
from .labels import Labels

OPEN_TO_NEWCOMERS = ("account.password", "account.change_password", "account.look")
"""What somebody may do before choosing a password of their own."""

REFUSALS = (RecordInvalid, NotUnique, StaleRecord, InUse, Locked)
"""What is wrong with the values or the moment, not with the request: shown at the form."""

View = Callable[..., Answer]
Shown = TypeVar("Shown")
Handler = Callable[..., Response | str | dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Held:
    """What a request showed to say who it is, and what the database knows of it: enough to keep a
    session from going idle. A visit is one; calls of the API leave one behind as ``g.held``."""

    workspace: Workspace
    credential: Credential | None
    holder: Holder | None
    request_id: str


@dataclass
class Visit:
    """Filled as the request goes on: the actor is known once a unit was opened."""

    workspace: Workspace
    credential: Credential | None
    request_id: str
    locale: str
    theme: str = "system"
    accent: str = "ink"
    actor: Actor | None = None
    catalog: Catalog | None = None
    csrf: str = ""
    statements: int = 0
    began: float = field(default_factory=time.perf_counter)
    holder: Holder | None = None
    renew: bool = False
    """This very request changed how its person signs in: its answer carries the new id, so that
    what the next page asks for beside itself does not come with the old one."""

    @property
    def labels(self) -> Labels:
        return Labels(self.catalog or Catalog(0), self.locale)

    @property
    def is_viewing(self) -> bool:
        """Whether the pages are those of somebody else, looked at by an administrator."""
        return self.actor is not None and self.actor.on_behalf is not None

    @property
    def milliseconds(self) -> float:
        """Since the request arrived."""
        return (time.perf_counter() - self.began) * 1000

    def opened(self, unit: Unit) -> None:
        """Takes over what opening the unit found out."""
        self.actor, self.catalog = unit.actor, unit.catalog
        if unit.actor.language in LOCALES:
            self.locale = unit.actor.language
        self.holder = unit.opening.holder
        self.csrf = (self.holder.csrf if self.holder else None) or ""
        if unit.actor.must_change_password and request.endpoint not in OPEN_TO_NEWCOMERS:
            raise MustChangePassword()

    def closed(self, unit: Unit) -> None:
        self.statements += unit.statements


def visit() -> Visit:
    """The visit under way."""
    found: Visit = g.visit
    return found


def reads(view: View) -> Handler:
    """The view sees the data as it is; it cannot write."""

    @wraps(view)
    def handle(**names: Any) -> Response | str | dict[str, Any]:
        here = visit()
        return respond(here.workspace.look(_who(here), _work(here, view, names), "page", _id()))

    return handle


def writes(
    view: View, again: View | None = None, before: Callable[[], None] | None = None
) -> Handler:
    """The view works in a transaction, committed when it returns.

    ``again``: what to show when the values are refused; it reads, and is given the error.
    ``before``: slow work that must not happen inside the transaction, for those signed in.
    """

    @wraps(view)
    def handle(**names: Any) -> Response | str | dict[str, Any]:
        here = visit()
        require_same_origin()
        if before is not None:
            _require_visitor(here)
            before()
        work = _work(here, view, names, guarded=True)
        try:
            return respond(here.workspace.run(_who(here), work, "page", _id()))
        except REFUSALS as error:
            if again is None:
                raise
            shown = _work(here, again, {**names, "error": error})
            return respond(here.workspace.look(_who(here), shown, "page", _id()))

    return handle


def writes_or(
    again: View | None = None, before: Callable[[], None] | None = None
) -> Callable[[View], Handler]:
    """``writes`` with the page to show again when the values are refused."""
    return lambda view: writes(view, again, before)


def publishes(again: View) -> Callable[[Callable[..., Answer | Planned]], Handler]:
    """The view reads, and plans a publication; what it planned is then published in a transaction
    of its own, so that planning keeps nobody waiting. ``again``: the page to show, with the error
    and what was typed, when that is refused."""

    def around(view: Callable[..., Answer | Planned]) -> Handler:
        @wraps(view)
        def handle(**names: Any) -> Response | str | dict[str, Any]:
            here = visit()
            require_same_origin()
            _require_visitor(here)
            try:
                work = _work(here, view, names)
                answer = here.workspace.look(_who(here), work, "page", _id())
                if isinstance(answer, Planned):
                    _publish(here, answer)
                    answer = answer.then
            except (*REFUSALS, DefinitionsInvalid, AccessDenied, Conflict) as error:
                shown = _work(here, again, {**names, "error": error})
                answer = here.workspace.look(_who(here), shown, "page", _id())
            return respond(answer)

        return handle

    return around


def _publish(here: Visit, planned: Planned) -> None:
    def work(unit: Unit) -> int:
        here.opened(unit)
        require_token(here.csrf)
        try:
            version = customizing.publish(unit, planned.proposal)
            if planned.also is not None:
                planned.also(unit)
            return version
        finally:
            here.closed(unit)

    installing.alone(here.workspace, work, _who(here), "page", _id())


def require_visitor() -> None:
    """For views that work outside a transaction: raises unless the form was sent from here by
    somebody whose session is open."""
    require_same_origin()
    _require_visitor(visit())


def _require_visitor(here: Visit) -> None:
    """Raises unless a session is open and has shown its token."""
    with here.workspace.read(_who(here), "page", _id()) as unit:
        here.opened(unit)
    require_token(here.csrf)


def require_same_origin() -> None:
    """A browser says where a form was sent from; from elsewhere it is refused."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    foreign = site in ("cross-site", "same-site")
    if origin is not None:
        foreign = foreign or urlsplit(origin).netloc != request.host
    if foreign:
        raise AccessDenied("This form was sent from another site.")


def _who(here: Visit) -> Credential:
    if here.credential is None:
        raise SignInRequired()
    return here.credential


def _id() -> str:
    return visit().request_id


def _work(
    here: Visit, view: Callable[..., Shown], names: dict[str, Any], guarded: bool = False
) -> Callable[[Unit], Shown]:
    def work(unit: Unit) -> Shown:
        here.opened(unit)
        if guarded:
            require_token(here.csrf)
        try:
            return view(unit, **names)
        finally:
            here.closed(unit)

    return work


def require_token(expected: str) -> None:
    """The session's token, from the form or the header. Raises AccessDenied."""
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise AccessDenied("This page is out of date. Load it again, then repeat what you did.")


def debug_shown() -> bool:
    settings = current_app.config["TYPECASE"].settings
    return bool(settings.debug or settings.debug_footer)
