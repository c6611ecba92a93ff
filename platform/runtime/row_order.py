"""In which order the rows of packages go in: what is pointed to before what points there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..metadata.definitions import Object
from ..metadata.sources import DataFile
from .storage.unit_of_work import Unit

CHUNK = 400
SHARES = "share"
"""What files call the sharing of single records."""
CASES = "case"
"""What files call records that wait for approval."""

Row = Mapping[str, Any]


def place(unit: Unit, files: Sequence[DataFile]) -> Callable[[DataFile], tuple[int, str]]:
    order = {name: place for place, name in enumerate(_in_order(unit, {f.object for f in files}))}
    return lambda file: (order[file.object], file.file)


def _in_order(unit: Unit, names: set[str]) -> Iterator[str]:
    """People first, shares and cases last, between them each object after those it points to;
    circles where they are entered."""
    done: set[str] = set()

    def visit(name: str) -> Iterator[str]:
        if name in done:
            return
        done.add(name)
        if name not in ("user", SHARES, CASES):
            for field in unit.catalog.object(name).fields:
                for target in field.targets:
                    if target in names:
                        yield from visit(target)
        yield name

    for name in ("user", *sorted(names - {SHARES, CASES}), SHARES, CASES):
        if name in names:
            yield from visit(name)


def chunks(obj: Object, rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows in their order, but those that point to others of them after these: a tree from
    its top. Rows that point in a circle come last, and their pointers later."""
    own = [each.name for each in obj.fields if obj.name in each.targets]
    waiting = list(rows)
    while waiting:
        keys = {row["key"] for row in waiting}
        ready = [row for row in waiting if not _names_any(row, own, keys)] or waiting
        yield from (ready[start : start + CHUNK] for start in range(0, len(ready), CHUNK))
        keys -= {row["key"] for row in ready}
        waiting = [row for row in waiting if row["key"] in keys]


def _names_any(row: Row, fields: Sequence[str], keys: set[str]) -> bool:
    values = (row.get(name) for name in fields)
    return any(isinstance(each, str) and each in keys for each in values)
