"""What a publication does to the database: frozen operations, each with its phase and its words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from ...metadata.field_types.base import Storage


class Phase(Enum):
    EXPAND = "expand"
    """New tables, columns, indexes: nobody sees them yet."""
    BACKFILL = "backfill"
    """Values converted into new columns."""
    SWITCH = "switch"
    """The catalog moves to the new version."""
    CONTRACT = "contract"
    """What is no longer used is hidden; purging it is a command of its own."""


@dataclass(frozen=True, slots=True)
class CreateTable:
    object: str
    name: str
    phase: Phase = Phase.EXPAND

    def words(self) -> str:
        return f"create the object {self.name}"


@dataclass(frozen=True, slots=True)
class AddField:
    object: str
    name: str
    field: str
    column: str
    storage: Storage
    default: Any = None
    """A constant that existing records get."""
    phase: Phase = Phase.EXPAND

    def words(self) -> str:
        return f"add {self.name}"


@dataclass(frozen=True, slots=True)
class RetypeField:
    """Values are converted into ``column``; what does not convert is kept aside and reported."""

    object: str
    name: str
    field: str
    old_column: str
    old_storage: Storage
    column: str
    storage: Storage
    phase: Phase = Phase.BACKFILL

    def words(self) -> str:
        return f"convert {self.name}: {self.old_storage.kind.value} to {self.storage.kind.value}"


@dataclass(frozen=True, slots=True)
class Unconverted:
    """What a change of type cannot take along: ``count`` of ``total`` values of the field."""

    name: str
    field: str
    count: int
    total: int
    examples: tuple[str, ...]
    """The first few of them, as people know them."""


@dataclass(frozen=True, slots=True)
class RenameValues:
    """Stored names follow their new names: options of a picklist, objects a link points to."""

    object: str
    name: str
    field: str
    renamed: tuple[tuple[str, str], ...]
    """(old, new)."""
    of_link: bool = False
    phase: Phase = Phase.BACKFILL

    def words(self) -> str:
        return f"rename in {self.name}: " + ", ".join(f"{a} → {b}" for a, b in self.renamed)


@dataclass(frozen=True, slots=True)
class HideField:
    """The field is gone; its column and data stay until they are purged."""

    object: str
    name: str
    field: str
    phase: Phase = Phase.CONTRACT

    def words(self) -> str:
        return f"hide {self.name} (its data stay)"


@dataclass(frozen=True, slots=True)
class ShowField:
    object: str
    name: str
    field: str
    phase: Phase = Phase.EXPAND

    def words(self) -> str:
        return f"bring back {self.name} with its data"


@dataclass(frozen=True, slots=True)
class HideObject:
    object: str
    name: str
    phase: Phase = Phase.CONTRACT

    def words(self) -> str:
        return f"hide the object {self.name} (its records stay)"


@dataclass(frozen=True, slots=True)
class ShowObject:
    object: str
    name: str
    phase: Phase = Phase.EXPAND

    def words(self) -> str:
        return f"bring back the object {self.name} with its records"


@dataclass(frozen=True, slots=True)
class CreateIndex:
    name: str
    table: str
    columns: tuple[str, ...]
    unique: bool = False
    binned: bool = False
    """Only over the records in the bin: living ones do not pay for it."""
    when: str | None = None
    """Only over living records that meet this condition of a sharing rule."""
    records: int = 0
    """About how many it goes through, where that takes long."""
    beside: bool = False
    """Made while people work: a unique one before the definitions count, others after."""
    phase: Phase = Phase.EXPAND

    def words(self) -> str:
        kind = "unique index" if self.unique else "index"
        among = f" where {self.when}" if self.when else ""
        return f"{kind} on {self.table} ({', '.join(self.columns)}){among}{self._cost()}"

    def _cost(self) -> str:
        """What it means for those who work meanwhile."""
        if self.beside:
            return f", beside the work: about {self.records:,} records"
        return f"; who saves waits for about {self.records:,} records" if self.records else ""


@dataclass(frozen=True, slots=True)
class DropIndex:
    name: str
    table: str
    phase: Phase = Phase.CONTRACT

    def words(self) -> str:
        return f"drop the index {self.name}"


Operation = (
    CreateTable
    | AddField
    | RetypeField
    | RenameValues
    | HideField
    | ShowField
    | HideObject
    | ShowObject
    | CreateIndex
    | DropIndex
)
