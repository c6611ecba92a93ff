"""Passwords: which are accepted, how they are kept, how they are compared.

Hashing takes a tenth of a second and 64 MiB by design, so only a few run at once, and never
inside a transaction: prepare a ``Hashed`` first, then write it.
"""

from __future__ import annotations

import base64
import itertools
import secrets
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ..errors import FieldProblem, RecordInvalid, Unavailable
from .common_passwords import DIGITS, KEYS, WORDS

SHORTEST, LONGEST = 8, 256
"""Characters of a password. There are no rules about what it is made of."""

AT_ONCE = 2
"""Hashes computed at the same time by one process: 64 MiB each."""
LONGEST_WAIT_SECONDS = 15.0

_HASHER = PasswordHasher()
_TURNS = threading.BoundedSemaphore(AT_ONCE)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""For passwords people copy by hand: nothing that looks like something else."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """A password made ready to be kept."""

    text: str

    def __repr__(self) -> str:
        return "Hashed(…)"


def prepare(password: object, about: Iterable[str | None] = (), field: str = "password") -> Hashed:
    """Checks a new password and hashes it.

    ``about``: log-in name, name, e-mail: what the password must not simply repeat.
    ``field``: where the form shows what is wrong. Raises RecordInvalid, Unavailable.
    """
    problem = weakness(password, about)
    if problem is not None:
        raise RecordInvalid([FieldProblem(field, "password", *problem)])
    return rehash(str(password))


def one_time() -> tuple[str, Hashed]:
    """A random password to hand to somebody, about 79 bits strong, and what to keep of it."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    text = "-".join(groups)
    return text, prepare(text)


def verify(password: object, stored: str | None) -> bool:
    """Whether ``password`` is the one that was kept as ``stored``.

    Takes as long when there is nothing to compare with, so that nobody learns who exists.
    """
    text = password if isinstance(password, str) and len(password) <= LONGEST else ""
    with _turn():
        try:
            _HASHER.verify(stored or _nobodys(), _bytes(text))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None and text == password


def rehash(password: str) -> Hashed:
    """A password that is in use already, kept with today's effort."""
    with _turn():
        return Hashed(_HASHER.hash(_bytes(password)))


def is_outdated(stored: str) -> bool:
    """Whether a stored hash was made with less effort than is asked for today."""
    return _HASHER.check_needs_rehash(stored)


def weakness(
    password: object, about: Iterable[str | None] = ()
) -> tuple[str, dict[str, int]] | None:
    """What is wrong with a new password, as a template and its data; None: nothing."""
    if not isinstance(password, str) or not _is_text(password):
        return "This is not a password.", {}
    if len(password) < SHORTEST:
        return "A password has at least {shortest} characters.", {"shortest": SHORTEST}
    if len(password) > LONGEST:
        return "A password has at most {longest} characters.", {"longest": LONGEST}
    if _is_common(password, about):
        return "Everybody would try this password first. Choose another one.", {}
    return None


# Inside -------------------------------------------------------------------------------------


def _is_common(password: str, about: Iterable[str | None]) -> bool:
    plain = unicodedata.normalize("NFKC", password).casefold()
    word = plain.strip("0123456789 !@#$%^&*()-_=+.,;:?~`'\"/|\\")
    bare = plain.replace(" ", "").replace("-", "")
    if word in WORDS or plain in KEYS or plain in DIGITS or len(set(plain)) <= 2:
        return True
    if bare.isdecimal() and (bare in DIGITS or _is_run(bare)):
        return True
    return any(part in (plain, word) for part in _own_words(about))


def _is_run(digits: str) -> bool:
    """12345678, 98765432, 02468024: every step is the same."""
    steps = {(int(b) - int(a)) % 10 for a, b in itertools.pairwise(digits)}
    return len(steps) == 1


def _own_words(about: Iterable[str | None]) -> Iterator[str]:
    for text in about:
        plain = unicodedata.normalize("NFKC", text or "").casefold()
        for part in (plain, plain.partition("@")[0], plain.replace(" ", "")):
            if len(part) >= 3:
                yield part


def _is_text(password: str) -> bool:
    return "\x00" not in password and not any("\ud800" <= c <= "\udfff" for c in password)


def _bytes(password: str) -> bytes:
    """The same characters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


def _nobodys() -> str:
    """A hash no password has, made with today's effort."""
    salt, result = (base64.b64encode(bytes(n)).decode().rstrip("=") for n in (16, 32))
    cost = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${result}"


@contextmanager
def _turn() -> Iterator[None]:
    if not _TURNS.acquire(timeout=LONGEST_WAIT_SECONDS):
        raise Unavailable("Too many people sign in at once. Please try again.")
    try:
        yield
    finally:
        _TURNS.release()
