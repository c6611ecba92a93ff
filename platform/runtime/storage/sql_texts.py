"""Searching in text without regard to capital letters, the same on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import func

from ...metadata.expressions.functions.texts import PATTERNS, SMALL
from ...metadata.expressions.tree import Constant, Node
from .postgres_functions import fold
from .sql_comparisons import known
from .sqlite_functions import function_name

if TYPE_CHECKING:
    from .sql_expressions import Compiler

Column = sa.ColumnElement[Any]
Condition = sa.ColumnElement[bool]
LONGEST_PATTERN = 1000
"""Characters; SQLite refuses LIKE patterns that are much longer."""
CASED = frozenset(SMALL) | frozenset(SMALL.values())
LIKE = {"contains": "%{}%", "starts_with": "{}%", "ends_with": "%{}"}


def search(compiler: Compiler, key: str, text: Node, part: Node) -> Condition:
    """``contains``, ``starts_with`` and ``ends_with``; false where one side is null."""
    part = compiler.folded(part)
    column = compiler.plain(text)
    if isinstance(part, Constant):
        if part.value is None:
            return sa.false()
        if is_simple(part.value):
            pattern = LIKE[key].format(escaped(part.value))
            return known(like(column, pattern, compiler.postgres))
    wanted = compiler.plain(part)
    if compiler.postgres:
        return known(_folded(key, fold(column), fold(wanted)))
    return known(getattr(func, function_name(key))(column, wanted) == sa.literal(1))


def is_simple(part: str) -> bool:
    """Whether folding A to Z is all the folding that ``part`` can ask for: LIKE does that."""
    return len(part) <= LONGEST_PATTERN and all(c.isascii() or c not in CASED for c in part)


def escaped(part: str) -> str:
    return part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def like(column: Column, pattern: str, postgres: bool) -> Condition:
    """LIKE that takes A and a for the same and knows no other capital letters."""
    if postgres:
        return column.collate("C").ilike(pattern, escape="\\")
    return sa.type_coerce(column, sa.Text()).like(pattern, escape="\\")


def _folded(key: str, text: Column, part: Column) -> Condition:
    match key:
        case "contains":
            return func.strpos(text, part) > 0
        case "starts_with":
            return func.starts_with(text, part, type_=sa.Boolean())
    return func.right(text, func.length(part)) == part


def matches(compiler: Compiler, text: Node, pattern: Node) -> Condition:
    """Whether the text has a named form."""
    assert isinstance(pattern, Constant)
    column = compiler.plain(text)
    if compiler.postgres:
        return known(column.regexp_match(PATTERNS[pattern.value]))
    meaning = getattr(func, function_name("matches"))
    return known(meaning(column, pattern.value) == sa.literal(1))
