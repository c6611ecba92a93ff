"""Mails of signing in: what is sent, what is refused, what happens without a server."""

from __future__ import annotations

import logging

import pytest

from tests.mailbox import open_mailbox
from typecase.errors import BadRequest, Unavailable
from typecase.runtime.mail import Mail, Mailer, MailServer, compose, server_of

SENDER = "Typecase <crm@example.com>"


def test_a_mail_arrives_as_it_was_written() -> None:
    with open_mailbox() as box:
        mailer = Mailer(server_of(box.url, SENDER))
        mailer.send(Mail("ann@example.com", "新密码 for you", "Hello 安,\n\nA link\n"))
    [mail] = box.mails
    assert (mail["To"], mail["From"], mail["Subject"]) == (
        "ann@example.com",
        SENDER,
        "新密码 for you",
    )
    assert mail.get_content().replace("\r\n", "\n") == "Hello 安,\n\nA link\n"
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "to",
    ["", "ann", "ann@example.com\r\nBcc: eve@example.com", "a@b.c,d@e.f", "a@b.c d@e.f",
     "<a@b.c>", "Ann <a@b.c>", "a@b@c.d", "a@\nb.c", "a@b", "\ta@b.c"],
)  # fmt: skip
def test_an_address_is_one_address(to: str) -> None:
    with pytest.raises(BadRequest):
        compose(Mail(to, "x", "x"), SENDER)


def test_a_subject_ends_no_line() -> None:
    with pytest.raises(BadRequest):
        compose(Mail("a@example.com", "x\r\nBcc: eve@example.com", "x"), SENDER)


def test_without_a_server_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    mail = Mail("ann@example.com", "Choose a new password", "https://secret")
    with caplog.at_level(logging.WARNING), pytest.raises(Unavailable):
        Mailer().send(mail)
    assert "no mail server is set" in caplog.text and "Choose a new password" in caplog.text
    assert "secret" not in caplog.text + repr(mail)


def test_a_server_that_is_away_is_told_and_never_breaks_what_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    mailer = Mailer(server_of("smtp+plain://127.0.0.1:1", SENDER))
    with pytest.raises(Unavailable):
        mailer.send(Mail("ann@example.com", "x", "x"))
    mailer.send_later(Mail("ann@example.com", "x", "x")).join(10)
    assert "was not sent" in caplog.text


def test_a_server_without_tls_gets_no_password() -> None:
    """``smtp`` insists on STARTTLS, which this one does not have."""
    with open_mailbox() as box, pytest.raises(Unavailable):
        url = box.url.replace("smtp+plain", "smtp")
        Mailer(server_of(url, SENDER, "secret")).send(Mail("ann@example.com", "x", "x"))
    assert box.mails == []


def test_how_a_server_is_written() -> None:
    found = server_of("smtp://crm%40example.com:p%20w@mail.example.com", SENDER)
    assert found == MailServer("smtp", "mail.example.com", 587, SENDER, "crm@example.com", "p w")
    assert "p w" not in repr(found)
    found = server_of("smtps://crm@mail.example.com:4650", SENDER, "other")
    assert found is not None and (found.port, found.password) == (4650, "other")
    assert server_of(None) is None
    for url, sender in (("http://x", SENDER), ("smtp://", SENDER), ("smtp://x", None),
                        ("smtp://x", "nobody")):  # fmt: skip
        with pytest.raises(BadRequest):
            server_of(url, sender)
