"""Roles, permission sets, numbering: what a package says about people and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .definitions import EMPTY

ObjectRight = Literal["read", "create", "edit", "delete", "view_all", "edit_all"]
OBJECT_RIGHTS: tuple[ObjectRight, ...] = (
    "read",
    "create",
    "edit",
    "delete",
    "view_all",
    "edit_all",
)
SYSTEM_RIGHTS = (
    "export",
    "import",
    "bulk",
    "manage_users",
    "manage_rights",
    "designer",
    "install",
    "view_audit",
)


@dataclass(frozen=True, slots=True)
class Role:
    """A place in the hierarchy; whoever is above sees what those below own."""

    id: str
    name: str
    label: str
    above: str | None = None
    """Name of the role directly above this one."""
    permissions: tuple[str, ...] = ()
    """Permission sets everyone in the role has."""
    home: str | None = None
    outside: bool = False
    """Dealers, agents: they see only what they own and what is shared with them on purpose."""


@dataclass(frozen=True, slots=True)
class Permission:
    """A right of a package's own (``pay_out``), granted in the ``system`` list of a set."""

    id: str
    name: str
    label: str
    help: str | None = None


@dataclass(frozen=True, slots=True)
class PermissionSet:
    """Grants, added up; nothing here ever takes away.

    ``objects`` maps an object name (``*``: every object) to the rights on it, ``fields`` maps
    ``object.field`` to ``read`` or ``edit``: needed only for sensitive fields, which are closed
    unless a set names them; every other field goes with its object.
    """

    id: str
    name: str
    label: str
    objects: Mapping[str, frozenset[ObjectRight]] = EMPTY
    fields: Mapping[str, Literal["read", "edit"]] = EMPTY
    system: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NumberPattern:
    """``{year}{month}-{seq:5}``; the sequence restarts when the part before it changes.

    ``gapless`` numbers are drawn last in the saving transaction (a hot row); others may skip.
    """

    id: str
    name: str
    pattern: str
    restart: Literal["never", "year", "month", "day"] = "never"
    gapless: bool = False
    by: tuple[str, ...] = ()
