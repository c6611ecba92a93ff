"""Scopes: what an API token takes away from its owner's rights. Nothing here ever adds any.

``read``, ``write`` (and what packages grant by name), ``admin`` (people, rights, definitions):
the highest one counts, and without any it is ``read``. Names of objects keep everything else out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from ..errors import AccessDenied, FieldProblem, RecordInvalid
from ..metadata.catalog import Catalog, nearest
from ..metadata.definitions import EMPTY
from ..metadata.rights import ObjectRight
from .actors import Actor, Rights

Level = Literal["read", "write", "admin"]
LEVELS: tuple[Level, ...] = ("read", "write", "admin")
EVERYTHING: tuple[str, ...] = LEVELS

READING: frozenset[ObjectRight] = frozenset(("read", "view_all"))
READING_SYSTEM = frozenset(("export", "view_audit"))
ADMIN_SYSTEM = frozenset(("manage_users", "manage_rights", "designer", "install", "view_audit"))


def parse(catalog: Catalog, scopes: Sequence[str]) -> tuple[str, ...]:
    """The scopes in a fixed order, each once. Raises RecordInvalid on one that means nothing."""
    known = (*LEVELS, *sorted(catalog.objects))
    for scope in scopes:
        if scope not in known:
            data = {"scope": scope, "hint": nearest(str(scope), known)}
            message = "There is no scope {scope}.{hint}"
            raise RecordInvalid([FieldProblem("scopes", "unknown", message, data)])
    if not scopes:
        message = "Choose what the token may do."
        raise RecordInvalid([FieldProblem("scopes", "required", message)])
    return tuple(scope for scope in known if scope in set(scopes))


def level(scopes: Sequence[str]) -> Level:
    """The highest level among ``scopes``."""
    return next((each for each in reversed(LEVELS) if each in scopes), "read")


def narrow(actor: Actor, scopes: tuple[str, ...]) -> Actor:
    """The same person, come with a token of these ``scopes``."""
    rights, allowed = actor.rights, level(scopes)
    named = [scope for scope in scopes if scope not in LEVELS]
    objects = {name: rights.on(name) for name in named} if named else dict(rights.objects)
    fields = dict(rights.fields)
    if allowed == "read":
        objects = {name: granted & READING for name, granted in objects.items()}
        fields = dict.fromkeys(fields, "read")
    narrowed = Rights(objects or EMPTY, fields or EMPTY, _system(rights.system, allowed, named))
    return replace(actor, rights=narrowed, scopes=scopes or ("read",))


def may_write(actor: Actor) -> bool:
    return not actor.scopes or level(actor.scopes) != "read"


def require_write(actor: Actor) -> None:
    """Raises AccessDenied when the actor comes with a token that only reads, or is looked as."""
    if not may_write(actor) and actor.on_behalf:
        raise AccessDenied("You are looking as somebody else: nothing can be changed.")
    if not may_write(actor):
        raise AccessDenied("This token may only read.")


def _system(granted: frozenset[str], allowed: Level, named: Sequence[str]) -> frozenset[str]:
    if allowed == "read":
        return granted & READING_SYSTEM
    if allowed == "write" or named:
        return granted - ADMIN_SYSTEM
    return granted
