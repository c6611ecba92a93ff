"""Changes an administrator makes to rights, as documents: each gives back the whole document with
the change in it. Pure; whether it makes sense the checks of the whole catalog say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Document = dict[str, Any]


def with_item(document: Mapping[str, Any], key: str, item: Mapping[str, Any]) -> Document:
    """The document with ``item`` in the list ``key``: in the place of the one of its name, whose
    other properties stay; a property that is None goes."""
    items = list(document.get(key, ()))
    at = _place(items, item["name"])
    merged = {**(items[at] if at is not None else {}), **item}
    kept = {name: value for name, value in merged.items() if value is not None}
    if at is None:
        items.append(kept)
    else:
        items[at] = kept
    return {**document, key: items}


def without_item(document: Mapping[str, Any], key: str, name: str) -> Document:
    """The document without the item of that name in the list ``key``."""
    return {**document, key: [each for each in document.get(key, ()) if each["name"] != name]}


def item(document: Mapping[str, Any], key: str, name: str) -> Document | None:
    """The item of that name in the list ``key``."""
    items = list(document.get(key, ()))
    at = _place(items, name)
    return None if at is None else dict(items[at])


def _place(items: Sequence[Mapping[str, Any]], name: str) -> int | None:
    """Where the item is; a package may still call it by a former name of its own."""
    return next((n for n, each in enumerate(items) if each["name"] == name), None)
