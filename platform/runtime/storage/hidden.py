"""What definitions have left behind: fields and objects that are hidden, with their data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.schema import DropTable

from ...metadata.field_types.base import StorageKind
from . import catalog_store
from .columns import Id
from .search_tables import entry
from .sla_tables import clock
from .stage_tables import visit
from .system_tables import (
    column,
    comment,
    deletion,
    file,
    history,
    kept_value,
    object_,
    package_key,
    tagging,
)
from .tables import Recorded, field_columns, set_table
from .unit_of_work import Unit

BESIDE = (history, comment, file, tagging, visit, clock, entry, package_key)
"""What stands beside records, each row under the id of its record."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """``count``: values of a field, records of an object."""

    id: str
    name: str
    table: str
    count: int
    column: Recorded | None = None
    """None: it is a whole object."""


def hidden(unit: Unit) -> tuple[Hidden, ...]:
    """Objects that are hidden, then the hidden fields of the others. Counts every value."""
    return (*_objects(unit), *_fields(unit))


def _objects(unit: Unit) -> Iterator[Hidden]:
    chosen = sa.select(object_).where(object_.c.state == "hidden").order_by(object_.c.id)
    for row in unit.execute(chosen).all():
        of = sa.table(row.table_name)
        count = unit.execute(sa.select(sa.func.count()).select_from(of)).scalar_one()
        yield Hidden(row.id, _name(row.id), row.table_name, count)


def _fields(unit: Unit) -> Iterator[Hidden]:
    there = sa.select(column.c.field, object_.c.table_name).join(
        object_, object_.c.id == column.c.object
    )
    rows = there.where(column.c.state == "hidden", object_.c.state == "live")
    recorded = catalog_store.recorded(unit.connection)
    for row in unit.execute(rows.order_by(column.c.field)).all():
        stored = recorded[row.field]
        count = _values(unit, row.table_name, stored)
        yield Hidden(row.field, _name(row.field), row.table_name, count, stored)


def _name(id_: str) -> str:
    return id_.partition(":")[2]


def _values(unit: Unit, table: str, stored: Recorded) -> int:
    columns = _columns(stored)
    if not columns:
        values = set_table(table, stored.column_name, stored.storage)
        counted = sa.select(sa.func.count()).select_from(values)
    else:
        of = sa.table(table, sa.column(columns[0], sa.Text))
        counted = sa.select(sa.func.count(of.c[columns[0]]))
    return int(unit.execute(counted).scalar_one())


def _columns(stored: Recorded) -> list[str]:
    """The names of its columns, that of the value first; a SET has none."""
    if stored.storage.kind is StorageKind.SET:
        return []
    name = stored.column_name
    columns = [each.name for _, each in field_columns(name, name, stored.storage)]
    return [*columns, *([f"{name}__sort"] if stored.storage.sort_key else [])]


def destroy(unit: Unit, each: Hidden) -> None:
    """Deletes it for good, with what stands beside it. Runs inside a publication's lock."""
    if each.column is None:
        _destroy_object(unit, each)
    else:
        _destroy_field(unit, each, each.column)


def _destroy_field(unit: Unit, each: Hidden, stored: Recorded) -> None:
    names = _columns(stored)
    if not names:
        unit.execute(DropTable(set_table(each.table, stored.column_name, stored.storage)))
    operations = Operations(MigrationContext.configure(unit.connection))
    for name in names:
        operations.drop_column(each.table, name, schema=unit.schema)
    unit.execute(sa.delete(kept_value).where(kept_value.c.field == each.id))
    unit.execute(sa.delete(column).where(column.c.field == each.id))


def _destroy_object(unit: Unit, each: Hidden) -> None:
    of = sa.table(each.table, sa.column("id", Id()))
    records = sa.select(of.c.id)
    for beside in BESIDE:
        unit.execute(sa.delete(beside).where(beside.c.record.in_(records)))
    unit.execute(sa.delete(deletion).where(deletion.c.object == each.id))
    owned = sa.select(column.c.field).where(column.c.object == each.id)
    unit.execute(sa.delete(kept_value).where(kept_value.c.field.in_(owned)))
    recorded = catalog_store.recorded(unit.connection)
    for field in unit.execute(owned).scalars().all():
        stored = recorded[field]
        if not _columns(stored):
            unit.execute(DropTable(set_table(each.table, stored.column_name, stored.storage)))
    unit.execute(DropTable(sa.Table(each.table, sa.MetaData())))
    unit.execute(sa.delete(column).where(column.c.object == each.id))
    unit.execute(sa.delete(object_).where(object_.c.id == each.id))
