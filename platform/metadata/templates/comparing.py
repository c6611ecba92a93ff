"""How conditions of templates compare: as expressions do, nothing is smaller than anything."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

NAMES: Mapping[str, str] = {
    "eq": "is_equal",
    "ne": "is_other",
    "lt": "is_less",
    "lteq": "is_at_most",
    "gt": "is_more",
    "gteq": "is_at_least",
}
"""What Jinja2 calls a comparison → the filter it becomes."""

_ORDERED: Mapping[str, Callable[[Any, Any], Any]] = {
    "is_less": operator.lt,
    "is_at_most": operator.le,
    "is_more": operator.gt,
    "is_at_least": operator.ge,
}


def _ordering(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], bool]:
    def holds(left: Any, right: Any) -> bool:
        return left is not None and right is not None and bool(compare(left, right))

    return holds


COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is_equal": lambda left, right: bool(left == right),
    "is_other": lambda left, right: bool(left != right),
    **{name: _ordering(compare) for name, compare in _ORDERED.items()},
}
