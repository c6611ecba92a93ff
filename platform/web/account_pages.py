"""My account as values for its page, and the small things its views need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from flask import Response, request

from ..errors import SignInRequired
from ..metadata.formats import moment_format, relative_moment
from ..runtime import second_steps, sessions, tokens, users
from ..runtime.storage.database import Credential
from ..runtime.storage.unit_of_work import Unit
from ..runtime.storage.user_rows import User
from ..workflow import notices
from . import cookies, token_words
from .answers import safe_path
from .filtering import Choice
from .labels import Labels
from .visits import Visit, visit


@dataclass(frozen=True, slots=True)
class Place:
    """A browser somebody is signed in in."""

    id: str
    agent: str
    address: str
    seen: str
    is_this_one: bool


@dataclass(frozen=True, slots=True)
class Key:
    """An API token as its owner sees it later."""

    id: str
    name: str
    hint: str
    may: str
    expires: str
    used: str


NOTICE_LABELS = {
    "automation": "Reminders and automations",
    "approval": "Approvals",
    "team": "Records of my teams",
}


@dataclass(frozen=True, slots=True)
class ToldOf:
    """One kind of notice, and how it comes."""

    kind: str
    label: str
    bell: bool
    mail: bool
    sms: bool


@dataclass(frozen=True, slots=True)
class AccountModel:
    user: User
    role: str
    zones: tuple[str, ...]
    accents: tuple[str, ...]
    places: tuple[Place, ...]
    keys: tuple[Key, ...]
    levels: tuple[Choice, ...]
    objects: tuple[Choice, ...]
    second_step: second_steps.State | None
    idle_minutes: int
    longest_hours: int
    told: tuple[ToldOf, ...]
    secret: str | None = None
    problem: str | None = None


def build(
    unit: Unit, labels: Labels, secret: str | None = None, problem: str | None = None
) -> AccountModel:
    role = unit.catalog.roles.get(unit.actor.role or "")
    return AccountModel(
        user=users.get(unit, unit.actor.id),
        role=unit.catalog.label(role.id, role.label, labels.locale) if role else "–",
        zones=tuple(sorted(z for z in available_timezones() if "/" in z or z == "UTC")),
        accents=cookies.ACCENTS,
        told=tuple(
            ToldOf(kind, labels.text(NOTICE_LABELS[kind]), *choice)
            for kind, choice in notices.choices(unit).items()
        ),
        places=tuple(place(unit, each, labels) for each in sessions.of_actor(unit)),
        keys=tuple(key(unit, each, labels) for each in tokens.of_user(unit)),
        levels=token_words.levels(unit, labels),
        objects=token_words.objects(unit, labels),
        second_step=second_steps.state_of(unit, unit.actor.id),
        idle_minutes=sessions.IDLE // timedelta(minutes=1),
        longest_hours=sessions.ABSOLUTE // timedelta(hours=1),
        secret=secret,
        problem=problem,
    )


def place(unit: Unit, each: sessions.Session, labels: Labels) -> Place:
    return Place(
        id=each.id,
        agent=_browser(each.agent or ""),
        address=each.address or "",
        seen=relative_moment(each.seen_at, unit.now, unit.zone, labels.locale),
        is_this_one=each.is_this_one,
    )


def _browser(agent: str) -> str:
    """A word for what a browser calls itself."""
    known = ("Edg", "Firefox", "Chrome", "Safari")
    name = next((n for n in known if n in agent), "")
    system = next(
        (s for s in ("Windows", "Android", "iPhone", "Mac OS X", "Linux") if s in agent), ""
    )
    words = " · ".join(w for w in (name.replace("Edg", "Edge"), system) if w)
    return words or agent[:60] or "?"


def key(unit: Unit, each: tokens.Token, labels: Labels) -> Key:
    exact = moment_format(labels.locale)
    return Key(
        id=each.id,
        name=each.name,
        hint=f"tc_{each.hint}_…",
        may=token_words.words(unit, each.scopes, labels),
        expires=exact(each.expires_at, unit.zone) if each.expires_at else labels.text("Never"),
        used=relative_moment(each.used_at, unit.now, unit.zone, labels.locale)
        if each.used_at
        else labels.text("Never"),
    )


def with_look(form: Mapping[str, str]) -> Response:
    """Back to where one was, with the theme, accent and language kept in this browser."""
    came_from = urlsplit(request.referrer or "")
    path = f"{came_from.path}?{came_from.query}" if came_from.query else came_from.path
    response = Response(status=303, headers={"Location": safe_path(path, "/me")})
    if form.get("theme") in cookies.THEMES:
        cookies.remember(response, cookies.THEME_COOKIE, form["theme"])
    if form.get("accent") in cookies.ACCENTS:
        cookies.remember(response, cookies.ACCENT_COOKIE, form["accent"])
    if form.get("language") in visit().workspace.settings.languages:
        cookies.remember(response, cookies.LANGUAGE_COOKIE, form["language"])
    return response


def credential(here: Visit) -> Credential:
    if here.credential is None:
        raise SignInRequired()
    return here.credential


def open_visit(here: Visit) -> None:
    """Finds out who is there, for a view that has no unit of its own."""
    with here.workspace.read(credential(here)) as unit:
        here.opened(unit)
