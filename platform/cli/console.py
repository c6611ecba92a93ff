"""What a command says: to a person in lines, to a program in one JSON document.

Answers go to standard output; progress and errors of a person's session to standard error.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..errors import (
    AccessDenied,
    BadRequest,
    Conflict,
    DefinitionsInvalid,
    FieldProblem,
    Locked,
    NotFound,
    Problem,
    RecordInvalid,
    SignInRequired,
    TooLarge,
    TooManyAttempts,
    TypecaseError,
    Unavailable,
)
from ..texts import LOCALES, translate

DONE, PROBLEMS, USAGE, REFUSED, UNAVAILABLE, FAULT = 0, 1, 2, 3, 4, 70

EXIT_CODES: tuple[tuple[type[TypecaseError], int], ...] = (
    (DefinitionsInvalid, PROBLEMS),
    (RecordInvalid, PROBLEMS),
    (BadRequest, USAGE),
    (NotFound, USAGE),
    (AccessDenied, REFUSED),
    (SignInRequired, REFUSED),
    (Conflict, REFUSED),
    (Locked, REFUSED),
    (TooLarge, REFUSED),
    (TooManyAttempts, REFUSED),
    (Unavailable, UNAVAILABLE),
)
"""The first class an error is an instance of decides; any other is PROBLEMS."""


@dataclass
class Outcome:
    code: int = DONE


class Console:
    def __init__(self, as_json: bool = False, locale: str = "en") -> None:
        self.as_json, self.locale = as_json, locale
        self._drawn = False
        self._last_share = -1

    def translated(self, template: str, **data: Any) -> str:
        return translate(template, self.locale, **data)

    def say(self, template: str, **data: Any) -> None:
        """A line for a person; silent with ``--json``."""
        self.show(self.translated(template, **data))

    def show(self, line: str) -> None:
        """A line as it is: names, paths, tables."""
        if not self.as_json:
            self._clear()
            print(line, flush=True)

    def answer(self, document: Mapping[str, Any]) -> None:
        """The one document of a run with ``--json``; silent without."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, default=str), flush=True)

    def agrees(self, question: str) -> bool:
        """Asks who sits at the terminal; where nobody does, the answer is no."""
        if self.as_json or not sys.stdin.isatty():
            return False
        return input(f"{self.translated(question)} [y/N] ").strip().casefold() in ("y", "yes")

    def progress(self, template: str, done: int, total: int) -> None:
        """How far long work is: one line, rewritten on a terminal, every quarter elsewhere."""
        share = 100 * done // total if total else 100
        line = f"{self.translated(template)} {done}/{total}"
        if sys.stderr.isatty():
            print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)
            self._drawn = True
        elif share // 25 != self._last_share // 25:
            print(line, file=sys.stderr, flush=True)
        self._last_share = share if done < total else -1

    @contextmanager
    def reporting(self) -> Iterator[Outcome]:
        """Turns errors into words and an exit code."""
        outcome = Outcome()
        try:
            yield outcome
        except TypecaseError as error:
            outcome.code = next((c for kind, c in EXIT_CODES if isinstance(error, kind)), PROBLEMS)
            self._report(error)
        except KeyboardInterrupt:
            self._clear()
            outcome.code = 130
        except BrokenPipeError:
            # Whoever read us has gone; there is nobody left to tell.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except Exception:
            outcome.code = FAULT
            self._clear()
            traceback.print_exc()
        finally:
            self._clear()

    def _report(self, error: TypecaseError) -> None:
        problems = getattr(error, "problems", ())
        if self.as_json:
            details = [problem_document(problem, self.locale) for problem in problems]
            said = {"code": error.code, "message": error.text(self.locale), "details": details}
            self.answer({"error": said})
            return
        self._clear()
        for problem in problems:
            print(problem_line(problem, self.locale), file=sys.stderr)
        print(error.text(self.locale), file=sys.stderr)

    def _clear(self) -> None:
        if self._drawn:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._drawn = False


def problem_document(problem: Problem | FieldProblem, locale: str) -> dict[str, Any]:
    if isinstance(problem, FieldProblem):
        return {"field": problem.field, "code": problem.code, "message": problem.text(locale)}
    return {
        "file": problem.file,
        "line": problem.line,
        "pointer": problem.pointer,
        "message": problem.text(locale),
    }


def problem_line(problem: Problem | FieldProblem, locale: str) -> str:
    if isinstance(problem, FieldProblem):
        return f"{problem.field or '-'}: {problem.text(locale)}"
    at = f"{problem.file}:{problem.line}" if problem.line else problem.file
    return f"{at} {problem.pointer or '/'}: {problem.text(locale)}"


def language_of(environment: Mapping[str, str] = os.environ) -> str:
    """The language of a terminal session, from the usual variables."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    said = next((environment[name] for name in names if environment.get(name)), "en")
    return said[:2] if said[:2] in LOCALES else "en"
