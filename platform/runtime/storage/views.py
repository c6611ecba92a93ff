"""The analyst's views: ``v_<object>`` with current names, decimals as numbers, option labels,
lookup titles and no deleted rows. Made anew by every publication that changes them.

Their statements are written when a publication is planned: it takes longer than to run them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateView, DropView

from ...metadata.field_types.base import StorageKind
from .tables import SYSTEM_COLUMNS, ObjectTable, StorageModel

HIDDEN = ("deleted_at", "tc_rollups", "tc_deletion")


def plan(
    former: StorageModel, wanted: StorageModel, dialect: Dialect, schema: str | None
) -> tuple[frozenset[str], Mapping[str, str]]:
    """Names of the objects whose view has to go, and the statements of the views to be made."""
    before, after = set(former.catalog.objects), set(wanted.catalog.objects)
    both = {n for n in before & after if _reads(former, n) != _reads(wanted, n)}
    old, new = (_statements(m, both, dialect, schema) for m in (former, wanted))
    other = {name for name in both if old[name] != new[name]}
    made = _statements(wanted, after - before, dialect, schema)
    stale = frozenset((before - after) | other)
    return stale, {**made, **{name: new[name] for name in other}}


def _reads(model: StorageModel, name: str) -> list[Any]:
    """All that the view of ``name`` is made of."""
    of = model.table(name)
    titles = [
        (other.table.name, title.name)
        for field in of.object.fields
        if len(field.targets) == 1
        for other in [model.table(field.targets[0])]
        for title in [other.columns.get(other.object.title)]
        if title is not None
    ]
    columns = [(value, column.name) for value, column in of.columns.items()]
    return [of.table.name, of.object.fields, of.storages, columns, titles]


def _statements(
    model: StorageModel, names: Iterable[str], dialect: Dialect, schema: str | None
) -> dict[str, str]:
    named = {"schema_translate_map": {None: schema}, "render_schema_translate": True}
    into: dict[str, Any] = {"dialect": dialect, **(named if schema else {})}
    return {name: str(_create(model, model.table(name)).compile(**into)) for name in names}


def drop(connection: Connection, names: Iterable[str]) -> None:
    for name in sorted(names):
        connection.execute(DropView(sa.Table(f"v_{name}", sa.MetaData()), if_exists=True))


def create(connection: Connection, statements: Mapping[str, str]) -> None:
    for _, statement in sorted(statements.items()):
        connection.exec_driver_sql(statement)


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
