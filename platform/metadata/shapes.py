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

    def __init__(self, faces: tuple[Face, ...]) -> None:
        self.faces = faces

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
        return {key: _shape(faces) for key, faces in found.items()}

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
        return _shape(faces) if faces else None


@cache
def shape_of(file: str) -> Shape:
    """The shape of a whole document of the schema ``file``."""
    return _shape([(file, schema_files()[file])])


def _shape(faces: list[Face]) -> Shape:
    found: list[Face] = []
    for face in faces:
        for expanded in _expanded(*face):
            if not any(expanded[1] is known for _, known in found):
                found.append(expanded)
    return Shape(tuple(found))


def _expanded(file: str, schema: Mapping[str, Any]) -> Iterator[Face]:
    """The schema itself and all it leads to without going down into values."""
    yield file, schema
    if "$ref" in schema:
        yield from _expanded(*_resolved(file, schema["$ref"]))
    for word in ("allOf", "anyOf", "oneOf"):
        for each in schema.get(word, ()):
            yield from _expanded(file, each)
    if "then" in schema:
        yield from _expanded(file, schema["then"])


def _resolved(file: str, reference: str) -> Face:
    other, _, pointer = reference.partition("#")
    target: Any = schema_files()[other or file]
    for part in pointer.split("/")[1:]:
        target = target[part]
    return other or file, target
