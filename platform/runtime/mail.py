"""Mails: how one is composed, and how a server is given it. Never inside a transaction.

``Mailer`` sends those that belong to signing in: they do not wait in a queue with other work,
because somebody sits before a page until they come. All others are jobs (``workflow/messages``).
"""

from __future__ import annotations

import logging
import smtplib
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from typing import Literal
from urllib.parse import unquote, urlsplit

from ..errors import BadRequest, Unavailable

LOG = logging.getLogger("typecase.mail")

SECONDS = 10.0
"""How long one step of talking to the mail server may take."""
Scheme = Literal["smtp", "smtps", "smtp+plain"]
PORTS: Mapping[Scheme, int] = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
SCHEMES: Mapping[str, Scheme] = {str(name): name for name in PORTS}


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. ``to`` is a bare address, ``name`` whose it is. ``id`` stands before the @ of the
    Message-ID; without one it is made up. ``unsubscribe``: where one click ends such mails."""

    to: str
    subject: str
    text: str
    html: str | None = None
    name: str = ""
    id: str | None = None
    unsubscribe: str | None = None
    reply_to: str | None = None
    at: datetime | None = None

    def __repr__(self) -> str:
        return f"Mail({self.to!r}, {self.subject!r}, …)"


@dataclass(frozen=True, slots=True)
class MailServer:
    """``scheme``: ``smtp`` (STARTTLS is a must), ``smtps`` (TLS from the beginning),
    ``smtp+plain`` (nothing is encrypted: only for a server on the same machine)."""

    scheme: Scheme
    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return f"MailServer({self.scheme}://{self.host}:{self.port})"


class Mailer:
    """Sends mails by ``server``; without one it says so in the log and sends nothing."""

    def __init__(self, server: MailServer | None = None) -> None:
        self.server = server

    @property
    def is_set(self) -> bool:
        return self.server is not None

    def send(self, mail: Mail) -> None:
        """Sends now. Raises Unavailable when that is not possible, BadRequest for an address
        that is none."""
        if self.server is None:
            LOG.warning("no mail server is set (TYPECASE_MAIL): “%s” was not sent", mail.subject)
            raise Unavailable("No mail server is set, so no mail was sent.")
        message = compose(mail, self.server.sender)
        try:
            _deliver(self.server, message)
        except (OSError, smtplib.SMTPException) as error:
            LOG.error("the mail server %s did not take “%s”: %s", self.server, mail.subject, error)
            raise Unavailable("The mail could not be sent.") from error

    def send_later(self, mail: Mail) -> threading.Thread:
        """Sends beside the request, so that its length tells nobody who has an account here.

        What goes wrong is in the log.
        """
        thread = threading.Thread(target=self._try, args=(mail,), name="mail", daemon=True)
        thread.start()
        return thread

    def _try(self, mail: Mail) -> None:
        try:
            self.send(mail)
        except (Unavailable, BadRequest) as error:
            LOG.error("a mail was not sent: %s", error)


def server_of(
    address: str | None, sender: str | None = None, password: str | None = None
) -> MailServer | None:
    """The mail server of an address like ``smtp://name:password@mail.example.com:587``.

    ``password`` goes before the one in the address. Raises BadRequest.
    """
    if not address:
        return None
    parts = urlsplit(address)
    scheme = SCHEMES.get(parts.scheme)
    if scheme is None or not parts.hostname:
        raise BadRequest("The mail server must look like smtp://name@mail.example.com.")
    if not sender or not is_address(parseaddr(sender)[1]):
        raise BadRequest("Say from whom mails come: TYPECASE_MAIL_FROM, an e-mail address.")
    user = unquote(parts.username) if parts.username else None
    inner = unquote(parts.password) if parts.password else None
    port = parts.port or PORTS[scheme]
    return MailServer(scheme, parts.hostname, port, sender, user, password or inner)


def compose(mail: Mail, sender: str) -> EmailMessage:
    """The message. What could begin another header is refused: raises BadRequest."""
    if not is_address(mail.to) or not mail.subject.isprintable():
        raise BadRequest("This is not an e-mail address.")
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP)
    message["From"] = str(Address(name, addr_spec=address))
    message["To"] = str(Address(_printable(mail.name), addr_spec=mail.to))
    if mail.reply_to and is_address(mail.reply_to):
        message["Reply-To"] = str(Address(addr_spec=mail.reply_to))
    message["Subject"] = mail.subject
    domain = address.rpartition("@")[2]
    message["Message-ID"] = f"<{mail.id}@{domain}>" if mail.id else make_msgid(domain=domain)
    if mail.at is not None:
        message["Date"] = format_datetime(mail.at)
    message["Auto-Submitted"] = "auto-generated"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    return message


def is_address(text: str) -> bool:
    """One address and nothing else: no second one, no blank, nothing that ends a line."""
    local, _, domain = text.rpartition("@")
    plain = text.isprintable() and not any(c in text for c in ' ,;:<>()[]"\\')
    return plain and bool(local) and "@" not in local and "." in domain.strip(".")


def _printable(name: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())


@contextmanager
def connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection that several mails may go through. Raises OSError, SMTPException."""
    context = ssl.create_default_context()
    if server.scheme == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=SECONDS, context=context
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    with connection:
        if server.scheme == "smtp":
            connection.starttls(context=context)
        if server.user and server.password:
            connection.login(server.user, server.password)
        yield connection


def _deliver(server: MailServer, message: EmailMessage) -> None:
    with connected(server) as connection:
        connection.send_message(message)
