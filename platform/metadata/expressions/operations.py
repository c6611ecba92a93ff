"""What an operation is: one line of the function table, for a function or an operator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .types import Kind

ALIASES = {"integer": Kind.NUMBER}
KINDS = {kind.value: kind for kind in Kind} | ALIASES


@dataclass(frozen=True, slots=True)
class Parameter:
    """What an argument may be: a Kind, or ``any``, ``same`` (as the others), ``numbers``."""

    kind: str
    optional: bool = False
    repeated: bool = False
    literal: bool = False
    """It must be written out: ``round(x, 2)``, never ``round(x, digits)``."""

    def __str__(self) -> str:
        text = f"{self.kind}…" if self.repeated else self.kind
        return f"[{text}]" if self.optional else text


@dataclass(frozen=True, slots=True)
class Operation:
    """One meaning of one name.

    ``python`` takes plain values, none of them null unless ``nulls``; then the ``context`` values.
    ``sql`` names the meaning in SQL (``runtime/storage``), ``None``: not in SQL.
    """

    key: str
    """Unique; overloads of a name have a key each."""
    name: str
    """As people write it; an operator has its sign here."""
    takes: tuple[Parameter, ...]
    gives: str
    """A Kind's value, ``integer``, or ``same``."""
    python: Callable[..., Any] = field(compare=False)
    sql: str | None
    nulls: bool = False
    """True: ``python`` sees nulls itself. Else a null argument makes the result null, or false."""
    context: tuple[str, ...] = ()
    doc: str = ""
    example: str = ""

    @property
    def of_nulls(self) -> Any:
        """The result when an argument is null."""
        return False if self.gives == "boolean" else None


def parameters(signature: str) -> tuple[Parameter, ...]:
    """``"text, number!, any?..."``: ``!`` is literal, ``?`` optional, ``...`` repeated."""
    return tuple(_parameter(part.strip()) for part in signature.split(",") if part.strip())


def _parameter(text: str) -> Parameter:
    repeated = text.endswith("...")
    text = text.removesuffix("...")
    return Parameter(text.rstrip("!?"), "?" in text, repeated, "!" in text)


def function(
    name: str,
    takes: str,
    gives: str,
    python: Callable[..., Any],
    doc: str,
    example: str,
    *,
    sql: str | None = "",
    key: str = "",
    nulls: bool = False,
    context: tuple[str, ...] = (),
) -> Operation:
    """A line of the table. ``sql`` and ``key`` are the name unless they say otherwise."""
    key = key or name
    meaning = key if sql == "" else sql
    return Operation(
        key, name, parameters(takes), gives, python, meaning, nulls, context, doc, example
    )
