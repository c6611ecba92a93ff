"""An upgrade meets what the customer changed: three-way, property by property.

The customer's layer says only what differs from the package. So an upgrade has a *conflict* just
where the customer says something of a property that the package itself has changed meanwhile, and
not to the same. Whatever else the package changes comes through; whatever else the customer says
stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from . import kinds
from .layers import Path
from .merge import PATCH_KEYS, as_item, find, identity, keys_of
from .shapes import Shape, shape_of
from .sources import PackageSource, SourceDocument


@dataclass(frozen=True, slots=True)
class Nothing:
    """The value of what is not there."""

    def __str__(self) -> str:
        return "–"


NOTHING = Nothing()


@dataclass(frozen=True, slots=True)
class Conflict:
    """One property of which package and customer say different things since the upgrade."""

    kind: str
    name: str
    path: Path
    old: Any
    """What the package said before; NOTHING where it was not there."""
    new: Any
    """What the package says now; NOTHING where it is gone."""
    mine: Any
    """What the customer says; NOTHING where they took it out."""

    @property
    def key(self) -> tuple[str, str, Path]:
        return self.kind, self.name, self.path


def conflicts_between(
    old: PackageSource, new: PackageSource, customer: PackageSource
) -> tuple[Conflict, ...]:
    """What an administrator has to decide before ``new`` can take the place of ``old``."""
    return tuple(
        Conflict(document.kind, document.name, path, before, after, mine)
        for document in customer.documents
        if document.kind in kinds.BY_NAME
        for path, mine in said(document)
        for before in [value_at(old, document, path)]
        for after in [value_at(new, document, path)]
        if before != after and after != mine
    )


def taking_theirs(customer: PackageSource, conflicts: Collection[Conflict]) -> PackageSource:
    """The customer's layer without what was decided for the package."""
    given_up = {conflict.key for conflict in conflicts}
    documents = (_without(document, given_up) for document in customer.documents)
    return replace(customer, documents=tuple(each for each in documents if _says(each)))


def _says(document: SourceDocument) -> bool:
    return not document.extends or bool(set(document.content) - {"$schema"})


# what a patch says -------------------------------------------------------------------------


def said(document: SourceDocument) -> Iterator[tuple[Path, Any]]:
    """Every property the document speaks of, by path, with what it says."""
    yield from _said(document.content, _shape(document), ())


def _shape(document: SourceDocument) -> Shape:
    return shape_of(kinds.BY_NAME[document.kind].schema)


def _said(value: Any, shape: Shape | None, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        yield from (((*path, key), NOTHING) for key in value.get("$unset", ()))
        for key, inner in value.items():
            if key in PATCH_KEYS:
                continue
            if isinstance(inner, dict) and inner.get("$remove"):
                yield (*path, key), NOTHING
            else:
                yield from _said(inner, shape.at(key) if shape else None, (*path, key))
    elif isinstance(value, list) and _rule(shape) != "replace":
        for item in value:
            yield from _said_of_item(item, shape, path)
    else:
        yield path, value


def _said_of_item(item: Any, shape: Shape | None, path: Path) -> Iterator[tuple[Path, Any]]:
    rule = _rule(shape)
    removed = isinstance(item, dict) and "$remove" in item
    if rule == "value":
        yield (*path, item["$remove"] if removed else item), NOTHING if removed else True
        return
    keys = keys_of(rule)
    step = (*path, *_step(item, keys))
    if removed:
        yield step, NOTHING
        return
    properties = {k: v for k, v in as_item(item, keys).items() if k not in keys}
    yield from _said(properties, shape.items if shape else None, step)


def _step(item: Any, keys: tuple[str, ...]) -> tuple[str]:
    return ("→".join(str(part) for part in identity(item, keys)),)


def _rule(shape: Shape | None) -> str:
    return str(shape.note("x-merge") or "replace") if shape else "replace"


# what a package says -----------------------------------------------------------------------


def value_at(package: PackageSource, document: SourceDocument, path: Path) -> Any:
    """What the package's own document of this kind and name says at ``path``, or NOTHING."""
    own = package.document(document.kind, document.name)
    value: Any = own.content if own else NOTHING
    shape: Shape | None = _shape(document)
    for step in path:
        if isinstance(value, dict):
            value, shape = value.get(step, NOTHING), shape.at(str(step)) if shape else None
        elif isinstance(value, list):
            value, shape = _item(value, step, _rule(shape)), shape.items if shape else None
        else:
            return NOTHING
    return value


def _item(items: list[Any], step: Any, rule: str) -> Any:
    if rule == "value":
        return True if step in items else NOTHING
    keys = keys_of(rule)
    wanted = dict(zip(keys, str(step).split("→"), strict=False))
    at = find(items, wanted, keys)
    return NOTHING if at is None else as_item(items[at], keys)


# giving up -------------------------------------------------------------------------------


def _without(document: SourceDocument, given_up: set[tuple[str, str, Path]]) -> SourceDocument:
    paths = {
        path for kind, name, path in given_up if (kind, name) == (document.kind, document.name)
    }
    if not paths:
        return document
    return replace(document, content=_pruned(document.content, _shape(document), (), paths))


def _pruned(value: Mapping[str, Any], shape: Shape | None, at: Path, gone: set[Path]) -> Any:
    result: dict[str, Any] = {}
    for key, inner in value.items():
        path = (*at, key)
        if key == "$unset":
            kept = [each for each in inner if (*at, each) not in gone]
            if kept:
                result[key] = kept
        elif key in PATCH_KEYS:
            result[key] = inner
        elif path not in gone:
            pruned = _pruned_value(inner, shape.at(key) if shape else None, path, gone)
            if pruned not in ({}, []) or inner in ({}, []):
                result[key] = pruned
    return result


def _pruned_value(value: Any, shape: Shape | None, path: Path, gone: set[Path]) -> Any:
    if isinstance(value, dict):
        return _pruned(value, shape, path, gone)
    if isinstance(value, list) and _rule(shape) == "value":
        return [each for each in value if (*path, _value_of(each)) not in gone]
    if isinstance(value, list) and _rule(shape).startswith("by "):
        items = (_pruned_item(each, shape, path, gone) for each in value)
        return [each for each in items if each is not None]
    return value


def _value_of(item: Any) -> Any:
    return item["$remove"] if isinstance(item, dict) else item


def _pruned_item(item: Any, shape: Shape | None, path: Path, gone: set[Path]) -> Any:
    """The item without what is given up; None when it says nothing any more."""
    keys = keys_of(_rule(shape))
    step = (*path, *_step(item, keys))
    if step in gone:
        return None
    if not isinstance(item, dict):
        return item
    pruned = _pruned(item, shape.items if shape else None, step, gone)
    return pruned if pruned == item or set(pruned) - set(keys) else None
