"""The types of expressions, and what an expression may see while it is checked and evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from ..definitions import EMPTY, Option

UTC_ZONE = ZoneInfo("UTC")


class Kind(Enum):
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    MOMENT = "moment"
    TIME = "time"
    DURATION = "duration"
    REFERENCE = "reference"
    """A record, by id: a lookup, a user."""
    OPTION = "option"
    """The name of one of a picklist's options."""
    LIST = "list"
    """Several values of type ``of``: a multi_picklist, the amounts of all lines."""
    ROWS = "rows"
    """The children of a record by relation: only ``sum(lines.total)`` and the like use it."""
    NULL = "null"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Type:
    kind: Kind
    of: Type | None = None
    targets: tuple[str, ...] = ()
    """For REFERENCE and ROWS: names of the objects. For LIST: whose records the values come from,
    empty when they are the record's own."""
    options: tuple[Option, ...] = ()
    """For OPTION."""
    scale: int | None = None
    """For NUMBER: digits after the point, ``None`` when not fixed."""

    def __str__(self) -> str:
        return f"list of {self.of}" if self.kind is Kind.LIST else self.kind.value


TEXT, NUMBER, BOOLEAN = Type(Kind.TEXT), Type(Kind.NUMBER), Type(Kind.BOOLEAN)
INTEGER = Type(Kind.NUMBER, scale=0)
DATE, MOMENT, TIME, DURATION = (
    Type(Kind.DATE),
    Type(Kind.MOMENT),
    Type(Kind.TIME),
    Type(Kind.DURATION),
)
NULL, JSON = Type(Kind.NULL), Type(Kind.JSON)


class Scope(Protocol):
    """What names mean where an expression stands."""

    def type_of(self, path: tuple[str, ...]) -> Type:
        """The type of ``account.name`` as ``("account", "name")``.

        Raises UnknownName, with the nearest names, when there is no such thing.
        """

    def present(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """``path`` as values are keyed: present names for former ones, without ``record.`` where
        that is the record itself."""

    def setting_type(self, name: str) -> Type:
        """The type of ``setting('name')``. Raises UnknownName."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an evaluation knows beside the record's own values: plain values only."""

    now: datetime
    zone: ZoneInfo = UTC_ZONE
    user: str | None = None
    roles: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    settings: Mapping[str, Any] = EMPTY
    before: Mapping[str, Any] | None = None
    """The values before this change, by path; ``None`` when there is no change under way."""
    is_new: bool = False
    branches: Mapping[str, frozenset[str]] = EMPTY
    """For ``under(x, root)``: root id → ids of the tree below it, itself included."""
    managers: Mapping[str, str | None] = EMPTY
    """For ``manager(user)``: user id → id of the manager."""
