"""``for_each``: steps for each row of a table, each child of a record, each record found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...errors import UnknownName
from ..expressions.scopes import RecordScope
from ..expressions.types import Kind, Type
from .compiling import Compiling, Step, Steps, reference

KEYS = ("for_each", "do")


@dataclass(frozen=True, slots=True)
class ForEachStep(Step):
    source: tuple[str, ...]
    """A path: to a table input, a list found, a relation of a record."""
    object: str | None
    """Whose records they are; None: rows of a table input."""
    bound: str
    steps: Steps


def read(document: Mapping[str, Any], label: str, here: Compiling) -> ForEachStep | None:
    source = str(document["for_each"]).strip()
    name = document.get("as")
    if name is None:
        here.problem("Each one needs a name: “as”.")
    inner, of = here.inside("do"), None
    columns = here.names.tables.get(source)
    if columns is not None:
        for column, type_ in columns.items():
            inner.names.bound[f"{name}.{column}"] = type_
    else:
        of = rows_of(source, here.at("for_each"))
        if of is not None:
            inner.bind(name, reference(of))
    steps = inner.steps(document.get("do", ()))
    if name is None or (columns is None and of is None):
        return None
    return ForEachStep(label, tuple(source.split(".")), of, name, steps)


def rows_of(source: str, here: Compiling) -> str | None:
    """The object whose records ``source`` leads to; that it leads to none is told at its place."""
    scope = RecordScope(here.catalog, here.object, here.names.bound)
    try:
        type_ = scope.type_of(tuple(source.split(".")))
    except UnknownName as problem:
        here.problem(problem.message, **problem.data)
        return None
    if not _is_rows(type_):
        here.problem("{source} is no list of records.", source=source)
        return None
    return type_.targets[0]


def _is_rows(type_: Type) -> bool:
    return type_.kind is Kind.ROWS and len(type_.targets) == 1
