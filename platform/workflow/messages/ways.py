"""The ways messages leave by: one for each channel that goes out of the house. A way is opened
when the first message of a batch needs it."""

from __future__ import annotations

import smtplib
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Protocol

from ...errors import Conflict, Unavailable
from ...runtime.mail import Mail, MailServer, compose, connected
from . import gateway, html, texting
from .gateway import GatewayAccount
from .preparing import Ready
from .turning_down import TurnedDown


@dataclass(frozen=True, slots=True)
class Sent:
    """What the log says of a message that has left."""

    said: str
    parts: int | None = None
    reference: str | None = None


class Way(Protocol):
    """Hands a filled message over.

    Raises TurnedDown, BadRequest, Conflict (never), Unavailable (perhaps later).
    """

    def send(self, message: Ready, subject: str, body: str) -> Sent: ...


class MailWay:
    def __init__(self, server: MailServer | None, opened: ExitStack) -> None:
        self.server, self.opened = server, opened
        self._connection: smtplib.SMTP | None = None

    def send(self, message: Ready, subject: str, body: str) -> Sent:
        if self.server is None:
            raise Unavailable("No mail account is set, so no mail leaves.")
        try:
            self._through(mail_of(message, subject, body), self.server)
        except (OSError, smtplib.SMTPException) as error:
            self._connection = None  # the next mail begins anew
            raise Unavailable("The mail server did not take it: {why}", why=_why(error)) from error
        return Sent(subject)

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


class TextWay:
    """``hosts`` inside may be asked."""

    def __init__(self, account: GatewayAccount | None, hosts: frozenset[str]) -> None:
        self.account, self.hosts = account, hosts

    def send(self, message: Ready, subject: str, body: str) -> Sent:
        if self.account is None:
            raise Unavailable("No account for text messages is set, so none leaves.")
        text = texting.tidied(body)
        if not text:
            raise TurnedDown("There is no text in it.")
        counted = texting.count(text)
        if counted.parts > texting.MOST_PARTS:
            raise Conflict("It comes in {parts} parts; at most {most} are sent.",
                           parts=counted.parts, most=texting.MOST_PARTS)  # fmt: skip
        reference = gateway.send(self.account, message.address, text, message.id, self.hosts)
        return Sent(" ".join(text.split()), counted.parts, reference)


def mail_of(message: Ready, subject: str, body: str) -> Mail:
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
