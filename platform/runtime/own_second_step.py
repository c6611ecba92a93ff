"""One's own second step: setting it up, new recovery codes, taking it away.

Each asks for the password again: an unwatched browser is not enough.
"""

from __future__ import annotations

from ..errors import AccessDenied, CodeRequired, Conflict, NotFound, TypecaseError
from . import audit, identity, second_steps, sign_in_rules
from .second_steps import Enrolment
from .storage import credentials, people
from .storage.database import Credential
from .storage.unit_of_work import Unit
from .workspaces import Workspace


def begin(
    workspace: Workspace, credential: Credential, password: object, address: str | None
) -> Enrolment:
    """An authenticator to set up. Raises SignInFailed, TooManyAttempts."""

    def work(unit: Unit) -> Enrolment:
        return second_steps.begin(unit, unit.actor.id)

    return identity.prove(workspace, credential, password, address, work)


def again(unit: Unit, enrolment: str) -> Enrolment:
    """The one under way, to be shown once more. Raises NotFound when it took too long."""
    found = second_steps.again(unit, unit.actor.id, enrolment)
    if found is None:
        raise NotFound("That took too long. Begin again.")
    return found


def confirm(unit: Unit, enrolment: str, code: object) -> tuple[str, ...]:
    """Sets the second step and returns the recovery codes; everywhere else one is signed out.

    Raises CodeRequired (not the authenticator's code), AccessDenied (with a token).
    """
    holder = unit.opening.holder
    if holder is None or not holder.is_session:
        raise AccessDenied("Passwords are changed in a browser, not with a token.")
    codes = second_steps.confirm(unit, unit.actor.id, enrolment, code)
    if codes is None:
        raise CodeRequired("This code is not right, or it was used before.")
    credentials.end_sessions(unit, unit.actor.id, except_csrf=holder.csrf)
    credentials.ask_to_renew(unit, unit.actor.id)
    audit.record(unit, "second_step_set", {"user": unit.actor.id})
    return codes


def renew_codes(
    workspace: Workspace, credential: Credential, password: object, address: str | None
) -> tuple[str, ...]:
    """New recovery codes instead of the old. Raises SignInFailed, TooManyAttempts, NotFound."""

    def work(unit: Unit) -> tuple[str, ...]:
        if second_steps.state_of(unit, unit.actor.id) is None:
            raise NotFound("This person has no second step.")
        audit.record(unit, "recovery_codes_made", {"user": unit.actor.id})
        return second_steps.new_codes(unit, unit.actor.id)

    return identity.prove(workspace, credential, password, address, work)


def remove(
    workspace: Workspace,
    credential: Credential,
    password: object,
    code: object,
    address: str | None,
) -> None:
    """Takes it away: that needs a code too.

    Raises SignInFailed, TooManyAttempts, CodeRequired, Conflict (everybody must have one).
    """

    def work(unit: Unit) -> TypecaseError | None:
        if sign_in_rules.of(unit).second_step_required:
            raise Conflict("Everybody here signs in with a second step.")
        account = people.account_of(unit, unit.actor.id)
        if account is None:
            raise NotFound()
        wrong = second_steps.refused(unit, account, code, address)
        if wrong is None:
            second_steps.remove(unit, account.id)
            credentials.ask_to_renew(unit, account.id)
            audit.record(unit, "second_step_removed", {"user": account.id}, address)
        return wrong

    refused = identity.prove(workspace, credential, password, address, work)
    if refused is not None:
        raise refused
