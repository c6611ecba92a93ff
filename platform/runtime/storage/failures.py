"""What the databases' own errors mean to us."""

from __future__ import annotations

import sqlalchemy.exc as sa_errors

from ...errors import (
    BadRequest,
    FieldProblem,
    InUse,
    NotUnique,
    RecordInvalid,
    TypecaseError,
    Unavailable,
)

RETRYABLE = ("40001", "40P01")
"""SQLSTATE of a serialization failure and of a deadlock."""
SCHEMA_MOVED = ("42P01", "42703")
"""SQLSTATE of an undefined table and of an undefined column."""
OUT_OF_RANGE = "22003"
"""SQLSTATE of a number that its column cannot hold."""
LOCK_TIMED_OUT = "55P03"
UNAVAILABLE = ("57P01", "57P02", "57P03", "53", "08", "58", "25006")


class Retry(Exception):
    """The whole unit may be run again: the database gave up a fair fight between two."""


class LockTimedOut(Unavailable):
    """Somebody holds for too long what is needed here."""


class SchemaMoved(Exception):
    """A table or column is not as this process believes: reload the catalog, run once more."""


def sqlstate(error: sa_errors.DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def translate(error: sa_errors.SQLAlchemyError) -> Exception:
    """Our error for ``error``; the same one back when it is a fault of our own."""
    if isinstance(error, sa_errors.TimeoutError):
        return Unavailable("Too many requests at once. Please try again.")
    if not isinstance(error, sa_errors.DBAPIError):
        ours = getattr(error, "orig", None)
        return ours if isinstance(ours, TypecaseError) else error
    state, text = sqlstate(error), str(error.orig)
    if state == OUT_OF_RANGE or "cannot store TEXT value in INTEGER column" in text:
        return _too_large()
    if isinstance(error, sa_errors.IntegrityError):
        return _integrity(state, text) or error
    if state in RETRYABLE:
        return Retry(text)
    if state in SCHEMA_MOVED or "no such column" in text or "no such table" in text:
        return SchemaMoved(text)
    if "cannot contain NUL" in text:
        return BadRequest("The text holds a character that cannot be kept.")
    if state == LOCK_TIMED_OUT:
        return LockTimedOut()
    if error.connection_invalidated or _no_server(error) or state.startswith(UNAVAILABLE):
        return Unavailable()
    if _sqlite_down(text):
        return Unavailable()
    return error


def _too_large() -> RecordInvalid:
    """Every value was in its range; what is computed from them is not."""
    message = "A total that follows from this is too large to be kept."
    return RecordInvalid([FieldProblem(None, "too_large", message)])


def _integrity(state: str, text: str) -> TypecaseError | None:
    if state == "23505":
        constraint = text.split('"')[1] if '"' in text else ""
        return NotUnique([constraint])
    if "UNIQUE constraint failed" in text:
        names = text.split(":", 1)[1].split(",")
        index = names[0].strip().removeprefix("index ").strip("'")
        return NotUnique(
            [index] if "index" in names[0] else [n.split(".")[-1].strip() for n in names]
        )
    if state == "23503" or "FOREIGN KEY" in text:
        return InUse("Other records refer to this one.")
    return None


def _no_server(error: sa_errors.DBAPIError) -> bool:
    """PostgreSQL's driver has an SQLSTATE for what a server said; None: there was no server."""
    operational = isinstance(error, sa_errors.OperationalError)
    return operational and getattr(error.orig, "sqlstate", "") is None


def _sqlite_down(text: str) -> bool:
    signs = (
        "database is locked",
        "disk is full",
        "unable to open",
        "readonly",
        "disk I/O",
        "malformed",
    )
    return any(sign in text for sign in signs)


def is_database_failure(error: BaseException) -> bool:
    return isinstance(error, sa_errors.SQLAlchemyError)
