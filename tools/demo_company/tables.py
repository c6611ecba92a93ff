"""Rows of the demo company and the files they are written to."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from typing import Any

Row = dict[str, Any]
TEXTS = Path(__file__).resolve().parent / "texts"
CENT = Decimal("0.01")


@dataclass
class Company:
    """Everything invented so far: rows by object, in the order they have to be loaded."""

    random: Random
    rows: dict[str, list[Row]] = field(default_factory=dict)
    by_key: dict[str, Row] = field(default_factory=dict)

    def add(self, object_: str, key: str, **values: Any) -> Row:
        """Adds a row and returns it. Days are whole numbers counted from today."""
        if key in self.by_key:
            raise ValueError(f"two rows are called {key}")
        row = {"key": key, **values}
        if "created_at" in row and "owner" in row:
            row.setdefault("created_by", row["owner"])
        self.rows.setdefault(object_, []).append(row)
        self.by_key[key] = row
        return row

    def of(self, object_: str) -> list[Row]:
        return self.rows.get(object_, [])

    def weighted(self, choices: dict[Any, float]) -> Any:
        """One of the keys, by weight."""
        return self.random.choices(list(choices), list(choices.values()))[0]

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability


def read(name: str) -> dict[str, Any]:
    """A file of texts and lists: ``texts/<name>.json``."""
    found: dict[str, Any] = json.loads((TEXTS / f"{name}.json").read_text("utf-8"))
    return found


def day(offset: int) -> str:
    """``-40`` as a package's data write it."""
    return f"today{offset:+d}" if offset else "today"


def moment(offset: int, hour: int, minute: int = 0) -> str:
    return f"{day(offset)} {hour:02d}:{minute:02d}"


def working_time(random: Random, offset: int) -> str:
    return moment(
        offset,
        random.choice((9, 9, 10, 10, 11, 13, 14, 14, 15, 16, 17)),
        random.choice((0, 5, 10, 15, 20, 30, 40, 45)),
    )


def money(value: Decimal | int | float) -> Decimal:
    return Decimal(str(value)).quantize(CENT, ROUND_HALF_UP)


def line_total(line: Row) -> Decimal:
    """What the formula ``total`` of a line gives."""
    return money(line["quantity"] * line["price"] * (100 - line["discount"]) / 100)


def write_csv(folder: Path, number: int, object_: str, rows: Iterable[Row]) -> Path:
    """``10_account.csv``: the number says in which order the files are loaded."""
    rows = list(rows)
    columns = list(dict.fromkeys(name for row in rows for name in row if not name.startswith("_")))
    columns = [c for c in columns if any(row.get(c) not in (None, "") for row in rows)]
    path = folder / f"{number:02d}_{object_}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(columns)
        out.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return path


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return "|".join(map(str, value))
        case dict():
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        case Decimal():
            return f"{value.normalize():f}"
    return str(value)
