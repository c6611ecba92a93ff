"""Documents of several layers must be of their schema's shape as a whole, too."""

from __future__ import annotations

from typing import Any

from ...errors import Problem
from ..layers import Layered, Path, Stack
from ..merge import identity, keys_of
from ..schemas import problems_of
from ..shapes import Shape


def check_folded(stack: Stack) -> list[Problem]:
    """Problems of documents that several packages, or a patch alone, make up."""
    return [
        problem
        for document in stack.documents.values()
        if len(document.layers) > 1 or document.layers[0].document.extends
        for problem in _problems(document)
    ]


def _problems(document: Layered) -> list[Problem]:
    found = problems_of(document.kind, document.content, "")
    return [
        document.located(named_path(document, each.pointer), each.message, each.data)
        for each in found
    ]


def named_path(document: Layered, pointer: str) -> Path:
    """``/fields/3/label`` of the folded document → ``("fields", "stage", "label")``."""
    value: Any = document.content
    shape: Shape | None = document.shape
    path: list[str | int] = []
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
            path.append(_name(value, int(key), shape))
            shape = shape.items if shape else None
        elif isinstance(value, dict):
            value, shape = value.get(key), shape.at(key) if shape else None
            path.append(key)
        else:
            break
    return tuple(path)


def _name(item: Any, index: int, shape: Shape | None) -> str | int:
    rule = str(shape.note("x-merge") if shape else "")
    if not rule.startswith("by "):
        return index
    name = identity(item, keys_of(rule))
    return name[0] if len(name) == 1 and isinstance(name[0], str) else index
