"""Retyping: values of an old column become values of a new one; the rest is kept aside."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ...metadata.definitions import Field
from ...metadata.field_types import type_of
from ...metadata.field_types.base import ParseContext, StorageKind, ValueProblem
from .apply import Site
from .operations import RetypeField, Unconverted
from .set_values import all_values
from .system_tables import kept_value
from .tables import ObjectTable, field_columns, set_table
from .text_keys import sort_key

CHUNK = 1_000
EXAMPLES = 5
LONGEST_EXAMPLE = 60


class Conversion:
    """Converts as of ``now``, naive times being in ``zone``, amounts in ``currency``."""

    def __init__(self, now: datetime, zone: ZoneInfo, currency: str) -> None:
        self.context = ParseContext(zone, now, currency)
        self.now = now

    def __call__(self, site: Site, operation: RetypeField) -> None:
        of, lost = site.of(operation.object), _Lost(operation)
        field = _new_field(of, operation)
        for chunk in _chunks(site.connection, _old_values(site, of, operation)):
            good, bad = self._convert(field, chunk)
            _store(site.connection, of, field, operation, good)
            self._keep(site.connection, operation, bad)
            lost.add(len(chunk), bad)
        site.unconverted.extend(lost.told())

    def preview(self, site: Site, operation: RetypeField) -> tuple[Unconverted, ...]:
        """The values that would not convert; empty when all do. Nothing is written."""
        of, lost = site.of(operation.object), _Lost(operation)
        field = _new_field(of, operation)
        for chunk in _chunks(site.connection, _old_values(site, of, operation)):
            lost.add(len(chunk), self._convert(field, chunk)[1])
        return lost.told()

    def _convert(
        self, field: Field, rows: Sequence[tuple[str, Any]]
    ) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
        good, bad = [], []
        for id_, value in rows:
            try:
                new = type_of(field).parse(field, _raw(value), self.context)
                if new is not None:
                    type_of(field).check(field, new)
                good.append((id_, new))
            except ValueProblem:
                bad.append((id_, value))
        return good, bad

    def _keep(
        self, connection: Connection, operation: RetypeField, rows: Sequence[tuple[str, Any]]
    ) -> None:
        aside = [
            {
                "field": operation.field,
                "record": id_,
                "column_name": operation.old_column,
                "value": _raw(value),
                "at": self.now,
            }
            for id_, value in rows
        ]
        if aside:
            connection.execute(sa.insert(kept_value), aside)


class _Lost:
    """Counts what does not convert, and keeps the first few for the report."""

    def __init__(self, operation: RetypeField) -> None:
        self.operation, self.count, self.total = operation, 0, 0
        self.examples: list[str] = []

    def add(self, total: int, bad: Sequence[tuple[str, Any]]) -> None:
        self.total += total
        self.count += len(bad)
        self.examples += [_shown(value) for _, value in bad[: EXAMPLES - len(self.examples)]]

    def told(self) -> tuple[Unconverted, ...]:
        if not self.count:
            return ()
        name, field = self.operation.name, self.operation.field
        return (Unconverted(name, field, self.count, self.total, tuple(self.examples)),)


def _new_field(of: ObjectTable, operation: RetypeField) -> Field:
    return next(f for f in of.object.fields if f.id == operation.field)


def _shown(value: Any) -> str:
    """A value as an example of a report: short, on one line."""
    raw = _raw(value)
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False)
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_EXAMPLE else line[: LONGEST_EXAMPLE - 1] + "…"


def _raw(value: Any) -> Any:
    """A stored value as something every type's ``parse`` understands."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, tuple):
        return list(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if isinstance(value, str | bool | list | dict) else str(value)


def _old_values(site: Site, of: ObjectTable, operation: RetypeField) -> sa.Select[Any]:
    storage = operation.old_storage
    if storage.kind is StorageKind.SET:
        old = set_table(of.table.name, operation.old_column, storage)
        value = all_values(old, of["id"], of.table, site.postgres)
        return sa.select(of["id"].label("id"), value.label("value"))
    main = next(iter(field_columns("value", operation.old_column, storage)))[1]
    table = sa.table(of.table.name, sa.Column("id", of["id"].type), main)
    column = table.c[operation.old_column]
    return sa.select(table.c.id.label("id"), column.label("value")).where(column.is_not(None))


def _chunks(
    connection: Connection, statement: sa.Select[Any]
) -> Iterator[Sequence[tuple[str, Any]]]:
    """All rows read first where the driver cannot write while it reads."""
    result = connection.execute(statement)
    while rows := result.fetchmany(CHUNK):
        yield [(row.id, row.value) for row in rows if row.value != ()]


def _store(
    connection: Connection,
    of: ObjectTable,
    field: Field,
    operation: RetypeField,
    rows: Sequence[tuple[str, Any]],
) -> None:
    if not rows:
        return
    if operation.storage.kind is StorageKind.SET:
        _store_set(connection, of, operation, rows)
        return
    columns = dict(field_columns("new", operation.column, operation.storage))
    if operation.storage.sort_key:
        columns["sort"] = sa.Column(f"{operation.column}__sort", sa.Text)
    table = sa.table(of.table.name, sa.Column("id", of["id"].type), *columns.values())
    statement = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("_id"))
        .values({c.name: sa.bindparam(name, type_=c.type) for name, c in columns.items()})
    )
    values = [{"_id": id_, **_parts(columns, value)} for id_, value in rows]
    connection.execute(statement, values)


def _parts(columns: Mapping[str, Any], value: Any) -> dict[str, Any]:
    found = {"new": value, "sort": sort_key(value) if isinstance(value, str) else None}
    found |= {"new_currency": None, "new_base": value, "new_object": None}
    return {name: found[name] for name in columns}


def _store_set(
    connection: Connection,
    of: ObjectTable,
    operation: RetypeField,
    rows: Sequence[tuple[str, Any]],
) -> None:
    table = set_table(of.table.name, operation.column, operation.storage)
    values = [
        {"record": id_, "value": each, "position": place}
        for id_, several in rows
        for place, each in enumerate(several)
    ]
    if values:
        connection.execute(sa.insert(table), values)
