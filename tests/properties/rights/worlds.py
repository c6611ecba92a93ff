"""What the judge of rights is asked about: organisations, and worlds of people and records.

An organisation is what definitions say, a world what people did. Things have parts (which follow
them), notes, and notes have leaves; a thing may come from a leaf. Names of objects are kinds.
"""

from __future__ import annotations

from dataclasses import dataclass, field

KINDS = ("thing", "part", "note", "leaf")
OWNED = ("thing", "note", "leaf")
"""Kinds whose records have an owner of their own; parts follow their thing."""
ABOVE = {"part": "thing", "note": "thing", "leaf": "note", "thing": "leaf"}
"""Kind → the kind that ``Row.above`` points to."""
RELATIONS = {"part": "parts", "note": "notes", "leaf": "leaves", "thing": "things"}
"""Kind → what the relation to it is called on the kind above."""
RIGHTS = ("read", "edit", "delete", "view_all", "edit_all")
Owner = tuple[str, int | str] | None
"""``("person", number)``, ``("queue", name)``, or nobody."""


@dataclass(frozen=True)
class Whom:
    """Some people. ``kind``: role, below, queue, permission_set, everyone, field, branch,
    colleagues; in shares also person and tree, where ``name`` may be a number."""

    kind: str
    name: str | int = ""


@dataclass(frozen=True)
class Rule:
    whom: tuple[Whom, ...]
    grant: str
    weight: int | None = None
    """Only records that weigh at least as much."""
    owner: Whom | None = None


@dataclass(frozen=True)
class Pool:
    see: tuple[Whom, ...]
    claim: tuple[Whom, ...]
    weight: int | None = None


@dataclass(frozen=True)
class Access:
    default: str = "private"
    rules: tuple[Rule, ...] = ()
    pool: Pool | None = None
    carries: frozenset[str] = frozenset()
    """Kinds below that go along when a record is shared."""


@dataclass(frozen=True)
class Role:
    above: str | None = None
    outside: bool = False
    is_vip: bool = False
    """It brings the permission set ``vip``."""


@dataclass(frozen=True)
class Organisation:
    roles: dict[str, Role]
    queues: dict[str, tuple[Whom, ...]]
    access: dict[str, Access]
    """By kind, for those in OWNED."""


@dataclass
class Person:
    role: str | None
    grants: frozenset[tuple[str, str]]
    """(kind, right)."""
    branches: frozenset[int]
    is_vip: bool = False
    opened: bool = False
    """Whether the sensitive field is."""
    active: bool = True


@dataclass
class Row:
    kind: str
    owner: Owner
    above: int | None
    weight: int | None
    named: int | None
    """The person in its field ``contact``."""
    region: int | None
    """The branch in its field ``region``."""


@dataclass
class Share:
    row: int
    whom: Whom
    level: str
    until: int | None = None
    """The minute at which it ends."""


@dataclass
class Case:
    """An approval that a row is in, or was."""

    row: int
    asked: int
    """The person who is to decide."""
    is_over: bool = False


@dataclass
class World:
    organisation: Organisation
    people: list[Person]
    branches: list[int | None]
    """Of each branch the one above it."""
    rows: list[Row]
    shares: list[Share] = field(default_factory=list)
    minute: int = 0
    cases: list[Case] = field(default_factory=list)

    def access(self, kind: str) -> Access:
        return self.organisation.access.get(kind, Access())

    def role(self, who: int) -> Role:
        return self.organisation.roles.get(self.people[who].role or "", Role())
