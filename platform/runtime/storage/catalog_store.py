"""Installed packages and recorded columns → the catalog and its tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ...metadata.catalog import Catalog
from ...metadata.composing import recompose
from ...metadata.field_types.base import Storage, StorageKind
from ...metadata.sources import PackageSource
from . import layer_rows
from .system_tables import column, package, workspace
from .tables import Recorded, StorageModel

SETTINGS = "settings"
"""Key of the administrator's values of the packages' settings."""


def load(connection: Connection, version: int) -> tuple[Catalog, StorageModel]:
    """The catalog at ``version`` as the database holds it: checked when it was published."""
    own = layer_rows.load(connection)
    sources, chosen = installed(connection), settings(connection)
    catalog = recompose(sources, version, own if own.documents else None, chosen)
    return catalog, StorageModel(catalog, recorded(connection))


def installed(connection: Connection) -> list[PackageSource]:
    """The installed packages in the order they depend on each other."""
    statement = sa.select(package.c.documents).order_by(package.c.position)
    return [PackageSource.from_documents(each) for each in connection.scalars(statement)]


def settings(connection: Connection) -> dict[str, Any]:
    return workspace_value(connection, SETTINGS) or {}


def workspace_value(connection: Connection, key: str) -> Any:
    return connection.scalar(sa.select(workspace.c.value).where(workspace.c.key == key))


def set_workspace_value(connection: Connection, key: str, value: Any) -> None:
    connection.execute(sa.delete(workspace).where(workspace.c.key == key))
    connection.execute(sa.insert(workspace), {"key": key, "value": value})


def recorded(connection: Connection) -> dict[str, Recorded]:
    """Field id → the column it lives in, hidden ones included."""
    rows = connection.execute(
        sa.select(column.c.field, column.c.column_name, column.c.storage, column.c.state)
    )
    return {
        row.field: Recorded(row.column_name, storage_from(row.storage), row.state) for row in rows
    }


def storage_to(storage: Storage) -> dict[str, Any]:
    return {
        "kind": storage.kind.value,
        "precision": storage.precision,
        "scale": storage.scale,
        "of": storage.of.value,
        "sort_key": storage.sort_key,
    }


def storage_from(document: dict[str, Any]) -> Storage:
    return Storage(
        StorageKind(document["kind"]),
        document["precision"],
        document["scale"],
        StorageKind(document["of"]),
        document["sort_key"],
    )
