"""The errors of Typecase. Each carries a code and data; none knows HTTP.

TypecaseError
├── DefinitionsInvalid     a package or a change to it does not make sense (carries every Problem)
├── BadRequest             a malformed request: unknown or forbidden name, bad cursor, bad parameter
│   └── UnknownName        a name that is not there, or not for this actor: both look the same
├── SignInRequired         no valid session or token
│   ├── SignInFailed       a log-in name and a password that do not belong together
│   └── CodeRequired       the code of the second step is missing or wrong
├── AccessDenied           the actor may not do this kind of thing
│   └── MustChangePassword first a password of one's own has to be chosen
├── NotFound               missing, or invisible to the actor: both look the same
├── RecordInvalid          values that cannot be saved (carries a FieldProblem per mistake)
├── Conflict               the state does not allow it any more
│   ├── StaleRecord        somebody changed the record meanwhile (carries both values)
│   ├── NotUnique          a unique constraint decided against this save
│   └── InUse              others refer to it
├── TooLarge               over a stated limit
├── Locked                 an approval or another process holds the record
├── TooManyAttempts        throttled (carries the seconds to wait)
├── Damaged                a file is not what was once written
└── Unavailable            the database is locked, full or gone

Messages are English templates with ``{names}``; ``typecase.texts`` translates them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from .texts import translate


class TypecaseError(Exception):
    """Base of all errors a caller may see. ``message`` is a template, ``data`` fills it."""

    code = "error"

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.data = data

    def text(self, locale: str = "en") -> str:
        return translate(self.message, locale, **self.data)

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a definition: where it stands and what to do about it."""

    file: str
    pointer: str
    message: str
    data: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    line: int | None = None

    def text(self, locale: str = "en") -> str:
        return translate(self.message, locale, **self.data)

    def __str__(self) -> str:
        at = f"{self.file}:{self.line}" if self.line else self.file
        return f"{at} {self.pointer or '/'}: {self.text()}"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One mistake in a record: the field (``None``: the whole record), a code, a message."""

    field: str | None
    code: str
    message: str
    data: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def text(self, locale: str = "en") -> str:
        return translate(self.message, locale, **self.data)


class DefinitionsInvalid(TypecaseError):
    code = "definitions_invalid"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "{count} {count:problem|problems} in the definitions", count=len(self.problems)
        )

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class BadRequest(TypecaseError):
    code = "bad_request"


class UnknownName(BadRequest):
    code = "unknown_name"


class SignInRequired(TypecaseError):
    code = "sign_in_required"

    def __init__(self, message: str = "Please sign in.", **data: Any) -> None:
        super().__init__(message, **data)


class SignInFailed(SignInRequired):
    code = "sign_in_failed"

    def __init__(self) -> None:
        super().__init__("The log-in name or the password is not right.")


class CodeRequired(SignInRequired):
    """The password was right; the second step is still to come, or its code was wrong."""

    code = "code_required"

    def __init__(self, message: str = "Enter the code of your authenticator app.") -> None:
        super().__init__(message)


class AccessDenied(TypecaseError):
    code = "access_denied"


class MustChangePassword(AccessDenied):
    """The password was given by an administrator and is for the first time only."""

    code = "must_change_password"

    def __init__(self) -> None:
        super().__init__("Choose a password of your own first.")


class NotFound(TypecaseError):
    code = "not_found"

    def __init__(self, message: str = "Not found, or not visible to you.", **data: Any) -> None:
        super().__init__(message, **data)


class RecordInvalid(TypecaseError):
    code = "invalid"

    def __init__(self, problems: Iterable[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("Some values cannot be saved.")


class Conflict(TypecaseError):
    code = "conflict"


class StaleRecord(Conflict):
    """``theirs`` maps field names to the values now stored; ``by`` names who saved them.

    ``both``: the same fields as JSON, each with what is stored and what the caller wanted.
    """

    code = "stale"

    def __init__(
        self,
        *,
        by: str,
        at: Any,
        version: int,
        theirs: Mapping[str, Any],
        both: Mapping[str, tuple[Any, Any]] = MappingProxyType({}),
    ) -> None:
        self.by, self.at, self.version, self.theirs, self.both = by, at, version, theirs, both
        super().__init__("Changed by {by} meanwhile.", by=by, version=version)


class NotUnique(Conflict):
    """``fields`` are the names whose values another record already has."""

    code = "not_unique"

    def __init__(self, fields: Iterable[str]) -> None:
        self.fields = tuple(fields)
        super().__init__(
            "Another record already has this value ({fields}).", fields=", ".join(self.fields)
        )


class InUse(Conflict):
    code = "in_use"


class TooLarge(TypecaseError):
    code = "too_large"


class Locked(TypecaseError):
    code = "locked"


class TooManyAttempts(TypecaseError):
    code = "too_many_attempts"

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(
            "Too many attempts. Try again in {seconds} {seconds:second|seconds}.", seconds=seconds
        )


class Damaged(TypecaseError):
    code = "damaged"


class Unavailable(TypecaseError):
    code = "unavailable"

    def __init__(
        self, message: str = "The database is not available just now.", **data: Any
    ) -> None:
        super().__init__(message, **data)
