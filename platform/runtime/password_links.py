"""Links to choose a password: for those who forgot theirs, and for those who are invited.

A link works once, for 30 minutes or (an invitation) 72 hours. Its address is the one this
installation is set to, never the one a request came with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..errors import BadRequest, FieldProblem, RecordInvalid, SignInRequired, Unavailable
from ..texts import translate
from . import attempts, audit, one_time, passwords, throttling, user_access
from .actors import SYSTEM, Actor
from .mail import Mail, Mailer
from .one_time import INVITATION, RESET
from .storage import credentials, people, sign_in_rows, user_rows
from .storage.database import Credential
from .storage.people import Account
from .storage.unit_of_work import Unit
from .workspaces import Workspace

LONGEST_NAME = 254
OVER = "This link is over or was used. Ask for a new one."


@dataclass(frozen=True, slots=True)
class Made:
    """A link for somebody. ``sent_to``: the address it was mailed to; None: hand it over.
    ``failed``: the mail server did not take it."""

    address: str
    is_invitation: bool
    sent_to: str | None = None
    failed: bool = False

    def __repr__(self) -> str:
        return "Made(…)"


def ask(workspace: Workspace, mailer: Mailer, site: str, name: object, address: str | None) -> None:
    """Mails a link to whoever forgot their password. ``name``: log-in name or e-mail address.

    Nobody learns whether there is such a person: everybody is answered the same, as fast, and
    every question counts. ``site``: the public address. Raises TooManyAttempts, BadRequest.
    """
    if not isinstance(name, str) or not name.strip():
        raise BadRequest("Say who you are: your log-in name or your e-mail address.")
    key = people.login_key(name[:LONGEST_NAME])

    def work(unit: Unit) -> Mail | None:
        keys = throttling.mail_counters(key, address)
        attempts.refuse_if_blocked(unit, keys, lock=True)
        attempts.count_failure(unit, keys)
        account = _found(unit, key)
        told = {"user": account.id if account else None}
        audit.record_of(unit, None, "password_link_asked", told, address)
        if account is None or account.email is None or account.password_hash is None:
            return None
        secret = one_time.issue(unit, RESET, account.id)
        language = user_rows.get(unit, account.id).language
        return _mail(account.email, account.name, _address(site, secret), False, language)

    mail = workspace.run(SYSTEM, work)
    if mail is not None:
        mailer.send_later(mail)


def make(
    workspace: Workspace,
    mailer: Mailer,
    site: str,
    who: Actor | Credential,
    user_id: str,
    via: str = "page",
) -> Made:
    """A link for ``user_id``, by somebody who looks after people; mailed when that is possible.

    Raises as ``user_access.make_link``.
    """

    def work(unit: Unit) -> tuple[Made, Mail | None]:
        person = user_rows.get(unit, user_id)
        address = _address(site, user_access.make_link(unit, user_id))
        invites = not person.has_password
        to = person.email if mailer.is_set else None
        mail = _mail(to, person.name, address, invites, person.language) if to else None
        return Made(address, invites), mail

    made, mail = workspace.run(who, work, via=via)
    if mail is None:
        return made
    try:
        mailer.send(mail)
    except (Unavailable, BadRequest):
        return replace(made, failed=True)
    return replace(made, sent_to=mail.to)


def is_open(unit: Unit, secret: str) -> bool:
    """Whether a link still works. Looking at it uses nothing up: mail programs look too."""
    return _holder(unit, secret) is not None


def choose(workspace: Workspace, secret: str, password: object, address: str | None = None) -> None:
    """Gives the holder of a link the password they chose; their sessions and tokens end.

    Raises SignInRequired (the link is over), RecordInvalid (not a good password).
    """
    with workspace.read(SYSTEM) as unit:
        account = _holder(unit, secret)
    if account is None:
        raise SignInRequired(OVER)
    hashed = passwords.prepare(password, (account.login, account.name, account.email), "new")

    def work(unit: Unit) -> None:
        if one_time.use(unit, secret, RESET, INVITATION) is None:
            raise SignInRequired(OVER)
        if not people.is_unchanged(unit, account):
            raise SignInRequired(OVER)
        one_time.withdraw(unit, account.id)
        credentials.end_sessions(unit, account.id)
        credentials.delete_tokens(unit, account.id)
        people.set_password(unit, account.id, hashed.text, must_change=False)
        credentials.forget_attempts(unit, [throttling.counters(account.login, None).account])
        audit.record_of(unit, account.id, "password_chosen", {"user": account.id}, address)

    workspace.run(SYSTEM, work)


def require_same(new: str, again: str) -> None:
    """Raises RecordInvalid when somebody typed two different passwords."""
    if new != again:
        raise RecordInvalid([FieldProblem("again", "same", "The two passwords are not the same.")])


# Inside -------------------------------------------------------------------------------------


def _found(unit: Unit, key: str) -> Account | None:
    """The active person of a log-in name, or the only one of an e-mail address."""
    account = people.account(unit, key)
    if account is None and "@" in key:
        ids = sign_in_rows.active_by_email(unit, key)
        account = people.account_of(unit, ids[0]) if len(ids) == 1 else None
    return account if account is not None and account.is_active else None


def _holder(unit: Unit, secret: str) -> Account | None:
    held = one_time.held(unit, secret, RESET, INVITATION)
    account = people.account_of(unit, held.user) if held and held.user else None
    return account if account is not None and account.is_active else None


def _address(site: str, secret: str) -> str:
    return f"{site}/choose-password?link={secret}"


def _mail(to: str, name: str, address: str, invites: bool, language: str) -> Mail:
    def say(template: str, **data: str) -> str:
        return translate(template, language, **data)

    if invites:
        subject = say("Your account is ready")
        lines = [
            say("You have been given an account. Choose a password to sign in:"),
            say("The link works once, within 72 hours."),
        ]
    else:
        subject = say("Choose a new password")
        lines = [
            say("Somebody asked for a new password for your account. Choose it here:"),
            say("The link works once, within 30 minutes. If it was not you, do nothing."),
        ]
    greeting = say("Hello {name},", name=name)
    return Mail(to, subject, f"{greeting}\n\n{lines[0]}\n\n{address}\n\n{lines[1]}\n")
