"""Texts people read: which there are, under which ids, and what they are in other languages.

The schemas mark them (``x-text``); the id follows from where a text stands. The rule for keys is
written down in ``schemas/translations.schema.json``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from . import kinds
from .customer import LAYER
from .layers import Layered, Path, Stack
from .merge import identity, keys_of
from .parser import first_name
from .shapes import Shape, shape_of
from .sources import PackageSource

MAIN = frozenset({"label", "message"})
"""The text a thing is known by; every other one is an aspect: ``account:plural``."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text: the package that says it, its key by first names and by present names."""

    package: str
    key: str
    present_key: str
    own: str

    @property
    def id(self) -> str:
        return f"{self.package}:{self.key}"


class Texts:
    """All texts of a workspace."""

    def __init__(self, packages: Sequence[PackageSource], stack: Stack) -> None:
        self.packages = tuple(packages)
        self.texts = tuple(_all(packages, stack))
        self.own: Mapping[str, str] = MappingProxyType({t.id: t.own for t in self.texts})
        self._relabelled = frozenset(_relabelled(stack))
        self._ids = {(t.package, key): t.id for t in self.texts for key in (t.present_key, t.key)}
        self._without_rows = {p.name for p in packages if not p.data}
        """Packages whose rows are not at hand (or that have none): their keys are believed."""
        self._rows = {(p.name, row["key"]) for p in packages for f in p.data for row in f.rows}

    def id_of(self, package: str, key: str) -> str | None:
        """The id a key of a package's translations means, or None."""
        found = self._ids.get((package, key))
        if found is not None:
            return found
        if key.startswith("data/"):
            row = key.removeprefix("data/").rpartition(".")[0]
            known = (package, row) in self._rows or package in self._without_rows
            return f"{package}:{key}" if known else None
        other, _, rest = key.partition(":")
        return self._ids.get((other, rest))

    def keys(self, package: str) -> list[str]:
        return [key for owner, key in self._ids if owner == package]

    def translations(self) -> Mapping[str, Mapping[str, str]]:
        """Locale → id → text; the later package, and last the customer, has the last word: what
        they call a thing it is called in every language, as far as they do not say otherwise."""
        found: dict[str, dict[str, str]] = {}
        for package, locale, key, text in self.said():
            id_ = self.id_of(package, key)
            if id_ is not None and (package == LAYER or id_ not in self._relabelled):
                found.setdefault(locale, {})[id_] = text
        return found

    def said(self) -> Iterator[tuple[str, str, str, str]]:
        """Package, locale, key and text of every entry of every translation file."""
        for package in self.packages:
            for document in package.documents:
                if document.kind == "translations":
                    for key, text in document.content["texts"].items():
                        yield package.name, document.name, key, text


def _all(packages: Sequence[PackageSource], stack: Stack) -> Iterator[Text]:
    for package in packages:
        shape = shape_of("package.schema.json")
        for path, _, text in _walk(package.manifest, shape, (), ()):
            key = _manifest_key(path)
            yield Text(package.name, key, key, text)
    for document in stack.documents.values():
        for path, names, text in _walk(document.content, document.shape, (), ()):
            thing = path[:-1]
            by_id, present = _key(document, names), _key(document, path)
            if by_id and present:
                yield Text(document.package_of(*thing), by_id, present, text)


def _relabelled(stack: Stack) -> Iterator[str]:
    """Ids of the packages' texts that the customer's layer has changed."""
    for document in stack.documents.values():
        if document.layers[-1].package == LAYER:
            mine = document.layers[-1].document.content
            for path, names, _ in _walk(mine, document.shape, (), ()):
                key, owner = _key(document, names), document.package_of(*path[:-1])
                if key and owner != LAYER:
                    yield f"{owner}:{key}"


def _walk(
    value: Any, shape: Shape | None, path: Path, names: Path
) -> Iterator[tuple[Path, Path, str]]:
    """Each marked text with its path, by present names and by first names."""
    if shape is None:
        return
    if isinstance(value, dict):
        fitting = shape.fitting(value)
        for key, inner in value.items():
            yield from _walk(inner, fitting.at(key), (*path, key), (*names, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            present, first = _names(item, index, shape)
            yield from _walk(item, shape.items, (*path, present), (*names, first))
    elif isinstance(value, str) and shape.note("x-text"):
        yield path, names, value


def _names(item: Any, index: int, shape: Shape) -> tuple[str | int, str | int]:
    rule = str(shape.note("x-merge"))
    name = identity(item, keys_of(rule))[0] if rule.startswith("by ") else None
    if isinstance(item, dict) and name is None:
        name = item.get("name")  # steps inside steps
    if not isinstance(name, str):
        return index, index
    return name, first_name(name, item) if isinstance(item, dict) else name


def _key(document: Layered, path: Path) -> str | None:
    """The key of the text at ``path``; None for texts without a name of their own."""
    *inner, last = (str(part) for part in path)
    aspect = "" if last in MAIN else f":{last}"
    kind = kinds.BY_NAME[document.kind]
    if any(part.isdigit() for part in inner):
        return None
    if kind.name == "object":
        return _object_key(document, inner, aspect)
    if kind.name == "layout":
        return "/".join([_first(document), *inner[-2:]]) + aspect
    if kind.name == "access":
        return "/".join([_first(document), *inner]) + aspect
    if kind.name == "menus":
        return "/".join([*inner[:2], *inner[3:][-1:]]) + aspect
    start = {"object": [_first(document)], "single": [], "folder": [kind.file, document.name]}
    names = inner[1::2] if kind.place == "folder" else [*inner[:1], *inner[1::2]]
    return "/".join([*start[kind.place], *names]) + aspect


def _object_key(document: Layered, inner: list[str], aspect: str) -> str:
    name = _first(document)
    if inner[:1] == ["fields"]:
        if inner[2:] == ["related"]:
            return f"{name}.{inner[1]}:related"
        return ".".join([name, inner[1], *inner[3:4]]) + aspect
    if inner[:1] == ["path"]:
        return f"{name}/path/{inner[-1]}{aspect}"
    return "/".join([name, *inner]) + aspect


def _first(document: Layered) -> str:
    if document.kind == "object":
        return first_name(document.name, document.content)
    return document.name


def _manifest_key(path: Path) -> str:
    *inner, last = (str(part) for part in path)
    aspect = "" if last in MAIN else f":{last}"
    if not inner:
        return f"package{aspect}"
    return "/".join([inner[0], *inner[1::2]]) + aspect
