"""What is asked of a list: a plain value; storage compiles it, reading runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ..errors import BadRequest
from ..metadata.definitions import EMPTY

MOST_ROWS = 500
CAPPED_COUNT = 1000

Count = Literal["none", "capped", "exact"]
Function = Literal["count", "count_distinct", "sum", "min", "max", "avg"]
FUNCTIONS: tuple[Function, ...] = ("count", "count_distinct", "sum", "min", "max", "avg")


@dataclass(frozen=True, slots=True)
class Sort:
    path: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    function: Function
    path: str = "*"

    @property
    def name(self) -> str:
        return "count" if self.path == "*" else f"{self.function}_{self.path}"


@dataclass(frozen=True, slots=True)
class Query:
    """``fields`` are dotted paths (``account.name``; ``account.*`` is the title of the record a
    lookup points to). ``filters`` are expressions that must all hold."""

    object: str
    fields: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    sort: tuple[Sort, ...] = ()
    limit: int = 50
    cursor: str | None = None
    count: Count = "none"
    binned: bool = False
    """True: the records in the recycle bin instead of the living ones."""
    group: tuple[str, ...] = ()
    measures: tuple[Measure, ...] = ()
    among: tuple[str, ...] | None = None
    """Only these ids."""
    pooled: bool = False
    """Only what lies in the object's pool."""

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MOST_ROWS:
            raise BadRequest("The limit must be between 1 and {most}.", most=MOST_ROWS)


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a list: values by path, ``id`` and ``version`` always among them."""

    values: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.values["id"])

    def __getitem__(self, path: str) -> Any:
        return self.values[path]


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[Row, ...]
    next: str | None = None
    count: int | None = None
    count_is_capped: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """One record as its reader sees it: only readable fields, computed ones included."""

    object: str
    id: str
    version: int
    rollups: int
    values: Mapping[str, Any] = field(default=EMPTY)
    may_edit: bool = True
    may_delete: bool = True

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)


def parse_sort(text: str | None) -> tuple[Sort, ...]:
    """``"-close_date,name"`` → sorts. Raises BadRequest on blank parts."""
    if not text:
        return ()
    parts = [part.strip() for part in text.split(",")]
    if any(part.strip("-") == "" or part.startswith("--") for part in parts):
        raise BadRequest("The sort order “{sort}” is not understood.", sort=text)
    return tuple(Sort(part.removeprefix("-"), part.startswith("-")) for part in parts)
