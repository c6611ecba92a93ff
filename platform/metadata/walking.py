"""Walking a document beside its schema: what it names, and the expressions in it.

The schema knows which texts these are (``shapes.py``), so a new key of a new kind is walked as
soon as its schema says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import kinds
from .catalog import Catalog
from .layers import Layered, Path
from .merge import identity, keys_of
from .shapes import Shape


@dataclass(frozen=True, slots=True)
class Mention:
    """A text that names a thing. ``refers`` is what the schema says it names."""

    document: Layered
    path: Path
    refers: str
    name: str
    object: str | None
    """The object at hand where it stands."""
    around: Mapping[str, Any]
    """The part of the document it stands in."""
    holder: Any
    """The list or mapping that directly holds it, at ``place`` (or as the key ``place``)."""
    place: Any


@dataclass(frozen=True, slots=True)
class Written:
    """An expression. ``kind`` is ``condition`` or ``value``; ``scope`` says what names mean."""

    document: Layered
    path: Path
    kind: str
    scope: str
    source: str
    object: str | None
    around: Mapping[str, Any]
    sql: bool


def walk(document: Layered, catalog: Catalog) -> Iterator[Mention | Written]:
    """Everything ``document`` mentions and every expression it holds, in its order."""
    of_object = kinds.BY_NAME[document.kind].place == "object"
    walking = _Walking(document, catalog)
    yield from walking.node(
        document.content, document.shape, (), document.name if of_object else None, {}
    )


class _Walking:
    def __init__(self, document: Layered, catalog: Catalog) -> None:
        self.document, self.catalog = document, catalog

    def node(
        self,
        value: Any,
        shape: Shape | None,
        path: Path,
        at_hand: str | None,
        around: Any,
        holder: Any = None,
        place: Any = None,
    ) -> Iterator[Mention | Written]:
        if shape is None:
            return
        if isinstance(value, dict):
            yield from self.mapping(value, shape.fitting(value), path, at_hand)
        elif isinstance(value, list):
            for index, each in enumerate(value):
                step = (*path, _step(each, index, shape))
                yield from self.node(each, shape.items, step, at_hand, around, value, index)
        elif isinstance(value, str):
            if refers := shape.note("x-refers"):
                place_of = (holder, place)
                yield Mention(self.document, path, refers, value, at_hand, around, *place_of)
            if kind := shape.note("x-expression"):
                yield self.written(value, kind, shape, path, at_hand, around)

    def mapping(
        self, value: Mapping[str, Any], shape: Shape, path: Path, at_hand: str | None
    ) -> Iterator[Mention | Written]:
        key_of_context, inner = self.context(value, shape, at_hand)
        keys = shape.note("x-keys")
        for key, each in value.items():
            if keys and key not in shape.keys:
                at = (*path, key)
                yield Mention(self.document, at, keys, key, inner, value, value, key)
            here = at_hand if key == key_of_context else inner
            yield from self.node(each, shape.at(key), (*path, key), here, value, value, key)

    def context(
        self, value: Mapping[str, Any], shape: Shape, at_hand: str | None
    ) -> tuple[str | None, str | None]:
        """The key that changes the object at hand, and the object from here down."""
        how, _, key = str(shape.note("x-context") or "").partition(":")
        name = value.get(key)
        if not how or not isinstance(name, str):
            return None, at_hand
        if how == "object":
            return key, name
        reverse = self.catalog.reverses.get(at_hand or "", {}).get(name)
        return key, reverse.object if reverse else None

    def written(
        self,
        source: str,
        kind: str,
        shape: Shape,
        path: Path,
        at_hand: str | None,
        around: Mapping[str, Any],
    ) -> Written:
        scope, sql = shape.note("x-scope") or "record", bool(shape.note("x-sql"))
        return Written(self.document, path, kind, scope, source, at_hand, around, sql)


def _step(item: Any, index: int, shape: Shape) -> str | int:
    """How a path names an item: by its identity, where its list has one."""
    rule = str(shape.note("x-merge"))
    if rule == "value":
        return item if isinstance(item, str) else index
    name = identity(item, keys_of(rule)) if rule.startswith("by ") else (None,)
    return name[0] if len(name) == 1 and isinstance(name[0], str) else index
