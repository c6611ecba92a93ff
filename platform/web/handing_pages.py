"""Everything a leaver owns, handed over: the counts first, then batch by batch."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ..errors import FieldProblem, RecordInvalid, TypecaseError
from ..runtime import handing, users
from ..runtime.storage.database import Credential
from ..runtime.storage.unit_of_work import Unit
from ..runtime.storage.user_rows import User
from ..runtime.workspaces import Workspace
from .filtering import Choice
from .labels import Labels

LONGEST = 10.0
"""Seconds one request goes on; what is left is one click away."""


@dataclass(frozen=True, slots=True)
class LeaverModel:
    user: User
    counts: tuple[tuple[str, str, int, str], ...]
    """(label, icon, how many, where they are listed) of each object."""
    total: int
    to: Choice | None = None
    problem: str | None = None


def build(
    unit: Unit,
    person: str,
    labels: Labels,
    to: str | None = None,
    error: TypecaseError | None = None,
) -> LeaverModel:
    """Raises AccessDenied, NotFound."""
    owned = handing.owned(unit, person)
    problems = error.problems if isinstance(error, RecordInvalid) else ()
    told = " ".join(p.text(labels.locale) for p in problems)
    chosen = users.named(unit, to) if to else None
    return LeaverModel(
        user=users.get(unit, person),
        counts=tuple(
            (
                labels.plural(obj),
                obj.icon,
                count,
                f"/o/{obj.name}?filter=owner%20%3D%3D%20%27{person}%27",
            )
            for name, count in owned.items()
            for obj in (unit.catalog.object(name),)
        ),
        total=sum(owned.values()),
        to=Choice(to, chosen, True) if to and chosen else None,
        problem=told or (error.text(labels.locale) if error else None),
    )


def hand_over(
    workspace: Workspace, who: Credential, person: str, to: str, request: str
) -> tuple[int, tuple[FieldProblem, ...]]:
    """Batch after batch, each a transaction of its own, for at most ``LONGEST`` seconds; returns
    how many changed hands, and why what is left stayed."""
    done, began = 0, time.monotonic()
    kept: list[FieldProblem] = []

    def batch(unit: Unit) -> int:
        kept.clear()
        return handing.hand_over(unit, person, to, kept=kept)

    while time.monotonic() - began < LONGEST:
        moved = workspace.run(who, batch, "page", request)
        done += moved
        if not moved:
            break
    return done, tuple(kept)
