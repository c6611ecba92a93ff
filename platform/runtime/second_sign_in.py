"""From a right password to a session, for those who have a second step or must set one up."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import CodeRequired, SignInRequired, TypecaseError
from . import attempts, audit, identity, one_time, second_steps, throttling
from .actors import SYSTEM
from .identity import SignedIn
from .one_time import SECOND_STEP
from .second_steps import Enrolment
from .storage import people
from .storage.people import Account
from .storage.unit_of_work import Unit
from .workspaces import Workspace


class Enrolled(NamedTuple):
    signed_in: SignedIn
    recovery_codes: tuple[str, ...]


def finish(
    workspace: Workspace,
    half: str,
    code: object,
    address: str | None = None,
    agent: str | None = None,
) -> SignedIn:
    """Opens the session for which ``identity.sign_in`` asked a code.

    Raises CodeRequired (wrong code), TooManyAttempts, SignInRequired (begin anew).
    """

    def decide(unit: Unit) -> SignedIn | TypecaseError:
        account = _account(unit, half)
        refused = second_steps.refused(unit, account, code, address)
        if refused is not None:
            return refused
        _use(unit, half)
        return identity.open_session(unit, account, address, agent)

    return _decided(workspace.run(SYSTEM, decide))


def needs_enrolment(unit: Unit, half: str) -> bool:
    """Whether an authenticator has to be set up first. Raises SignInRequired."""
    return second_steps.state_of(unit, _account(unit, half).id) is None


def enrol(workspace: Workspace, half: str) -> Enrolment:
    """The authenticator to set up before signing in. Raises SignInRequired."""

    def work(unit: Unit) -> Enrolment:
        account = _account(unit, half)
        if second_steps.state_of(unit, account.id) is not None:
            raise SignInRequired()
        return second_steps.begin(unit, account.id)

    return workspace.run(SYSTEM, work)


def enrol_again(unit: Unit, half: str, enrolment: str) -> Enrolment | None:
    """The enrolment under way, shown once more after a wrong code. Raises SignInRequired."""
    return second_steps.again(unit, _account(unit, half).id, enrolment)


def finish_enrolling(
    workspace: Workspace,
    half: str,
    enrolment: str,
    code: object,
    address: str | None = None,
    agent: str | None = None,
) -> Enrolled:
    """Sets the second step and opens the session. Raises as ``finish``."""

    def decide(unit: Unit) -> Enrolled | TypecaseError:
        account = _account(unit, half)
        if second_steps.state_of(unit, account.id) is not None:
            raise SignInRequired()
        keys = throttling.counters(account.login, address, "second step")
        attempts.refuse_if_blocked(unit, keys, lock=True)
        codes = second_steps.confirm(unit, account.id, enrolment, code)
        if codes is None:
            attempts.count_failure(unit, keys)
            return CodeRequired("This code is not right, or it was used before.")
        _use(unit, half)
        audit.record_of(unit, account.id, "second_step_set", {"user": account.id}, address)
        return Enrolled(identity.open_session(unit, account, address, agent), codes)

    return _decided(workspace.run(SYSTEM, decide))


def _account(unit: Unit, half: str) -> Account:
    held = one_time.held(unit, half, SECOND_STEP)
    account = people.account_of(unit, held.user) if held and held.user else None
    if account is None or not account.is_active:
        raise SignInRequired("That took too long. Please sign in again.")
    return account


def _use(unit: Unit, half: str) -> None:
    if one_time.use(unit, half, SECOND_STEP) is None:
        raise SignInRequired("That took too long. Please sign in again.")


def _decided(decided: identity.Given | TypecaseError) -> identity.Given:
    if isinstance(decided, TypecaseError):
        raise decided
    return decided
