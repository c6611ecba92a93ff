"""What an object is made of: frozen, plain, without behaviour that needs a database.

Every named thing has a permanent ``id`` (``<package>:<first name>``, nested ones with dots:
``standard_crm:opportunity.stage.won``) and a ``name`` that may change. ``was`` lists the former
names, oldest first. Expressions stay source text here; ``Catalog.expression`` checks them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from .sharing import Pool, SharingRule


class _Empty(Mapping[str, Any]):
    """The mapping without keys; hashable, so that a dataclass takes it as a default."""

    def __getitem__(self, key: str) -> Any:
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __hash__(self) -> int:
        return 0


EMPTY: Mapping[str, Any] = _Empty()

Condition = bool | str
"""``True``/``False``, or an expression over the record."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a picklist. ``extra`` are its own facts (``probability``), read by
    ``option(field).probability``."""

    id: str
    name: str
    label: str
    color: str | None = None
    closed: bool = False
    extra: Mapping[str, Any] = EMPTY
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """The other side of a lookup: ``account.opportunities``."""

    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    id: str
    name: str
    type: str
    label: str
    settings: Mapping[str, Any] = EMPTY
    """What only this type understands: ``max_length``, ``minimum``, ``expression``, …"""
    options: tuple[Option, ...] = ()
    targets: tuple[str, ...] = ()
    """Names of the objects a lookup, master or multi_lookup may point to."""
    related: Relation | None = None
    on_delete: Literal["restrict", "clear", "cascade"] = "clear"
    filter: str | None = None
    required: Condition = False
    visible: Condition = True
    read_only: Condition = False
    default: str | None = None
    """An expression. Literal defaults of text-like types are parsed as expressions too, except
    that a bare option name stands for the option."""
    follows: tuple[str, ...] = ()
    fill: Mapping[str, Any] | None = None
    unique: bool = False
    external_id: bool = False
    search: bool = False
    history: bool = True
    sensitive: bool = False
    help: str | None = None
    feature: str | None = None
    was: tuple[str, ...] = ()

    def option(self, name: str) -> Option | None:
        return next((o for o in self.options if name == o.name or name in o.was), None)


@dataclass(frozen=True, slots=True)
class RecordType:
    id: str
    name: str
    label: str
    default: bool = False
    options: Mapping[str, tuple[str, ...]] = EMPTY
    """Field name → the options this record type may use."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a stage of the path asks for before a record may be in it."""

    name: str
    requires: tuple[str, ...] = ()
    guidance: str | None = None
    stalled_after_days: int | None = None
    next: tuple[str, ...] | None = None
    """The stages it may be followed by; None: any."""


@dataclass(frozen=True, slots=True)
class StageWarning:
    """``when`` true means the record is marked with ``message``."""

    id: str
    name: str
    when: str
    message: str


@dataclass(frozen=True, slots=True)
class StagePath:
    """``since``: the field in which the platform keeps when a record came to its stage."""

    field: str
    stages: tuple[Stage, ...] = ()
    since: str | None = None
    warnings: tuple[StageWarning, ...] = ()

    def stage(self, name: str) -> Stage | None:
        return next((s for s in self.stages if s.name == name), None)


@dataclass(frozen=True, slots=True)
class Validation:
    """``when`` true means the record is refused with ``message`` at ``field``."""

    id: str
    name: str
    when: str
    message: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class MatchField:
    field: str
    method: Literal["exact", "normalised", "fuzzy"] = "exact"
    threshold: float = 0.85


@dataclass(frozen=True, slots=True)
class DuplicateRule:
    id: str
    name: str
    match: tuple[MatchField, ...]
    on_match: Literal["warn", "refuse"] = "warn"


@dataclass(frozen=True, slots=True)
class NoOverlap:
    by: tuple[str, ...]
    start: str
    end: str
    while_: str | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """``access.json`` of an object: who sees a record besides its owner and the roles above."""

    default: Literal["private", "read", "edit"] = "private"
    rights: Literal["own", "parent"] = "own"
    carries: tuple[str, ...] = ()
    sharing: tuple[SharingRule, ...] = ()
    sensitive: tuple[str, ...] = ()
    pool: Pool | None = None


@dataclass(frozen=True, slots=True)
class Object:
    id: str
    name: str
    label: str
    plural: str
    package: str
    title: str
    """The field that names a record to people."""
    fields: tuple[Field, ...]
    icon: str = "file"
    declines: str | None = None
    """The field that says that somebody wants no mailings and no marketing."""
    owner: Literal["user", "parent", "none"] = "user"
    tracks: frozenset[str] = frozenset()
    record_types: tuple[RecordType, ...] = ()
    path: StagePath | None = None
    validations: tuple[Validation, ...] = ()
    duplicates: tuple[DuplicateRule, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    no_overlap: tuple[NoOverlap, ...] = ()
    access: Access = Access()
    help: str | None = None
    feature: str | None = None
    was: tuple[str, ...] = ()
    by_name: Mapping[str, Field] = field(default=EMPTY, repr=False, compare=False)
    """Field by name and by former name; filled by ``__post_init__``."""

    def __post_init__(self) -> None:
        names = {old: f for f in self.fields for old in f.was} | {f.name: f for f in self.fields}
        object.__setattr__(self, "by_name", MappingProxyType(names))

    @property
    def master(self) -> Field | None:
        """The field that says which record this one is a part of."""
        return next((f for f in self.fields if f.type == "master"), None)
