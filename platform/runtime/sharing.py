"""Sharing single records: with people, roles, queues and branches, for a time; and record teams.

Who may: whoever holds the record in full (its owner, those above them, those who may edit all).
Nobody else, so nobody ever gives more than they have. What a record ``carries`` goes along.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from ..errors import AccessDenied, FieldProblem, NotFound, RecordInvalid
from ..metadata.definitions import Object
from ..metadata.sharing import Grant
from . import audit, parents, principals, reading
from .storage import history_rows, lookups, people, records, share_rows
from .storage.columns import ID
from .storage.share_rows import Share
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

__all__ = ["Share"]
LEVELS: tuple[Grant, ...] = ("read", "edit")
MOST_TEAM_ROLE = 60


@dataclass(frozen=True, slots=True)
class To:
    """To whom a record is shared: ``kind`` is one of KINDS, ``name`` an id, or a role's name."""

    kind: str
    name: str

    @property
    def principal(self) -> str:
        return KINDS[self.kind].write(self.name)


@dataclass(frozen=True, slots=True)
class Kind:
    label: str
    write: Callable[[str], str]


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "user": Kind("Person", principals.person),
        "role": Kind("Role", principals.role),
        "below": Kind("Role and those below it", principals.role_and_below),
        "queue": Kind("Queue", principals.queue),
        "branch": Kind("Branch", principals.branch),
        "tree": Kind("Branch and those below it", principals.branch_and_below),
    }
)


def can_be_shared(obj: Object) -> bool:
    """Records without an owner, or that follow the record they are part of, have no shares."""
    return obj.owner == "user" and obj.access.rights != "parent"


def to_of(share: Share) -> To:
    kind, _, name = share.principal.partition(":")
    return To(kind, name)


def of_record(unit: Unit, object_name: str, id_: str) -> tuple[Share, ...]:
    """The shares of a record the actor may see, expired ones included.

    Raises AccessDenied, NotFound.
    """
    parents.visible(unit, object_name, id_)
    return share_rows.of_record(unit, id_)


def share(
    unit: Unit,
    object_name: str,
    id_: str,
    to: To,
    level: str,
    expires_at: datetime | None = None,
    team_role: str | None = None,
) -> None:
    """Opens a record to somebody, or changes what they have of it already.

    ``level``: ``read`` or ``edit``; ``expires_at``: until when; ``team_role``: what they do in
    the record's team. Raises NotFound, AccessDenied, RecordInvalid.
    """
    of = _in_full(unit, object_name, id_)
    problems = [*_problems(unit, to, level, expires_at, team_role)]
    if problems:
        raise RecordInvalid(problems)
    before = share_rows.get(unit, id_, to.principal)
    values = {"level": level, "expires_at": expires_at, "team_role": team_role}
    share_rows.put(unit, of.object, id_, to.principal, values)
    _note(unit, of.object, id_, to, before.level if before else None, level)


def unshare(unit: Unit, object_name: str, id_: str, to: To) -> None:
    """Takes a share back. Whoever got it may also give it up. Raises NotFound, AccessDenied."""
    own = to.principal == principals.person(unit.actor.id)
    of = _seen(unit, object_name, id_) if own else _in_full(unit, object_name, id_)
    before = share_rows.get(unit, id_, to.principal)
    if before is None or not share_rows.remove(unit, id_, to.principal):
        raise NotFound()
    _note(unit, of.object, id_, to, before.level, None)


# Inside -------------------------------------------------------------------------------------


def _seen(unit: Unit, object_name: str, id_: str) -> ObjectTable:
    reading.stored(unit, object_name, id_)
    return unit.model.table(unit.catalog.object(object_name).name)


def _in_full(unit: Unit, object_name: str, id_: str) -> ObjectTable:
    of = unit.model.table(unit.catalog.object(object_name).name)
    found = records.load(unit, of, [id_]).get(id_)
    if found is None:
        raise NotFound()
    if not can_be_shared(of.object):
        raise AccessDenied("Records of this object are not shared one by one.")
    if not found["__in_full"]:
        raise AccessDenied("Only the owner of a record, or somebody above them, shares it.")
    return of


def _problems(
    unit: Unit, to: To, level: str, expires_at: datetime | None, team_role: str | None
) -> list[FieldProblem]:
    problems = []
    if to.kind not in KINDS or not _is_there(unit, to):
        problems.append(FieldProblem("to", "unknown", "There is nobody of that name."))
    if level not in LEVELS:
        problems.append(FieldProblem("level", "unknown", "Choose to read or to edit."))
    if expires_at is not None and expires_at <= unit.now:
        problems.append(FieldProblem("expires_at", "past", "That is over already."))
    if team_role is not None and not 0 < len(team_role) <= MOST_TEAM_ROLE:
        message = "At most {most} characters."
        problems.append(FieldProblem("team_role", "too_long", message, {"most": MOST_TEAM_ROLE}))
    return problems


def _is_there(unit: Unit, to: To) -> bool:
    if to.kind in ("role", "below"):
        return to.name in unit.catalog.roles
    if not ID.fullmatch(to.name):
        return False
    if to.kind in ("user", "queue"):
        return people.kind_of(unit, to.name) == ("person" if to.kind == "user" else "queue")
    return any(
        lookups.choosable(unit, tree, None, None, {to.name}, unit.surroundings)
        for tree in unit.catalog.trees
    )


def _note(unit: Unit, obj: Object, id_: str, to: To, before: str | None, after: str | None) -> None:
    """On the record's timeline, and in the audit."""
    told: dict[str, Any] = {"to": to.principal}
    pair = [before and {**told, "level": before}, after and {**told, "level": after}]
    history_rows.write(unit, obj, [(id_, "share" if after else "unshare", {"shares": pair})])
    audit.record(
        unit, "shared" if after else "unshared", {"object": obj.name, "record": id_, **told}
    )
