"""What the schemas say beside the shape: how lists merge, what a text refers to, its expressions.

A Shape is one place in a schema with everything that may stand there: through references and
choices. It is what merging and walking documents are driven by.

The words, all explained in ``docs/definitions.md``:
``x-merge``       how two layers of a list become one
``x-refers``      the text names a thing of this kind
``x-keys``        the keys of this map do
``x-expression``  the text is an expression and gives a condition or a value
``x-scope``       what its names mean, when that is not simply a record of the object at hand
``x-context``     from here down the object at hand is another one
``x-sql``         the expression must have a meaning in SQL
``x-text``        people read it; it can be translated
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Any

from .schema_files import schema_files

Face = tuple[str, Mapping[str, Any]]
"""A part of a schema with the file it stands in (for its references)."""


class Shape:
    """All that may stand at one place. Made by ``shape_of``; shared, so never changed."""

    def __init__(self, roots: tuple[Face, ...], faces: tuple[Face, ...]) -> None:
        self.roots, self.faces = roots, faces
        self._fitting: dict[Any, Shape] = {}

    def fitting(self, value: Mapping[str, Any]) -> Shape:
        """What may stand in an object of this ``type``: where there is a choice, only that one."""
        kind = value.get("type") if self.has_choice else None
        if not isinstance(kind, str):
            return self
        if kind not in self._fitting:
            self._fitting[kind] = _shape(self.roots, {"type": kind})
        return self._fitting[kind]

    @cached_property
    def has_choice(self) -> bool:
        return any("if" in each for _, face in self.faces for each in face.get("allOf", ()))

    def note(self, word: str) -> Any:
        """What the schema says under ``word``; the outermost saying counts."""
        return next((face[word] for _, face in self.faces if word in face), None)

    def at(self, key: str) -> Shape | None:
        """The shape of the value under ``key`` of an object."""
        return self.keys.get(key) or self.others

    @cached_property
    def keys(self) -> Mapping[str, Shape]:
        found: dict[str, list[Face]] = {}
        for file, face in self.faces:
            for key, schema in face.get("properties", {}).items():
                found.setdefault(key, []).append((file, schema))
        return {key: _shape(tuple(faces)) for key, faces in found.items()}

    @cached_property
    def others(self) -> Shape | None:
        """The shape of values under keys the schema does not name."""
        return self._inside("additionalProperties")

    @cached_property
    def items(self) -> Shape | None:
        """The shape of a list's items."""
        return self._inside("items")

    def _inside(self, word: str) -> Shape | None:
        faces = [(f, face[word]) for f, face in self.faces if isinstance(face.get(word), dict)]
        return _shape(tuple(faces)) if faces else None


@cache
def shape_of(file: str) -> Shape:
    """The shape of a whole document of the schema ``file``."""
    return _shape(((file, schema_files()[file]),))


def _shape(roots: tuple[Face, ...], value: Mapping[str, Any] | None = None) -> Shape:
    found: list[Face] = []
    for root in roots:
        for expanded in _expanded(*root, value):
            if not any(expanded[1] is known for _, known in found):
                found.append(expanded)
    return Shape(roots, tuple(found))


def _expanded(
    file: str, schema: Mapping[str, Any], value: Mapping[str, Any] | None
) -> Iterator[Face]:
    """The schema itself and all it leads to without going down into values."""
    yield file, schema
    if "$ref" in schema:
        yield from _expanded(*_resolved(file, schema["$ref"]), value)
    for word in ("allOf", "anyOf", "oneOf"):
        for each in schema.get(word, ()):
            yield from _expanded(file, each, value)
    if "then" in schema and (value is None or holds(schema["if"], value)):
        yield from _expanded(file, schema["then"], value)


def holds(condition: Mapping[str, Any], instance: Any) -> bool:
    """Whether an ``if`` of our schemas holds: they only compare constants."""
    return isinstance(instance, dict) and all(
        instance.get(key) == rule["const"] for key, rule in condition["properties"].items()
    )


def _resolved(file: str, reference: str) -> Face:
    other, _, pointer = reference.partition("#")
    target: Any = schema_files()[other or file]
    for part in pointer.split("/")[1:]:
        target = target[part]
    return other or file, target
