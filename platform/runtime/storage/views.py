"""The analyst's views: ``v_<object>`` with current names, decimals as numbers, option labels,
lookup titles and no deleted rows. Made anew by every publication that changes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateView, DropView

from ...metadata.field_types.base import StorageKind
from .tables import SYSTEM_COLUMNS, ObjectTable, StorageModel

HIDDEN = ("deleted_at", "tc_rollups", "tc_deletion")


def plan(
    former: StorageModel, wanted: StorageModel, dialect: Dialect
) -> tuple[frozenset[str], frozenset[str]]:
    """Names of the objects whose view has to go, and of those whose view has to be made."""
    before, after = _texts(former, dialect), _texts(wanted, dialect)
    stale = frozenset(n for n in before if before[n] != after.get(n))
    return stale, frozenset(n for n in after if after[n] != before.get(n))


def _texts(model: StorageModel, dialect: Dialect) -> dict[str, str]:
    return {of.object.name: str(_create(model, of).compile(dialect=dialect)) for of in model}


def drop(connection: Connection, names: Iterable[str]) -> None:
    for name in sorted(names):
        connection.execute(DropView(sa.Table(f"v_{name}", sa.MetaData()), if_exists=True))


def create(connection: Connection, model: StorageModel, names: Iterable[str]) -> None:
    for name in sorted(names):
        connection.execute(_create(model, model.table(name)))


def _create(model: StorageModel, of: ObjectTable) -> CreateView:
    return CreateView(_select(model, of), f"v_{of.object.name}")


def _select(model: StorageModel, of: ObjectTable) -> sa.Select[Any]:
    source: sa.FromClause = of.table
    columns: list[sa.ColumnElement[Any]] = [
        of[name].label(name) for name in SYSTEM_COLUMNS if name not in HIDDEN
    ]
    for value, column in of.columns.items():
        if value in SYSTEM_COLUMNS:
            continue
        columns.append(_plain(of, value, column).label(value))
        field = of.object.by_name.get(value)
        if field is not None and field.options:
            labels = {option.name: option.label for option in field.options}
            columns.append(sa.case(labels, value=column).label(f"{value}_label"))
        if field is not None and len(field.targets) == 1 and value in of.columns:
            source, title = _title(model, source, column, field.targets[0])
            if title is not None:
                columns.append(title.label(f"{value}_title"))
    return sa.select(*columns).select_from(source).where(of["deleted_at"].is_(None))


def _plain(of: ObjectTable, value: str, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Scaled integers as numbers; on PostgreSQL they are numbers already."""
    storage = of.storages.get(value.removesuffix("_base")) or of.storages.get(value)
    exact = storage is not None and storage.kind in (StorageKind.DECIMAL, StorageKind.MONEY)
    if not exact or value.endswith("_currency"):
        return column
    assert storage is not None
    return AsNumber(column, storage.scale)


class AsNumber(sa.sql.expression.ColumnElement[Any]):
    """A decimal as a number an analyst can add up."""

    inherit_cache = False

    def __init__(self, column: sa.Column[Any], scale: int) -> None:
        self.column, self.scale = column, scale
        self.type = sa.Float()


@compiles(AsNumber)
def _as_column(element: AsNumber, compiler: Any, **keywords: Any) -> str:
    return str(compiler.process(element.column, **keywords))


@compiles(AsNumber, "sqlite")
def _as_quotient(element: AsNumber, compiler: Any, **keywords: Any) -> str:
    return f"({compiler.process(element.column, **keywords)} / 1e{element.scale})"


def _title(
    model: StorageModel, source: sa.FromClause, column: sa.Column[Any], target: str
) -> tuple[sa.FromClause, sa.ColumnElement[Any] | None]:
    other = model.table(target)
    name = other.object.title
    if name not in other.columns:
        return source, None
    alias = other.table.alias()
    return source.outerjoin(alias, alias.c.id == column), alias.c[other[name].name]
