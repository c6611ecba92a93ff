"""Feature switches and settings: what manifests offer, what the administrator chose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from .sources import PackageSource

Definitions = Mapping[str, Mapping[str, Any]]
NUMBERS = frozenset({"integer", "decimal", "percent"})

KEPT = frozenset({"fields", "options"})
"""Lists whose items stay when their feature is off: their data stays, they are only hidden."""


def definitions_of(packages: Sequence[PackageSource], key: str) -> Definitions:
    """``settings`` or ``features`` of all manifests: name → what is said of it, with its id."""
    return MappingProxyType(
        {
            each["name"]: {**each, "id": f"{package.name}:{key}/{each['name']}"}
            for package in packages
            for each in package.manifest.get(key, ())
        }
    )


def features_off(definitions: Definitions, chosen: Mapping[str, bool]) -> frozenset[str]:
    """The features that are switched off, by choice or by default."""
    return frozenset(
        name
        for name, each in definitions.items()
        if not chosen.get(name, each.get("default", True))
    )


def setting_values(definitions: Definitions, chosen: Mapping[str, Any]) -> Mapping[str, Any]:
    """Name → value as expressions read it."""
    return MappingProxyType(
        {
            name: _value(each, chosen.get(name, each.get("default")))
            for name, each in definitions.items()
        }
    )


def _value(definition: Mapping[str, Any], value: Any) -> Any:
    if value is None:
        return None
    if definition["type"] in NUMBERS:
        return Decimal(str(value))
    if definition["type"] == "date":
        return date.fromisoformat(str(value))
    return value


def without(off: frozenset[str], value: Any, key: str = "") -> Any:
    """The document without the things whose feature is off; fields stay, but hidden."""
    if isinstance(value, list):
        return [without(off, each) for each in value if key in KEPT or not _is_off(off, each)]
    if not isinstance(value, dict):
        return value
    inner = {name: without(off, each, name) for name, each in value.items()}
    if "type" in value and _is_off(off, value):
        return inner | {"visible": False, "required": False, "read_only": True}
    return inner


def _is_off(off: frozenset[str], item: Any) -> bool:
    return isinstance(item, dict) and item.get("feature") in off


def named_features(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, str]]:
    """Every place in a document that names a feature."""
    if isinstance(value, dict):
        if isinstance(value.get("feature"), str):
            yield (*path, "feature"), value["feature"]
        for key, inner in value.items():
            yield from named_features(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from named_features(inner, (*path, index))
