"""Rows → JSON: decimals as text, moments with Z, flat keys. Compiled once per list of paths."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ...metadata.catalog import Catalog
from ...metadata.definitions import Field
from ...metadata.field_types import type_of
from ...runtime.queries import Record
from ...runtime.storage.tables import field_of
from ...runtime.storage.unit_of_work import Unit

Serialize = Callable[[Mapping[str, Any]], dict[str, Any]]
HIDDEN = ("tc_rollups", "tc_deletion")


def serializer(unit: Unit, object_name: str, paths: Sequence[str]) -> Serialize:
    """A function from a row to its JSON, for exactly these paths; kept with the tables."""
    key = ("json", object_name, tuple(paths))
    kept: Serialize | None = unit.model.prepared.get(key)
    if kept is None:
        kept = _serializer(unit.catalog, object_name, paths)
        unit.model.keep(key, kept)
    return kept


def _serializer(catalog: Catalog, object_name: str, paths: Sequence[str]) -> Serialize:
    shown = [(path, _writer(catalog, object_name, path)) for path in paths if path not in HIDDEN]

    def serialize(values: Mapping[str, Any]) -> dict[str, Any]:
        return {path: write(values[path]) for path, write in shown}

    return serialize


def record_json(unit: Unit, record: Record) -> dict[str, Any]:
    return serializer(unit, record.object, tuple(record.values))(record.values)


def _writer(catalog: Catalog, object_name: str, path: str) -> Callable[[Any], Any]:
    field = last_field(catalog, object_name, path)
    if field is None:
        return plain
    write = type_of(field).to_json
    return lambda value: None if value is None else write(field, value)


def last_field(catalog: Catalog, object_name: str, path: str) -> Field | None:
    """The field at the end of ``path``; None for system fields, parts and titles."""
    *lookups, last = path.split(".")
    for name in lookups:
        if name in ("owner", "created_by", "updated_by"):
            object_name = "user"
            continue
        lookup = field_of(catalog, object_name, name)
        object_name = lookup.targets[0] if lookup.targets else "user"
    obj = catalog.objects.get(object_name)
    return obj.by_name.get(last) if obj else None


def plain(value: Any) -> Any:
    """Values without a field type: system fields, titles, measures."""
    match value:
        case datetime():
            text = value.astimezone(UTC).isoformat()
            return text.replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case tuple():
            return [plain(each) for each in value]
        case _:
            return value
