"""To whom a record may be shared: found by typing, and called by name afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from ..errors import FieldProblem, RecordInvalid
from . import search
from .forms import titles_of
from .sharing import KINDS, To
from .storage import group_rows, user_rows
from .storage.unit_of_work import Unit

BY_NAME = ("role", "below")
"""Kinds that are called by their name in the definitions; the others have an id."""

MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Found:
    """``kind``: a key of ``sharing.KINDS``; ``more``: what tells namesakes apart."""

    to: To
    label: str
    more: str = ""


def parse(text: object) -> To:
    """``user:<id>``, ``role:<name>``, … as a value. Raises RecordInvalid on anything else."""
    kind, _, name = text.partition(":") if isinstance(text, str) else ("", "", "")
    if kind not in KINDS or not (name if kind in BY_NAME else _is_id(name)):
        raise RecordInvalid([FieldProblem("to", "unknown", "There is nobody of that name.")])
    return To(kind, name if kind in BY_NAME else str(UUID(name)))


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def find(unit: Unit, text: str = "", limit: int = MOST_FOUND) -> tuple[Found, ...]:
    """People, roles, queues and branches whose names hold ``text``, people first."""
    people = user_rows.find(unit, text, None, True, limit, None).users
    queues = user_rows.find(unit, text, None, True, limit, None, kind="queue").users
    found = [Found(To("user", u.id), u.name, u.login) for u in people if u.id != unit.actor.id]
    some = found[: limit // 2] if text == "" else found
    return (
        *some,
        *_roles(unit, text.strip().casefold()),
        *(Found(To("queue", q.id), q.name) for q in queues),
        *_branches(unit, text, limit),
    )[: limit * 2]


def _roles(unit: Unit, text: str) -> Iterator[Found]:
    for role in unit.catalog.roles.values():
        label = unit.catalog.label(role.id, role.label, unit.actor.language)
        if text in label.casefold():
            yield Found(To("role", role.name), label)
            if unit.catalog.roles_below(role.name):
                yield Found(To("below", role.name), label)


def _branches(unit: Unit, text: str, limit: int) -> Iterator[Found]:
    """Of the trees that somebody belongs to, and that the actor may read."""
    for tree in sorted(group_rows.peopled_trees(unit)):
        if tree in unit.catalog.trees and "read" in unit.actor.rights.on(tree):
            for hit in search.lookup(unit, tree, text, limit):
                yield Found(To("branch", hit.id), hit.title)
                yield Found(To("tree", hit.id), hit.title)


def names(unit: Unit, wanted: Iterable[To]) -> Mapping[To, str]:
    """What each is called; who is gone, or out of the actor's sight, is called nothing."""
    several = set(wanted)
    people = {to.name for to in several if to.kind in ("user", "queue")}
    branches = {to.name for to in several if to.kind in ("branch", "tree")}
    places: dict[str, set[str]] = {"user": people}
    for id_, of in group_rows.trees_of(unit, branches).items():
        places.setdefault(of, set()).add(id_)
    titles = titles_of(unit, places)
    return {to: titles.get(to.name, "") or _role(unit, to) for to in several}


def _role(unit: Unit, to: To) -> str:
    role = unit.catalog.roles.get(to.name) if to.kind in BY_NAME else None
    return unit.catalog.label(role.id, role.label, unit.actor.language) if role else ""
