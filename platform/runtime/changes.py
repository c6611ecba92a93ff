"""A change under way: one record on its path through a save. Mutable, and gone when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..errors import FieldProblem
from ..metadata.field_types.base import ParseContext

HANDINGS = ("claim", "assign", "release", "recycle", "take", "dealt")
"""How pools and queues change an owner; the timeline has words of its own for each."""


@dataclass
class Change:
    """``before`` are the stored values (empty for a new record), ``values`` what will be stored."""

    kind: Literal["create", "update"]
    id: str
    raw: Mapping[str, Any]
    before: Mapping[str, Any]
    values: dict[str, Any]
    seen_version: int | None = None
    given: set[str] = field(default_factory=set)
    """Names of the fields the caller wrote, as they are called now."""
    problems: list[FieldProblem] = field(default_factory=list)
    context: ParseContext | None = None
    handing: str | None = None
    """How its owner changes, where something else than a form decides that: ``claim``, …"""
    reason: str | None = None
    """Why it changes hands, in words for the timeline."""
    queue: str | None = None
    """The queue it came through on its way to its owner."""

    @property
    def is_new(self) -> bool:
        return self.kind == "create"

    def changed(self) -> dict[str, Any]:
        """The values that differ from what is stored."""
        if not self.before:
            return dict(self.values)
        return {
            name: value
            for name, value in self.values.items()
            if name not in self.before or self.before[name] != value
        }

    def refuse(self, field_name: str | None, code: str, message: str, **data: Any) -> None:
        self.problems.append(FieldProblem(field_name, code, message, data))
