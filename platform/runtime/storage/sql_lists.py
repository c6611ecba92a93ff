"""Lists in SQL: measures over related records, values of a multiple choice, membership."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import ARRAY

from ...metadata.expressions.tree import Constant, Items, Node, Path
from ...metadata.expressions.types import NUMBER, TEXT, Kind
from . import sql_comparisons as comparisons
from .columns import Whole
from .sql_comparisons import known
from .sql_types import NUMERIC_KINDS, SqlValue, cannot, is_computed

if TYPE_CHECKING:
    from .sql_expressions import Compiler

Column = sa.ColumnElement[Any]
Condition = sa.ColumnElement[bool]
MEASURES = frozenset({"sum", "average", "count", "min_of_list", "max_of_list"})


def over_children(compiler: Compiler, key: str, over: Node) -> Column:
    """``sum(lines.total)`` and the like; of a list of the record's own only the count."""
    if not isinstance(over, Path):
        raise cannot(key)
    if over.type.kind is Kind.LIST and not over.type.targets:
        if key != "count":
            raise cannot(key)
        return size(compiler, over)
    if key == "average":
        arguments = [over_children(compiler, each, over) for each in ("sum", "count")]
        return sa.type_coerce(compiler.operation("divide", arguments), compiler.type_of(NUMBER))
    found = compiler.resolve.children(over.path, key.removesuffix("_of_list"))
    if found.type.kind not in NUMERIC_KINDS:
        return found.column
    column = compiler.number(found)
    if key in ("sum", "count"):
        column = func.coalesce(column, compiler.literal(0, NUMBER), type_=column.type)
    return column


def size(compiler: Compiler, values: Node) -> Column:
    """How many values a list of the record's own has."""
    column = compiler.value(values).column
    if compiler.postgres:
        size = func.coalesce(func.cardinality(sa.type_coerce(column, ARRAY(sa.Text))), 0)
        return sa.cast(size, sa.Numeric)
    size = func.coalesce(func.json_array_length(sa.type_coerce(column, sa.Text())), 0)
    return compiler.number(SqlValue(sa.type_coerce(size, Whole()), NUMBER))


def one_of(compiler: Compiler, value: Node, listed: Node) -> Condition:
    """``value in listed``"""
    value, listed = compiler.folded(value), compiler.folded(listed)
    if isinstance(listed, Constant):
        constants = tuple(listed.value or ())
        if isinstance(value, Path) and not is_computed(found := compiler.value(value)):
            return comparisons.one_of(found, constants, compiler.dialect)
        of = listed.type.of or TEXT
        listed = Items(tuple(Constant(each, of) for each in constants), listed.type)
    if isinstance(listed, Items):
        return sa.or_(sa.false(), *(compiler.compared("==", value, item) for item in listed.items))
    return held(compiler, listed, value)


def held(compiler: Compiler, listed: Node, value: Node) -> Condition:
    """Whether a list of the record's own has ``value``."""
    if (
        isinstance(value, Constant)
        and value.type.kind is Kind.REFERENCE
        and not comparisons.is_id(value.value)
    ):
        return sa.false()
    column, wanted = compiler.value(listed).column, compiler.plain(value)
    if compiler.postgres:
        array = sa.type_coerce(column, ARRAY(wanted.type))
        return known(wanted == sa.any_(array))
    return func.tc_holds(sa.type_coerce(column, sa.Text()), wanted) == sa.literal(1)


def under(compiler: Compiler, node: Node, root: Node, branches: Node) -> Condition:
    """Whether a record is ``root`` or below it; who is below is known beforehand."""
    root, tree = compiler.folded(root), compiler.folded(branches)
    if not isinstance(root, Constant) or not isinstance(tree, Constant):
        raise cannot("under")
    if root.value is None:
        return sa.false()
    below = sorted({root.value, *tree.value.get(root.value, ())})
    return comparisons.one_of(compiler.value(node), below, compiler.dialect)
