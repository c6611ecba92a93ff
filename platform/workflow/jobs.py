"""Work that waits: a row written in the transaction that needs it, done later at least once.

A job is due now, a timer later; what leaves the system (mail, webhooks) is a job like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..errors import BadRequest, NotFound
from ..runtime import access
from ..runtime.storage.unit_of_work import Unit
from ..runtime.workspaces import Workspace

STATES = ("waiting", "running", "done", "dead")
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=6)
LEASE = timedelta(minutes=5)
LONGEST_LEASE = 2 * LEASE
"""A lease that ends later than this was given by a clock that has since been put back."""
MOST_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Job:
    """``key`` names the work: it is the same in every attempt, so whoever receives a message
    twice can tell. ``object`` and ``record``: what it is about, if anything."""

    id: str
    kind: str
    key: str | None
    payload: Mapping[str, Any]
    state: str
    due_at: datetime
    attempts: int
    error: str | None
    object: str | None
    record: str | None
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Inside:
    """Work on our own records: done in one transaction with the mark that it is done, so it
    takes effect exactly once."""

    kind: str
    run: Callable[[Unit, Job], None]
    most_attempts: int = MOST_ATTEMPTS


@dataclass(frozen=True, slots=True)
class Errand:
    """Work that reaches outside (a message, many transactions): done, then marked; at least
    once. It must bear being done again."""

    kind: str
    run: Callable[[Workspace, Job], None]
    most_attempts: int = MOST_ATTEMPTS


Handler = Inside | Errand


def wait_before(attempt: int) -> timedelta:
    """How long to wait after the ``attempt``-th failure: four times longer each time."""
    wait: timedelta = FIRST_WAIT * 4 ** max(0, attempt - 1)
    return min(wait, LONGEST_WAIT)


def row(
    unit: Unit,
    kind: str,
    payload: Mapping[str, Any],
    key: str | None = None,
    due_at: datetime | None = None,
    about: tuple[str, str] | None = None,
) -> dict[str, Any]:
    """The row of a job that waits; ``about`` is (object, record)."""
    object_name, record = about or (None, None)
    return {
        "id": unit.new_id(),
        "kind": kind,
        "key": key,
        "payload": dict(payload),
        "state": "waiting",
        "due_at": due_at or unit.now,
        "attempts": 0,
        "object": object_name,
        "record": record,
        "created_at": unit.now,
    }


def require_right(unit: Unit) -> None:
    """Raises AccessDenied unless the actor looks after the definitions."""
    access.require_system(unit.actor, "designer")


def require_state(state: str | None) -> None:
    """Raises BadRequest for a state there is not."""
    if state is not None and state not in STATES:
        raise BadRequest(
            "There is no state {state}: {states}.", state=state, states=", ".join(STATES)
        )


def require_found(found: int, wanted: Collection[str]) -> None:
    """Raises NotFound when one of ``wanted`` was not there to be replayed."""
    if found != len(set(wanted)):
        raise NotFound("Not found, or not dead any more.")
