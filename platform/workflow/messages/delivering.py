"""The job that delivers messages: prepare, fill in, hand over, mark. At least once each, always
under the same Message-ID.

A message that is turned down for good is marked so; when a server is away, the job tells and is
tried again by itself, with what is left.
"""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial

from ...errors import BadRequest, Conflict, TypecaseError, Unavailable
from ...runtime.actors import SYSTEM
from ...runtime.mail import Mail, MailServer, compose, connected
from ...runtime.storage.unit_of_work import Unit
from ...runtime.workspaces import Workspace
from ..jobs import MOST_ATTEMPTS, Errand, Job
from ..notices import Told, tell
from ..storage import message_rows
from . import accounts, html
from .outbox import JOB
from .preparing import Ready, Refused, prepare
from .rendering import Renderer

LONGEST_SUBJECT = 400


class TurnedDown(Exception):
    """Whoever was to take the message will never take it."""


def delivery(renderer: Renderer) -> Errand:
    """The handler of jobs that deliver messages."""
    return Errand(JOB, partial(_run, renderer))


def _run(renderer: Renderer, workspace: Workspace, job: Job) -> None:
    ids: Sequence[str] = job.payload["messages"]

    def look(unit: Unit) -> tuple[list[Ready | Refused], MailServer | None]:
        return prepare(unit, message_rows.open_ones(unit, ids)), accounts.mail_server(unit)

    prepared, server = workspace.look(SYSTEM, look, via="job")
    delivering = _Delivering(renderer, workspace, server)
    try:
        with delivering.opened:
            for each in prepared:
                delivering.one(each)
    except TypecaseError as error:
        delivering.waits(ids, error, job.attempts)
        raise


class _Delivering:
    """One batch under way; the connection is opened when the first mail needs it."""

    def __init__(self, renderer: Renderer, workspace: Workspace, server: MailServer | None) -> None:
        self.renderer, self.workspace, self.server = renderer, workspace, server
        self.opened = ExitStack()
        self._connection: smtplib.SMTP | None = None

    def one(self, message: Ready | Refused) -> None:
        if isinstance(message, Refused):
            self._mark(message.id, message.why)
            return
        try:
            subject, body = filled(self.renderer, message)
            if message.channel == "bell":
                self._run(partial(_ring, message=message, text=body))
                return
            self._send(message, subject, body)
        except (TurnedDown, Conflict, BadRequest) as error:
            why = error.text() if isinstance(error, TypecaseError) else str(error)
            self._mark(message.id, why)
            return
        self._run(lambda unit: message_rows.mark_sent(unit, message.id, subject))

    def waits(self, ids: Sequence[str], error: TypecaseError, attempts: int) -> None:
        """What is left of the batch is tried again, or was tried for the last time."""
        state = message_rows.FAILED if attempts >= MOST_ATTEMPTS else message_rows.QUEUED

        def work(unit: Unit) -> None:
            left = [row["id"] for row in message_rows.open_ones(unit, ids)]
            message_rows.mark_not_sent(unit, left, state, error.text())

        self._run(work)

    # Inside ---------------------------------------------------------------------------------

    def _run(self, work: object) -> None:
        self.workspace.run(SYSTEM, work, via="job")  # type: ignore[arg-type]

    def _mark(self, id_: str, why: str) -> None:
        refused = message_rows.REFUSED
        self._run(lambda unit: message_rows.mark_not_sent(unit, [id_], refused, why))

    def _send(self, message: Ready, subject: str, body: str) -> None:
        if self.server is None:
            raise Unavailable("No mail account is set, so no mail leaves.")
        try:
            self._through(mail_of(message, subject, body, self.server), self.server)
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable("The mail server did not take it: {why}", why=_why(error)) from error

    def _through(self, mail: Mail, server: MailServer) -> None:
        composed = compose(mail, server.sender)
        if self._connection is None:
            self._connection = self.opened.enter_context(connected(server))
        try:
            self._connection.send_message(composed)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            if code >= 500:
                raise TurnedDown(_said(code, said)) from error
            raise
        except smtplib.SMTPDataError as error:
            if error.smtp_code >= 500:
                raise TurnedDown(_said(error.smtp_code, error.smtp_error)) from error
            raise
        except smtplib.SMTPNotSupportedError as error:
            raise TurnedDown(str(error)) from error


def _ring(unit: Unit, message: Ready, text: str) -> None:
    """A notice is one of our own rows: written in one transaction with the mark."""
    (row,) = message_rows.open_ones(unit, [message.id]) or (None,)
    if row is not None:
        said = " ".join(text.split())
        tell(unit, [Told(row["person"], said, row["object"], row["record"])])
        message_rows.mark_sent(unit, message.id, said)


def filled(renderer: Renderer, message: Ready) -> tuple[str, str]:
    """Subject and body with everything in its place. Raises Conflict, Unavailable."""
    if message.values is None:
        return message.words.subject, message.words.body
    texts = [(message.words.subject, False), (message.words.body, message.is_html)]
    subject, body = renderer.render(texts, message.values)
    return " ".join(subject.split())[:LONGEST_SUBJECT], body


def mail_of(message: Ready, subject: str, body: str, server: MailServer) -> Mail:
    """The mail of a filled message: two bodies where it is HTML."""
    text, page = body, None
    if message.is_html:
        body = html.cleaned(body)
        text, page = html.as_text(body), html.page(body, subject, message.language)
    return Mail(
        message.address, subject, text, page, message.name, message.id, message.unsubscribe,
        message.reply_to,
    )  # fmt: skip


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _said(*next(iter(error.recipients.values())))
    return str(error) or type(error).__name__


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"
