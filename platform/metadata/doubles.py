"""Things of one name in one list: folding would make one of two, so the gate refuses them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .json_text import pointer_of
from .merge import identity, keys_of
from .shapes import Shape, shape_of

Found = tuple[str, str, Mapping[str, Any]]


def doubles_of(kind: str, document: Any) -> Iterator[Found]:
    """Pointer, message and data of each item that repeats the identity of an earlier one."""
    yield from _walk(document, shape_of(f"{kind}.schema.json"), ())


def _walk(value: Any, shape: Shape | None, path: tuple[str | int, ...]) -> Iterator[Found]:
    if shape is None:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _walk(inner, shape.at(key), (*path, key))
    elif isinstance(value, list):
        yield from _doubles(value, shape, path)
        for index, inner in enumerate(value):
            yield from _walk(inner, shape.items, (*path, index))


def _doubles(items: list[Any], shape: Shape, path: tuple[str | int, ...]) -> Iterator[Found]:
    rule = str(shape.note("x-merge"))
    if not rule.startswith("by "):
        return
    seen: set[tuple[Any, ...]] = set()
    for index, item in enumerate(items):
        found = identity(item, keys_of(rule))
        if any(part is None for part in found) and len(found) == 1:
            continue
        if found in seen:
            name = " → ".join(str(part) for part in found if part is not None)
            yield pointer_of((*path, index)), "{name} stands in this list twice.", {"name": name}
        seen.add(found)
