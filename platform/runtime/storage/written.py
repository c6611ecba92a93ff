"""Values that stand in a statement instead of being bound to it.

A partial index serves only statements whose condition says what the index says, values included;
what is bound, neither database compares with it while it plans.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal, replacement_traverse


class Written(sa.ColumnElement[Any]):
    """A value as the author of a definition wrote it. It is part of what is cached."""

    __visit_name__ = "tc_written"
    _traverse_internals = [
        ("value", InternalTraversal.dp_plain_obj),
        ("type", InternalTraversal.dp_type),
    ]

    def __init__(self, value: Any, type_: sa.types.TypeEngine[Any]) -> None:
        self.value, self.type = value, type_


@compiles(Written)
def _write(element: Written, compiler: SQLCompiler, **_keywords: Any) -> str:
    """By the type of what would have been bound: a day is a text on SQLite."""
    inward = element.type.dialect_impl(compiler.dialect).bind_processor(compiler.dialect)
    value = inward(element.value) if inward else element.value
    return compiler.render_literal_value(value, sa.literal(value).type)


def written(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """``condition`` with each value it binds written into it."""

    def write(element: Any, **_keywords: Any) -> Any:
        if isinstance(element, sa.BindParameter):
            return Written(element.value, element.type)
        return None

    return replacement_traverse(condition, {}, write)
