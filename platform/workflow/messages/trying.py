"""A test mail to whoever asks for it: sent at once, outside any transaction, told as it went."""

from __future__ import annotations

import smtplib

from ...errors import BadRequest, RecordInvalid, TypecaseError, Unavailable
from ...runtime import access
from ...runtime.actors import Actor
from ...runtime.mail import Mail, MailServer, compose, connected
from ...runtime.storage.database import Credential
from ...runtime.storage.unit_of_work import Unit
from ...runtime.workspaces import Workspace
from ...texts import translate
from ..storage import account_rows, message_rows
from . import accounts

SUBJECT = "It works"
TEXT = "This mail was sent through the account you entered."


def test_mail(workspace: Workspace, who: Actor | Credential) -> str:
    """Sends a mail to the address of whoever asks; returns the address.

    Needs the right ``designer``. Raises BadRequest without an account or an address, Unavailable
    with what the mail server said.
    """

    def look(unit: Unit) -> tuple[MailServer, Mail]:
        access.require_system(unit.actor, accounts.RIGHT)
        address = message_rows.people(unit, [unit.actor.id])[unit.actor.id]["email"]
        if not address:
            raise BadRequest("You have no e-mail address. Enter one under People first.")
        subject, text = (translate(each, unit.actor.language) for each in (SUBJECT, TEXT))
        return accounts.require_mail(unit), Mail(address, subject, text, at=unit.now)

    server, mail = workspace.look(who, look)
    failure = tried(server, mail)
    said = None if failure is None else failure.text()
    workspace.run(who, lambda unit: account_rows.mark_tested(unit, accounts.EMAIL, said))
    if failure is not None:
        raise failure
    return mail.to


def tried(server: MailServer, mail: Mail) -> TypecaseError | None:
    """Sends now; what went wrong, as an error to show."""
    try:
        with connected(server) as connection:
            connection.send_message(compose(mail, server.sender))
    except smtplib.SMTPAuthenticationError:
        return Unavailable("The mail server does not take this name and password.")
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        return Unavailable("The mail server did not take it: {why}", why=error)
    except (BadRequest, RecordInvalid) as error:
        return error
    return None
