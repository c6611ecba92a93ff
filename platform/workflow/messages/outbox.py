"""Messages as others put them: kept with the transaction, sent after it; what became of each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from ...errors import BadRequest, NotFound
from ...runtime import access, audit
from ...runtime.storage.unit_of_work import Unit
from .. import jobs
from ..storage import job_rows, message_rows

Channel = Literal["email", "sms", "bell"]
ADDRESS = {"email": "email", "sms": "phone", "bell": "email"}
"""Channel → what of a person it reaches them by."""
JOB = "message"
AT_ONCE = 50
"""Messages that one job delivers."""
MOST = 200
RIGHT = "designer"
STATES = ("queued", "sent", "refused", "failed")


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one recipient: ``person`` is somebody of ours, else ``address`` is given.

    ``reader``: with whose rights the record is read; ``sender``: on whose account it goes out.
    ``text`` and ``subject`` are ready where there is no template; what they quote of the record is
    for whoever may still read it when it leaves, unless the system is the reader.
    """

    channel: Channel
    reader: str
    sender: str
    language: str = ""
    template: str | None = None
    object: str | None = None
    record: str | None = None
    person: str | None = None
    address: str | None = None
    name: str | None = None
    subject: str | None = None
    text: str | None = None
    because: str | None = None
    mailing: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as the log shows it. ``parts``: of a text message; ``reference``: what the gateway
    calls it."""

    id: str
    channel: str
    template: str | None
    object: str | None
    record: str | None
    name: str
    address: str
    subject: str
    state: str
    error: str | None
    attempts: int
    parts: int | None
    reference: str | None
    because: str | None
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Log:
    messages: tuple[Seen, ...]
    counts: Mapping[str, int]
    next: str | None = None


def put(unit: Unit, messages: Iterable[Message], due_at: datetime | None = None) -> list[str]:
    """Writes messages that leave if and only if this transaction is kept; returns their ids."""
    rows = [
        {**asdict(each), "id": unit.new_id(), "state": "queued", "attempts": 0,
         "created_at": unit.now}
        for each in messages
    ]  # fmt: skip
    message_rows.insert(unit, rows)
    job_rows.insert(unit, list(_jobs(unit, rows, "", due_at)))
    return [row["id"] for row in rows]


def _jobs(
    unit: Unit, rows: Iterable[Mapping[str, Any]], again: str, due_at: datetime | None = None
) -> Iterable[dict[str, Any]]:
    """Jobs of one channel each: a server that is away keeps back nothing but its own."""
    of_channel: dict[str, list[str]] = {}
    for row in rows:
        of_channel.setdefault(row["channel"], []).append(row["id"])
    for ids in of_channel.values():
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            key = f"message:{some[0]}{again}"
            yield jobs.row(unit, JOB, {"messages": some}, key, due_at)


# The log ------------------------------------------------------------------------------------


def log(
    unit: Unit,
    state: str | None = None,
    limit: int = 50,
    before: str | None = None,
    mailing: str | None = None,
) -> Log:
    """Messages, the latest first. Needs the right ``designer``; raises BadRequest for a state
    there is not."""
    access.require_system(unit.actor, RIGHT)
    return _log(unit, state, limit, before, mailing)


def of_mailing(unit: Unit, mailing: str, state: str | None, limit: int, before: str | None) -> Log:
    """Those of one mailing; whoever asks has been let in already."""
    return _log(unit, state, limit, before, mailing)


def _log(unit: Unit, state: str | None, limit: int, before: str | None, mailing: str | None) -> Log:
    if state is not None and state not in STATES:
        raise BadRequest(
            "There is no state {state}: {states}.", state=state, states=", ".join(STATES)
        )
    limit = min(limit, MOST)
    found = message_rows.find(unit, state, limit + 1, before, mailing)
    shown = tuple(_seen(row) for row in found[:limit])
    following = shown[-1].id if len(found) > limit else None
    return Log(shown, message_rows.counts(unit, mailing), following)


def replay(unit: Unit, ids: Collection[str]) -> None:
    """Tries messages again that did not leave. Needs the right ``designer``; raises NotFound."""
    access.require_system(unit.actor, RIGHT)
    found = message_rows.queue_again(unit, ids)
    if len(found) != len(set(ids)):
        raise NotFound("Not found, or not waiting to be tried again.")
    job_rows.insert(unit, list(_jobs(unit, found, f":{unit.new_id()}")))
    audit.record(unit, "messages_replayed", {"messages": [row["id"] for row in found]})


def _seen(row: Mapping[str, Any]) -> Seen:
    kept = {name: row[name] for name in Seen.__dataclass_fields__ if name in row}
    named = {
        "name": row["person_name"] or row["name"] or "",
        "address": row["address"] or row[f"person_{ADDRESS[row['channel']]}"] or "",
        "subject": row["subject"] or "",
    }
    return Seen(**{**kept, **named})
