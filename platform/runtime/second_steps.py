"""The second step of signing in: a code of an authenticator app, or a recovery code.

Codes are those of RFC 6238 with six digits and half minutes, as every authenticator makes them. One
code before and one after the present are taken too, none twice, and none before one that was used.
"""

from __future__ import annotations

import base64
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime

import pyotp

from ..errors import CodeRequired, TypecaseError
from . import attempts, audit, one_time, throttling
from .sessions import digest
from .storage import people
from .storage import sign_in_rows as rows
from .storage.people import Account
from .storage.unit_of_work import Unit

SECONDS = 30
EARLIER_AND_LATER = (0, -1, 1)
"""Which half minutes beside the present one count: clocks differ."""
RECOVERY_CODES = 10
ISSUER = "Typecase"
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """An authenticator that is being set up. ``secret`` finishes it, ``key`` is typed in where the
    picture of ``address`` cannot be taken."""

    secret: str
    key: str
    address: str

    def __repr__(self) -> str:
        return "Enrolment(…)"


@dataclass(frozen=True, slots=True)
class State:
    """``codes_left``: recovery codes nobody has used yet."""

    since: datetime
    codes_left: int


def state_of(unit: Unit, user: str) -> State | None:
    """None: ``user`` has no second step."""
    row = rows.second_step_of(unit, user)
    return State(row["created_at"], rows.count_codes(unit, user)) if row else None


def begin(unit: Unit, user: str) -> Enrolment:
    """A new key for the authenticator of ``user``; it counts once ``confirm`` has seen a code."""
    salt = secrets.token_hex(16)
    secret = one_time.issue(unit, one_time.ENROLMENT, user, {"salt": salt})
    return _enrolment(unit, user, secret, salt)


def again(unit: Unit, user: str, secret: str) -> Enrolment | None:
    """The enrolment that is under way, to be shown once more; None: it took too long."""
    held = one_time.held(unit, secret, one_time.ENROLMENT)
    if held is None or held.user != user:
        return None
    return _enrolment(unit, user, secret, held.data["salt"])


def confirm(unit: Unit, user: str, secret: str, code: object) -> tuple[str, ...] | None:
    """Sets the second step of ``user`` and returns new recovery codes, shown once.

    None: the code is not the authenticator's, or the enrolment took too long.
    """
    held = one_time.held(unit, secret, one_time.ENROLMENT)
    if held is None or held.user != user:
        return None
    step = _step_of(unit, held.data["salt"], clean(code))
    if step is None or one_time.use(unit, secret, one_time.ENROLMENT) is None:
        return None
    rows.delete_second_step(unit, user)
    rows.insert_second_step(unit, user, held.data["salt"], step)
    return new_codes(unit, user)


def check(unit: Unit, user: str, code: object) -> bool:
    """Whether ``code`` is a code of ``user`` that was not used yet. It is used now."""
    row = rows.second_step_of(unit, user)
    if row is None:
        return False
    given = clean(code)
    step = _step_of(unit, row["salt"], given)
    if step is not None:
        return rows.use_step(unit, user, step)
    if not rows.use_code(unit, user, digest(given)):
        return False
    left = rows.count_codes(unit, user)
    audit.record_of(unit, user, "recovery_code_used", {"user": user, "left": left})
    return True


def refused(
    unit: Unit, account: Account, code: object, address: str | None
) -> TypecaseError | None:
    """Checks a code and counts a wrong one; the error is to be raised after the commit.

    Raises TooManyAttempts when no code counts yet.
    """
    keys = throttling.counters(account.login, address, "second step")
    attempts.refuse_if_blocked(unit, keys, lock=True)
    if check(unit, account.id, code):
        attempts.forgive(unit, keys)
        return None
    wait = attempts.count_failure(unit, keys)
    told = {"user": account.id, "wait_seconds": wait}
    audit.record_of(unit, None, "code_failed", told, address)
    return CodeRequired("This code is not right, or it was used before.")


def new_codes(unit: Unit, user: str) -> tuple[str, ...]:
    """Fresh recovery codes; older ones open nothing any more."""
    rows.delete_codes(unit, user)
    codes = tuple(_recovery_code() for _ in range(RECOVERY_CODES))
    rows.insert_codes(unit, user, [digest(clean(code)) for code in codes])
    return codes


def remove(unit: Unit, user: str) -> bool:
    """Takes the second step away; False when there was none."""
    return rows.delete_second_step(unit, user)


def clean(code: object) -> str:
    """What was typed, without the blanks and dashes people write; full-width digits are digits."""
    if not isinstance(code, str) or len(code) > 64:
        return ""
    plain = unicodedata.normalize("NFKC", code).casefold()
    return "".join(c for c in plain if c.isalnum() and c.isascii())


# Inside -------------------------------------------------------------------------------------


def _enrolment(unit: Unit, user: str, secret: str, salt: str) -> Enrolment:
    account = people.account_of(unit, user)
    key = _key(unit, salt)
    name = account.login if account else user
    return Enrolment(secret, key, pyotp.TOTP(key).provisioning_uri(name=name, issuer_name=ISSUER))


def _key(unit: Unit, salt: str) -> str:
    """160 bits that neither the database nor the installation's secret gives alone."""
    derived = hmac.digest(unit.settings.secret, f"second step {salt}".encode(), "sha256")
    return base64.b32encode(derived[:20]).decode()


def _step_of(unit: Unit, salt: str, code: str) -> int | None:
    """The half minute whose code this is, if it is one of those that count now."""
    present = int(unit.now.timestamp()) // SECONDS
    maker = pyotp.TOTP(_key(unit, salt))
    for offset in EARLIER_AND_LATER:
        if hmac.compare_digest(maker.generate_otp(present + offset), code):
            return present + offset
    return None


def _recovery_code() -> str:
    """79 bits, in groups people can copy."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
