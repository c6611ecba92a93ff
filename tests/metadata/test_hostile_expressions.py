"""No key of a definition lets an expression in that reaches for more than values.

The keys are found in the schemas, so one that is added is tested without anybody thinking of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from typecase.metadata.composing import composed
from typecase.metadata.merge import find, keys_of
from typecase.metadata.packages import package_from_files
from typecase.metadata.shapes import Shape, shape_of
from typecase.metadata.walking import Written, walk

from .packages_of import content_of
from .test_malformed_definitions import FULL, changed, tried

HOSTILE = [
    "name.__class__.__mro__",
    "().__class__.__bases__[0].__subclasses__()",
    "[x for x in name]",
    "lambda: name",
    "f'{name}'",
    "'%s' % name",
    "name; name",
    "(name := 1)",
    "name[0]",
    "max(*name)",
    "__import__('os')",
    "'a'.format(name)",
    "9 ** 9 ** 9",
    "name.upper()",
    "not " * 500 + "true",
    "(" * 200 + "1" + ")" * 200,
]


def expressions() -> Iterator[tuple[str, tuple[Any, ...]]]:
    """File and path, by positions, of every expression in the full package."""
    source = package_from_files({n: content_of(c) for n, c in FULL.items()})
    made = composed([source], 1)
    for document in made.stack.documents.values():
        for each in walk(document, made.catalog):
            if isinstance(each, Written) and each.scope != "steps":
                yield document.layers[0].document.file, _positions(document, each.path)


def _positions(document: Any, path: tuple[Any, ...]) -> tuple[Any, ...]:
    value: Any = FULL[document.layers[0].document.file]
    shape: Shape | None = shape_of(f"{document.kind}.schema.json")
    found: list[Any] = []
    for step in path:
        at = step
        if isinstance(value, list) and shape is not None:
            at = step if isinstance(step, int) else find(
                value, step, keys_of(str(shape.note("x-merge")))
            )  # fmt: skip
            shape = shape.items
        else:
            shape = shape.at(str(step)) if shape else None
        value = value[at]
        found.append(at)
    return tuple(found)


PLACES = list(expressions())


def test_there_are_expressions_to_try() -> None:
    assert len(PLACES) >= 10


@pytest.mark.parametrize("source", HOSTILE, ids=[each[:20] for each in HOSTILE])
def test_hostile_expressions_are_refused_everywhere(source: str) -> None:
    accepted = [place for place in PLACES if not tried(changed(*place, source))]
    assert accepted == []
