"""Row conditions: which records of an object somebody sees, as values that storage compiles.

Each is one reason, so the same values that limit a list also explain a single record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..metadata.sharing import People, SharingRule


@dataclass(frozen=True, slots=True)
class Everyone:
    """No limit. ``reason``: why, as an English template."""

    reason: str = "A permission set opens every record of the object."


@dataclass(frozen=True, slots=True)
class Nobody:
    """No row at all."""


@dataclass(frozen=True, slots=True)
class Owned:
    """Rows the actor owns."""


@dataclass(frozen=True, slots=True)
class OwnedBelow:
    """Rows of people below the actor in the role hierarchy, and of queues they have a part in."""


@dataclass(frozen=True, slots=True)
class OwnedBy:
    """Rows whose owner is one of ``people``."""

    people: People


@dataclass(frozen=True, slots=True)
class OwnerInBranch:
    """Rows whose owner belongs, in the tree of ``object``, to a branch of the actor, or below."""

    object: str


@dataclass(frozen=True, slots=True)
class InBranch:
    """Rows whose lookup ``field`` names a branch of the actor, or one below."""

    field: str


@dataclass(frozen=True, slots=True)
class Named:
    """Rows that name the actor in ``field``."""

    field: str


@dataclass(frozen=True, slots=True)
class Meets:
    """Rows for which the expression ``source`` holds, read as the system reads it."""

    source: str


@dataclass(frozen=True, slots=True)
class Shared:
    """Rows shared by hand with one of ``principals``, at one of ``levels``, not expired."""

    principals: frozenset[str]
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InCase:
    """Rows in an approval the actor is asked about, or reads along; ``levels`` as of shares."""

    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Carried:
    """Rows that go along with the record their lookup ``field`` names, by ``condition`` on
    ``object``."""

    field: str
    object: str
    condition: RowCondition


@dataclass(frozen=True, slots=True)
class ThroughParent:
    """Rows whose master record (by ``field``) meets ``condition`` on ``object``."""

    field: str
    object: str
    condition: RowCondition


@dataclass(frozen=True, slots=True)
class ByRule:
    """Rows that a sharing rule opens: ``condition`` is what is left to ask of the record."""

    rule: SharingRule
    condition: RowCondition


@dataclass(frozen=True, slots=True)
class InPool:
    """Rows without an owner that lie in the object's pool: ``condition`` says which may."""

    pool: str
    condition: RowCondition


@dataclass(frozen=True, slots=True)
class AnyOf:
    conditions: tuple[RowCondition, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    conditions: tuple[RowCondition, ...]


RowCondition = (
    Everyone | Nobody | Owned | OwnedBelow | OwnedBy | OwnerInBranch | InBranch | Named | Meets
    | Shared | InCase | Carried | ThroughParent | ByRule | InPool | AnyOf | AllOf
)  # fmt: skip


def any_of(conditions: tuple[RowCondition, ...]) -> RowCondition:
    """The simplest condition that holds where one of ``conditions`` does."""
    for each in conditions:
        if isinstance(each, Everyone):
            return each
    left = tuple(each for each in conditions if not isinstance(each, Nobody))
    if not left:
        return Nobody()
    return left[0] if len(left) == 1 else AnyOf(left)


def all_of(conditions: tuple[RowCondition, ...]) -> RowCondition:
    """The simplest condition that holds where all of ``conditions`` do."""
    for each in conditions:
        if isinstance(each, Nobody):
            return each
    left = tuple(each for each in conditions if not isinstance(each, Everyone))
    if not left:
        return Everyone()
    return left[0] if len(left) == 1 else AllOf(left)


def reasons(condition: RowCondition) -> Iterator[RowCondition]:
    """The reasons one by one, each of which is enough."""
    if isinstance(condition, AnyOf):
        for each in condition.conditions:
            yield from reasons(each)
    elif not isinstance(condition, Nobody):
        yield condition
