"""What names mean beside a plain selection: a record at hand, each row of another table, the record
a formula stands on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa

from ...errors import UnknownName
from ...metadata.expressions.types import INTEGER, MOMENT, TEXT, Kind, Type
from .sql_types import SqlValue

Path = tuple[str, ...]

USER_REFERENCE = Type(Kind.REFERENCE, targets=("user",))
SYSTEM_TYPES = {
    "id": Type(Kind.REFERENCE),
    "record_type": TEXT,
    "created_at": MOMENT,
    "created_by": USER_REFERENCE,
    "updated_at": MOMENT,
    "updated_by": USER_REFERENCE,
    "owner": USER_REFERENCE,
    "version": INTEGER,
    "deleted_at": MOMENT,
    "tc_rollups": INTEGER,
    "tc_deletion": Type(Kind.REFERENCE),
}


class Names(Protocol):
    """A selection, as far as the names in an expression are concerned."""

    def value(self, path: Path) -> SqlValue: ...

    def children(self, path: Path, function: str, prefix: int = 0) -> SqlValue: ...


@dataclass(frozen=True, slots=True)
class About:
    """The record that a search is for: its object, and how to read it."""

    object: str
    read: Callable[[Path], Any]


@dataclass(frozen=True, slots=True)
class AboutRow:
    """A search that is made for each row of another table: ``record.…`` is that row."""

    inner: Names
    row: Callable[[Path], SqlValue]

    def __call__(self, path: Path) -> SqlValue:
        return self.row(path[1:]) if path[0] == "record" else self.inner.value(path)

    def children(self, path: Path, function: str) -> SqlValue:
        return self.inner.children(path, function)


@dataclass(frozen=True, slots=True)
class Inside:
    """A formula that stands on a joined record: its paths get the prefix that leads there."""

    names: Names
    prefix: Path

    def __call__(self, path: Path) -> SqlValue:
        try:
            return self.names.value((*self.prefix, *path))
        except UnknownName:
            return SqlValue(sa.null(), Type(Kind.NULL), None)

    def children(self, path: Path, function: str) -> SqlValue:
        return self.names.children((*self.prefix, *path), function, len(self.prefix))
