"""Sharing rules, queues and pools: which people see a record besides its owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Grant = Literal["read", "edit"]


@dataclass(frozen=True, slots=True)
class People:
    """Some people, by one of these. The last three depend on the record."""

    role: str | None = None
    below: bool = False
    """With ``role``: and everyone in the roles below it."""
    queue: str | None = None
    permission_set: str | None = None
    user: str | None = None
    """A log-in name."""
    everyone: bool = False
    """Everyone but people from outside."""
    field: str | None = None
    """Those whom this field of the record names."""
    branch: str | None = None
    """Those who belong to the branch this lookup names, or to one above it."""
    colleagues: str | None = None
    """Those who belong, in the tree of this object, to a branch of the owner, or to one above."""

    @property
    def depends_on_record(self) -> bool:
        return bool(self.field or self.branch or self.colleagues)


@dataclass(frozen=True, slots=True)
class SharingRule:
    """Records that meet ``when`` and whose owner is one of ``owner`` are open to ``people``."""

    id: str
    name: str
    label: str
    people: tuple[People, ...]
    grant: Grant
    when: str | None = None
    owner: People | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a pool, per person; None: none. Days are those of the workspace's zone."""

    held: int | None = None
    """Of the records that may lie in the pool."""
    per_day: int | None = None
    followed: int | None = None
    """Of those held, the ones with an activity or comment since they were got."""
    cool_down_days: int = 0
    protection_days: int = 0


@dataclass(frozen=True, slots=True)
class RecycleRule:
    """Records that meet ``when`` go back ``after_days`` days after what ``counts``: somebody's
    last follow-up, or their change of owner; or after ``since``, a date or moment of theirs.
    Never sooner than that many days after the owner got them."""

    id: str
    name: str
    label: str
    after_days: int
    when: str | None = None
    since: str | None = None
    counts: Literal["follow_up", "ownership"] = "follow_up"
    warn_days: int = 0


@dataclass(frozen=True, slots=True)
class Pool:
    """Records without an owner that people claim. ``manage``: who may assign them, too."""

    id: str
    name: str
    label: str
    when: str | None = None
    see: tuple[People, ...] = ()
    claim: tuple[People, ...] = ()
    manage: tuple[People, ...] = ()
    limits: Limits = Limits()
    recycle: tuple[RecycleRule, ...] = ()
    protected: str | None = None
    feature: str | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """A group that owns records until one of its members takes them."""

    id: str
    name: str
    label: str
    objects: tuple[str, ...] = ()
    members: tuple[People, ...] = ()
    assign: Literal["by_hand", "round_robin", "least_loaded"] = "by_hand"
