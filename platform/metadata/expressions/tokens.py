"""Source text → tokens as Python spells them, each remembering where the author wrote it.

Spreadsheet spellings are rewritten here (``=``, ``<>``, ``TRUE``, ``IF(…)``, ``AND`` between two
operands); whatever the language has no use for is refused here already, by its character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from .problems import ExpressionProblem

MAX_LENGTH = 4000
MAX_BRACKETS = 40
DIGITS_BEFORE, DIGITS_AFTER = 30, 20
"""Most digits of a number before and after its point."""

TokenKind = Literal["number", "text", "name", "symbol"]

TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n\f]+)
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?P<glued>[A-Za-z0-9_.]*))
    |(?P<text>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<symbol>\*\*|//|==|!=|<>|<=|>=|:=|->|[-+*/%&=<>()\[\],.])
    """,
    re.VERBOSE | re.DOTALL,
)
CONSTANTS = {"true": "True", "false": "False", "null": "None", "none": "None"}
RESPELLED = {"=": "==", "<>": "!="}
OPERATOR_WORDS = frozenset({"and", "or", "not", "in", "if", "else"})
CALLED_WORDS = frozenset({"if", "and", "or"})
FOREIGN_WORDS = frozenset({
    "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif", "except",
    "finally", "for", "from", "global", "import", "is", "lambda", "nonlocal", "pass", "raise",
    "return", "try", "while", "with", "yield",
})  # fmt: skip
ESCAPES = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Token:
    """``python`` is what the parser reads, ``value`` the literal's own value."""

    kind: TokenKind
    python: str
    position: int
    length: int
    value: Decimal | str | None = None

    @property
    def ends_operand(self) -> bool:
        if self.kind == "name":
            return self.python not in OPERATOR_WORDS
        return self.kind != "symbol" or self.python in (")", "]")


def tokens_of(source: str) -> list[Token]:
    """The tokens of ``source``. Raises ExpressionProblem at the first one that cannot be."""
    if len(source) > MAX_LENGTH:
        raise ExpressionProblem(
            "The expression has {count} characters; at most {maximum} are allowed.",
            MAX_LENGTH, len(source) - MAX_LENGTH, count=len(source), maximum=MAX_LENGTH,
        )  # fmt: skip
    found: list[Token] = []
    for match in _matches(source):
        token = _token(match, source, found[-1] if found else None)
        if token.kind == "text" and found and found[-1].kind == "text":
            raise ExpressionProblem("Two texts side by side: join them with &.", token.position)
        found.append(token)
    _check_brackets(found)
    return found


def _matches(source: str) -> Iterator[re.Match[str]]:
    position = 0
    while position < len(source):
        match = TOKEN.match(source, position)
        if match is None:
            raise _unexpected(source, position)
        if match.lastgroup != "space":
            yield match
        position = match.end()


def _unexpected(source: str, position: int) -> ExpressionProblem:
    character = source[position]
    if character in "'\"":
        return ExpressionProblem("This text has no closing quote.", position)
    if character.isalpha():
        return ExpressionProblem(
            "Names are written with a-z, 0-9 and _; text stands in quotes.", position
        )
    return ExpressionProblem(
        "The character {character} has no meaning here.", position, character=character
    )


def _token(match: re.Match[str], source: str, before: Token | None) -> Token:
    position, text = match.start(), match.group()
    if match.group("number") is not None:
        return _number(match)
    if match.group("text") is not None:
        value = _unquoted(text, position)
        return Token("text", ascii(value), position, len(text), value)
    if match.group("name") is not None:
        return Token(
            "name", _name(text, source, match.end(), position, before), position, len(text)
        )
    if text == "**":
        raise ExpressionProblem("There is no **: use power(x, 2).", position, 2)
    if text in (":=", "->"):
        raise ExpressionProblem("{text} has no meaning here.", position, 2, text=text)
    return Token("symbol", RESPELLED.get(text, text), position, len(text))


def _number(match: re.Match[str]) -> Token:
    position, text = match.start(), match.group("number")
    if match.group("glued"):
        raise ExpressionProblem("{text} is not a number.", position, len(text), text=text)
    before, _, after = text.partition(".")
    before = before.lstrip("0") or "0"
    if len(before) > DIGITS_BEFORE or len(after) > DIGITS_AFTER:
        raise ExpressionProblem(
            "A number has at most {before} digits before the point and {after} after it.",
            position,
            len(text),
            before=DIGITS_BEFORE,
            after=DIGITS_AFTER,
        )
    python = f"{before}.{after}" if after else before
    return Token("number", python, position, len(text), Decimal(python))


def _unquoted(text: str, position: int) -> str:
    quote = text[0]

    def plain(match: re.Match[str]) -> str:
        escaped = match.group()[1]
        if match.group()[0] == quote:
            return quote
        if escaped not in ESCAPES:
            raise ExpressionProblem(
                "\\{character} is not an escape; write \\\\ for a backslash.",
                position + 1 + match.start(),
                2,
                character=escaped,
            )
        return ESCAPES[escaped]

    value = re.sub(rf"\\.|{quote}{quote}", plain, text[1:-1], flags=re.DOTALL)
    if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
        raise ExpressionProblem("This text holds a character that is not allowed.", position)
    return value


def _name(text: str, source: str, end: int, position: int, before: Token | None) -> str:
    lower = text.lower()
    if before is not None and before.python == ".":
        _refuse_hidden(text, position)
        return text
    if lower in CONSTANTS:
        return CONSTANTS[lower]
    called = source[end:].lstrip()[:1] == "("
    infix = before is not None and before.ends_operand
    if lower in CALLED_WORDS and called and not infix:
        return lower.upper()
    if lower in OPERATOR_WORDS:
        return "NOT" if text == "NOT" and called and not infix else lower
    if text in FOREIGN_WORDS:
        hint = "There is no {word}: compare with == or !=." if text == "is" else None
        raise ExpressionProblem(
            hint or "The word {word} has no meaning here.", position, len(text), word=text
        )
    _refuse_hidden(text, position)
    return text


def _refuse_hidden(text: str, position: int) -> None:
    if text.startswith("_"):
        raise ExpressionProblem("Names do not begin with _.", position, len(text))
    if text.lower() in OPERATOR_WORDS | CONSTANTS.keys() or text in FOREIGN_WORDS:
        raise ExpressionProblem("{word} cannot be a name.", position, len(text), word=text)


def _check_brackets(found: list[Token]) -> None:
    """Python would find these too, but names neither the place nor a limit we chose."""
    opened: list[Token] = []
    for token in found:
        if token.kind != "symbol" or token.python not in "()[]":
            continue
        if token.python in "([":
            opened.append(token)
        elif not opened or opened.pop().python + token.python not in ("()", "[]"):
            raise ExpressionProblem("This bracket was never opened.", token.position)
        if len(opened) > MAX_BRACKETS:
            raise ExpressionProblem("The expression is nested too deeply.", token.position)
    if opened:
        raise ExpressionProblem("This bracket is never closed.", opened[-1].position)
