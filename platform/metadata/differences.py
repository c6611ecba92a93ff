"""What a layer has to say so that folding makes one document of another: the inverse of ``merge``.

Only what differs is said, so that whatever else a package changes later comes through. The order
of lists is the package's; what is new stands at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .merge import as_item, find, identity, keys_of
from .shapes import Shape


def difference(
    base: Mapping[str, Any], wanted: Mapping[str, Any], shape: Shape | None
) -> dict[str, Any]:
    """The patch that makes ``wanted`` of ``base``; empty where they say the same."""
    patch: dict[str, Any] = {}
    for key, value in wanted.items():
        if key not in base:
            patch[key] = value
        elif base[key] != value:
            said = _value(base[key], value, shape.at(key) if shape else None)
            if said not in ({}, []):
                patch[key] = said
    gone = [key for key in base if key not in wanted]
    return {**patch, "$unset": gone} if gone else patch


def _value(base: Any, wanted: Any, shape: Shape | None) -> Any:
    if isinstance(base, dict) and isinstance(wanted, dict):
        return difference(base, wanted, shape)
    rule = str(shape.note("x-merge") or "replace") if shape else "replace"
    if isinstance(base, list) and isinstance(wanted, list):
        if rule == "value":
            return _values(base, wanted)
        if rule.startswith("by "):
            return _items(base, wanted, keys_of(rule), shape.items if shape else None)
    return wanted


def _values(base: Sequence[Any], wanted: Sequence[Any]) -> list[Any]:
    gone = [{"$remove": each} for each in base if each not in wanted]
    return [*gone, *(each for each in wanted if each not in base)]


def _items(
    base: Sequence[Any], wanted: Sequence[Any], keys: tuple[str, ...], shape: Shape | None
) -> list[Any]:
    said: list[Any] = []
    for item in base:
        if find(wanted, item, keys) is None:
            said.append({**_named(item, keys), "$remove": True})
    for item in wanted:
        at = find(base, item, keys)
        if at is None:
            said.append(item)
            continue
        patch = difference(as_item(base[at], keys), as_item(item, keys), shape)
        if patch:
            said.append({**_named(item, keys), **patch})
    return said


def _named(item: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    """The keys that tell the item from the others, as far as it says them."""
    parts = zip(keys, identity(item, keys), strict=True)
    return {key: part for key, part in parts if part is not None}
