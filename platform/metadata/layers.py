"""Documents in layers: what the packages say of one thing, folded, and who said what.

A *path* names a place by names, not by positions: ``("fields", "stage", "options", "won")``. So it
means the same in every layer, whatever order their lists have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..errors import Problem
from . import kinds
from .json_text import lines_of, pointer_of
from .merge import find, fold, keys_of
from .shapes import Shape, shape_of
from .sources import PackageSource, SourceDocument
from .spelling import nearest

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    package: str
    document: SourceDocument


@dataclass(frozen=True)
class Layered:
    """One document of the workspace: ``content`` is the fold of ``layers``."""

    kind: str
    name: str
    layers: tuple[Layer, ...] = field(repr=False)
    content: Mapping[str, Any] = field(repr=False)

    @property
    def shape(self) -> Shape:
        return shape_of(kinds.BY_NAME[self.kind].schema)

    @property
    def package(self) -> str:
        """The package that made it."""
        return self.layers[0].package

    def package_of(self, *path: str | int) -> str:
        """The package that added the thing at ``path``."""
        if len(self.layers) == 1:
            return self.package
        having = (each for each in self.layers if self._walk(each, path)[1] == len(path))
        return next((each.package for each in having), self.package)

    def located(self, path: Path, message: str, data: Mapping[str, Any]) -> Problem:
        """A problem at ``path``, placed in the file of the last layer that speaks of it."""
        tried = [(self._walk(each, path), each) for each in self.layers]
        (pointer, _), layer = max(enumerate(tried), key=lambda e: (e[1][0][1], e[0]))[1]
        line = lines_of(layer.document.text).get(pointer) if layer.document.text else None
        return Problem(layer.document.file, pointer, message, data, line)

    def _walk(self, layer: Layer, path: Path) -> tuple[str, int]:
        """Pointer of the farthest place on ``path`` this layer speaks of, and how far that is."""
        value: Any = layer.document.content
        folded: Any = self.content
        shape: Shape | None = self.shape
        steps: list[str | int] = []
        for step in path:
            effective = _step(folded, shape, step)
            folded = None if effective is None else folded[effective]
            found = _step(value, shape, step, folded)
            if found is None:
                break
            value, shape = value[found], _below(shape, found)
            steps.append(found)
        return pointer_of(steps), len(steps)


def _step(
    value: Any, shape: Shape | None, step: str | int, effective: Any = None
) -> str | int | None:
    """Where ``step`` leads in one layer. ``effective`` is the thing after folding: it knows the
    names it had, by which a lower layer still calls it."""
    if isinstance(value, dict):
        return step if step in value else None
    if not isinstance(value, list):
        return None
    if isinstance(step, int):
        return step if step < len(value) else None
    rule = str(shape.note("x-merge") if shape else "")
    if rule == "value":
        return value.index(step) if step in value else None
    if not rule.startswith("by "):
        return None
    wanted = effective if isinstance(effective, dict) and effective.get("was") else step
    return find(value, wanted, keys_of(rule))


def _below(shape: Shape | None, step: str | int) -> Shape | None:
    if shape is None:
        return None
    return shape.items if isinstance(step, int) else shape.at(step)


@dataclass(frozen=True)
class Stack:
    """All documents of a workspace, by kind and name, and what went wrong folding them."""

    documents: Mapping[tuple[str, str], Layered]
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...]

    def of(self, kind: str) -> Iterator[Layered]:
        """The documents of one kind, by package order."""
        return (each for (of_kind, _), each in self.documents.items() if of_kind == kind)

    def get(self, kind: str, name: str = "") -> Layered | None:
        return self.documents.get((kind, name))

    @cached_property
    def objects(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.of("object"))


def stacked(packages: Sequence[PackageSource]) -> Stack:
    """Folds all documents. ``packages`` are in dependency order, the customer's layer last."""
    building = _Building()
    for package in packages:
        for document in sorted(package.documents, key=lambda each: each.extends):
            if document.kind != "translations":
                building.add(package.name, document)
    building.refuse_orphans()
    return Stack(building.documents, tuple(building.problems), tuple(building.notices))


class _Building:
    def __init__(self) -> None:
        self.documents: dict[tuple[str, str], Layered] = {}
        self.problems: list[Problem] = []
        self.notices: list[Problem] = []

    def add(self, package: str, document: SourceDocument) -> None:
        key = (document.kind, document.name)
        known = self.documents.get(key)
        single = kinds.BY_NAME[document.kind].place == "single"
        if document.extends and known is None and not self._may_begin(document):
            self._complain(document, "", "There is no {kind} {name} to extend.{hint}", key)
        elif known is None:
            content = fold({}, document.content, shape_of(kinds.BY_NAME[document.kind].schema))
            layered = Layered(*key, (Layer(package, document),), content)
            self.documents[key] = layered
        elif document.extends or single:
            if not document.extends:
                self._refuse_doubles(known, document)
            self.documents[key] = self._folded(known, package, document)
        else:
            message = "The package {package} has this {kind} already; change it in extends/."
            self._complain(document, "", message, key, package=known.package)

    def refuse_orphans(self) -> None:
        """A layout, say, of an object nobody defines."""
        for (kind, name), each in self.documents.items():
            if kinds.BY_NAME[kind].place == "object" and ("object", name) not in self.documents:
                message = "There is no object {name}.{hint}"
                self._complain(each.layers[0].document, "", message, ("object", name))

    def _may_begin(self, document: SourceDocument) -> bool:
        """A layout, say, may be given to another package's object that has none."""
        of_object = kinds.BY_NAME[document.kind].place == "object" and document.kind != "object"
        return of_object and ("object", document.name) in self.documents

    def _folded(self, known: Layered, package: str, document: SourceDocument) -> Layered:
        def notice(message: str, data: Mapping[str, Any]) -> None:
            self.notices.append(Problem(document.file, "", message, data))

        content = fold(known.content, document.content, known.shape, notice)
        layers = (*known.layers, Layer(package, document))
        return Layered(known.kind, known.name, layers, content)

    def _refuse_doubles(self, known: Layered, document: SourceDocument) -> None:
        """Two packages must not both *define* a role, an app, … of one name."""
        for key, items in document.content.items():
            shape = known.shape.at(key)
            rule = str(shape.note("x-merge") if shape and isinstance(items, list) else "")
            if not rule.startswith("by "):
                continue
            for index, item in enumerate(items):
                if find(known.content.get(key, []), item, keys_of(rule)) is not None:
                    owner = known.package_of(key, str(item.get("name")))
                    message = "The package {package} has a {name} already; change it in extends/."
                    data = {"package": owner, "name": item.get("name")}
                    self.problems.append(
                        Problem(document.file, pointer_of((key, index)), message, data)
                    )

    def _complain(
        self, document: SourceDocument, pointer: str, message: str, key: Any, **data: Any
    ) -> None:
        known = [name for kind, name in self.documents if kind == key[0]]
        data = {"kind": key[0], "name": key[1], "hint": nearest(key[1], known), **data}
        self.problems.append(Problem(document.file, pointer, message, data))
