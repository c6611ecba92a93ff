"""What the database holds now: read once per publication."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .catalog_store import recorded
from .plan import Actual
from .system_tables import column, object_

OURS = ("ix_o_", "ux_o_")


def actual(connection: Connection, schema: str | None) -> Actual:
    objects = {
        row.id: (row.table_name, row.state) for row in connection.execute(sa.select(object_))
    }
    owners = dict(connection.execute(sa.select(column.c.field, column.c.object)).all())
    return Actual(objects, recorded(connection), owners, _indexes(connection, schema))


def _indexes(connection: Connection, schema: str | None) -> set[str]:
    if connection.dialect.name == "sqlite":
        master = sa.table("sqlite_master", sa.column("name"), sa.column("type"))
        statement = sa.select(master.c.name).where(master.c.type == "index")
    else:
        known = sa.table(
            "pg_indexes", sa.column("indexname"), sa.column("schemaname"), schema="pg_catalog"
        )
        statement = sa.select(known.c.indexname).where(known.c.schemaname == (schema or "public"))
    return {
        name for name in connection.scalars(statement) if name.startswith(OURS) and "__" not in name
    }
