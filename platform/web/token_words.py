"""What an API token may do: in words, as choices of a form, and as the form says it."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict

from ..runtime import scopes
from ..runtime.storage.unit_of_work import Unit
from .filtering import Choice
from .labels import Labels

WORDS: dict[scopes.Level, str] = {
    "read": "Read",
    "write": "Read and write",
    "admin": "All that I may, people and rights too",
}
FIRST = "read"
"""Whoever says nothing gives little."""


def levels(unit: Unit, labels: Labels) -> tuple[Choice, ...]:
    """How far a token may go, as far as its owner may go at all."""
    administers = bool(unit.actor.rights.system & scopes.ADMIN_SYSTEM)
    return tuple(
        Choice(level, labels.text(words), level == FIRST)
        for level, words in WORDS.items()
        if level != "admin" or administers
    )


def objects(unit: Unit, labels: Labels) -> tuple[Choice, ...]:
    """What a token may be kept to."""
    return tuple(
        Choice(obj.name, labels.plural(obj))
        for obj in unit.catalog.objects.values()
        if unit.actor.rights.on(obj.name)
    )


def chosen(form: MultiDict[str, str]) -> tuple[str, ...]:
    """The scopes a form means; one that means nothing stays, to be refused."""
    level = form.get("level", FIRST)
    upto = scopes.LEVELS[: scopes.LEVELS.index(level) + 1] if level in WORDS else (level,)
    return (*upto, *form.getlist("object"))


def words(unit: Unit, given: Sequence[str], labels: Labels) -> str:
    """``Read and write: Deals, Accounts``."""
    known, level = unit.catalog.objects, scopes.level(given)
    kept = [labels.plural(known[name]) for name in given if name in known]
    if level == "admin" and not kept:
        return labels.text("Everything")
    said = labels.text(WORDS["read" if level == "read" else "write"])
    return f"{said}: {', '.join(kept)}" if kept else said
