"""The job that delivers messages: prepare, fill in, hand over, mark. At least once each, always
under the same id (mails: their Message-ID).

A message that is turned down for good is marked so; when a server is away, the job tells and is
tried again by itself, with what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial

from ...errors import BadRequest, Conflict, TypecaseError, Unavailable
from ...runtime.actors import SYSTEM
from ...runtime.storage.unit_of_work import Unit
from ...runtime.workspaces import Workspace
from ..jobs import MOST_ATTEMPTS, Errand, Job
from ..notices import Told, tell
from ..storage import message_rows
from . import accounts, gateway_accounts
from .outbox import JOB
from .preparing import Ready, Refused, prepare
from .rendering import Renderer
from .turning_down import TurnedDown
from .ways import MailWay, TextWay, Way

LONGEST_SUBJECT = 400
MOST_FAILURES = 3
"""After so many that could not be handed over the rest of a batch waits, too; one that always
fails does not keep those behind it."""


def delivery(renderer: Renderer) -> Errand:
    """The handler of jobs that deliver messages."""
    return Errand(JOB, partial(_run, renderer))


def _run(renderer: Renderer, workspace: Workspace, job: Job) -> None:
    ids: Sequence[str] = job.payload["messages"]
    with ExitStack() as opened:

        def look(unit: Unit) -> tuple[list[Ready | Refused], Mapping[str, Way]]:
            rows = message_rows.open_ones(unit, ids)
            ways = _ways(unit, {row["channel"] for row in rows}, opened)
            return prepare(unit, rows), ways

        prepared, ways = workspace.look(SYSTEM, look, via="job")
        delivering = _Delivering(renderer, workspace, ways)
        try:
            delivering.all(prepared)
        except TypecaseError as error:
            delivering.waits(ids, error, job.attempts)
            raise


def _ways(unit: Unit, channels: set[str], opened: ExitStack) -> Mapping[str, Way]:
    ways: dict[str, Way] = {}
    if "email" in channels:
        ways["email"] = MailWay(accounts.mail_server(unit), opened)
    if "sms" in channels:
        ways["sms"] = TextWay(gateway_accounts.way_out(unit), unit.settings.hosts)
    return ways


class _Delivering:
    """One batch under way."""

    def __init__(self, renderer: Renderer, workspace: Workspace, ways: Mapping[str, Way]) -> None:
        self.renderer, self.workspace, self.ways = renderer, workspace, ways

    def all(self, prepared: Sequence[Ready | Refused]) -> None:
        """Raises Unavailable where some could not be handed over."""
        failures: list[Unavailable] = []
        for message in prepared:
            try:
                self._one(message)
            except Unavailable as error:
                failures.append(error)
                if len(failures) == MOST_FAILURES:
                    break
        if failures:
            raise failures[-1]

    def waits(self, ids: Sequence[str], error: TypecaseError, attempts: int) -> None:
        """What is left of the batch is tried again, or was tried for the last time."""
        state = message_rows.FAILED if attempts >= MOST_ATTEMPTS else message_rows.QUEUED

        def work(unit: Unit) -> None:
            left = [row["id"] for row in message_rows.open_ones(unit, ids)]
            message_rows.mark_not_sent(unit, left, state, error.text())

        self._run(work)

    # Inside ---------------------------------------------------------------------------------

    def _one(self, message: Ready | Refused) -> None:
        if isinstance(message, Refused):
            self._mark(message.id, message.why)
            return
        try:
            subject, body = filled(self.renderer, message)
            if message.channel == "bell":
                self._run(partial(_ring, message=message, text=body))
                return
            sent = self.ways[message.channel].send(message, subject, body)
        except (TurnedDown, Conflict, BadRequest) as error:
            why = error.text() if isinstance(error, TypecaseError) else str(error)
            self._mark(message.id, why)
            return
        self._run(
            lambda unit: message_rows.mark_sent(
                unit, message.id, sent.said, sent.parts, sent.reference
            )
        )

    def _run(self, work: Callable[[Unit], None]) -> None:
        self.workspace.run(SYSTEM, work, via="job")

    def _mark(self, id_: str, why: str) -> None:
        refused = message_rows.REFUSED
        self._run(lambda unit: message_rows.mark_not_sent(unit, [id_], refused, why))


def _ring(unit: Unit, message: Ready, text: str) -> None:
    """A notice is one of our own rows: written in one transaction with the mark."""
    (row,) = message_rows.open_ones(unit, [message.id]) or (None,)
    if row is not None:
        said = " ".join(text.split())
        quotes = row["record"] is not None
        tell(unit, [Told(row["person"], said, row["object"], row["record"], quotes=quotes)])
        message_rows.mark_sent(unit, message.id, said)


def filled(renderer: Renderer, message: Ready) -> tuple[str, str]:
    """Subject and body with everything in its place. Raises Conflict, Unavailable."""
    if message.values is None:
        return message.words.subject, message.words.body
    texts = [(message.words.subject, False), (message.words.body, message.is_html)]
    subject, body = renderer.render(texts, message.values)
    return " ".join(subject.split())[:LONGEST_SUBJECT], body
