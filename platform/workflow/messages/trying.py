"""A test message to whoever asks for it: sent at once, outside any transaction, told as it went."""

from __future__ import annotations

import smtplib
from uuid import uuid4

from ...errors import BadRequest, RecordInvalid, TypecaseError, Unavailable
from ...runtime import access
from ...runtime.actors import Actor
from ...runtime.mail import Mail, MailServer, compose, connected
from ...runtime.storage.database import Credential
from ...runtime.storage.unit_of_work import Unit
from ...runtime.workspaces import Workspace
from ...texts import translate
from ..storage import account_rows, message_rows
from . import accounts, gateway, gateway_accounts
from .gateway import GatewayAccount
from .numbers import whole_number
from .turning_down import TurnedDown

SUBJECT = "It works"
TEXT = "This mail was sent through the account you entered."
SHORT_TEXT = "It works: this message was sent through the account you entered."


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
    _keep(workspace, who, accounts.EMAIL, tried(server, mail))
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


def test_text(workspace: Workspace, who: Actor | Credential, number: str) -> str:
    """Sends a text message to ``number``; returns it whole.

    Needs the right ``designer``. Raises BadRequest without an account or for what is no number,
    Unavailable with what the gateway said.
    """

    def look(unit: Unit) -> tuple[GatewayAccount, str, str]:
        access.require_system(unit.actor, accounts.RIGHT)
        account = gateway_accounts.way_out(unit)
        if account is None:
            raise BadRequest("No account for text messages is set.")
        whole = whole_number(number, account.country)
        if whole is None:
            raise BadRequest("This is no telephone number that takes text messages.")
        return account, whole, translate(SHORT_TEXT, unit.actor.language)

    account, whole, text = workspace.look(who, look)
    failure: TypecaseError | None = None
    try:
        gateway.send(account, whole, text, str(uuid4()), workspace.settings.hosts)
    except TurnedDown as error:
        failure = Unavailable("The gateway did not take it: {why}", why=str(error))
    except (BadRequest, Unavailable) as error:
        failure = error
    _keep(workspace, who, gateway_accounts.SMS, failure)
    return whole


def _keep(
    workspace: Workspace, who: Actor | Credential, kind: str, failure: TypecaseError | None
) -> None:
    """How the test went stands with the account. Raises ``failure`` where there is one."""
    said = None if failure is None else failure.text()
    workspace.run(who, lambda unit: account_rows.mark_tested(unit, kind, said))
    if failure is not None:
        raise failure
