"""Actors: who does something, with the rights they have at this version of the rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..metadata.definitions import EMPTY
from ..metadata.rights import OBJECT_RIGHTS, SYSTEM_RIGHTS, ObjectRight, PermissionSet

SYSTEM_ID = "00000000-0000-7000-8000-000000000000"

NOTHING: frozenset[ObjectRight] = frozenset()
ALL: frozenset[ObjectRight] = frozenset(OBJECT_RIGHTS)


@dataclass(frozen=True, slots=True)
class Rights:
    """The sum of an actor's permission sets."""

    objects: Mapping[str, frozenset[ObjectRight]] = EMPTY
    fields: Mapping[str, Literal["read", "edit"]] = EMPTY
    """``object.field`` of the sensitive fields that are opened."""
    system: frozenset[str] = frozenset()

    def on(self, object_name: str) -> frozenset[ObjectRight]:
        return self.objects.get(object_name, NOTHING) | self.objects.get("*", NOTHING)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or the system. Compared by value: equal actors see the same."""

    id: str
    login: str
    name: str
    role: str | None = None
    permission_sets: frozenset[str] = frozenset()
    rights: Rights = Rights()
    language: str = "en"
    zone: str = "UTC"
    rights_version: int = 0
    on_behalf: str | None = None
    is_system: bool = False
    manager: str | None = None
    scopes: tuple[str, ...] = ()
    """What the API token they come with narrows them to; empty: nothing."""
    principals: frozenset[str] = frozenset()
    """What sharing calls them: themselves, their role, their queues and branches, …"""
    outside: bool = False
    """Not of the organisation: its defaults are not theirs."""
    must_change_password: bool = False
    """True: they have no rights until they have chosen a password of their own."""

    @property
    def key(self) -> tuple[object, ...]:
        """What statements prepared for this actor are kept by."""
        return self.id, self.rights_version, self.permission_sets, self.principals, self.scopes


SYSTEM = Actor(
    SYSTEM_ID,
    "system",
    "System",
    rights=Rights(objects={"*": ALL}, system=frozenset(SYSTEM_RIGHTS)),
    is_system=True,
)


def add_up(sets: list[PermissionSet]) -> Rights:
    """The rights that several permission sets give together; ``edit`` beats ``read``."""
    objects: dict[str, frozenset[ObjectRight]] = {}
    fields: dict[str, Literal["read", "edit"]] = {}
    system: frozenset[str] = frozenset()
    for each in sets:
        system |= each.system
        for name, rights in each.objects.items():
            objects[name] = objects.get(name, NOTHING) | _implied(rights)
        for name, level in each.fields.items():
            if fields.get(name) != "edit":
                fields[name] = level
    return Rights(objects, fields, system)


def _implied(rights: frozenset[ObjectRight]) -> frozenset[ObjectRight]:
    """Whoever may write may read; whoever may edit all may view all."""
    if rights:
        rights |= {"read"}
    if "edit_all" in rights:
        rights |= {"view_all", "edit"}
    return rights
