"""Rows a package brings: ``data/*.json`` and ``data/*.csv``. Not yet records, only their shape."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from ..errors import Problem
from .schemas import problems_of
from .sources import DataFile

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}", re.ASCII)
OBJECT = re.compile(r"(?:\d+_)?([a-z][a-z0-9_]{0,39})", re.ASCII)
RELATIVE_DATE = re.compile(r"today([+-]\d{1,5})?(?: (\d\d:\d\d))?", re.ASCII)
RELATIVE_MOMENT = re.compile(r"now([+-]\d{1,7})", re.ASCII)
RELATIVE_QUARTER = re.compile(r"quarter([+-]\d{1,3})?", re.ASCII)
SEVERAL = re.compile(r"[A-Za-z0-9_.-]+(?:\|[A-Za-z0-9_.-]+)+", re.ASCII)
MOST_ROWS = 100_000

Read = tuple[DataFile | None, list[Problem]]


def read_rows(content: Any, text: str, file: str, demo: bool) -> Read:
    """Rows of one JSON file."""
    problems = problems_of("data", content, file, text=text)
    if problems:
        return None, problems
    on_upgrade = content.get("on_upgrade", "keep")
    return DataFile(content["object"], file, tuple(content["rows"]), demo, on_upgrade), []


def read_csv(data: bytes, file: str, demo: bool) -> Read:
    """Rows of one CSV file, named after its object: ``region.csv`` or ``10_region.csv``."""
    named = OBJECT.fullmatch(file.rpartition("/")[2].removesuffix(".csv"))
    if named is None:
        return None, [Problem(file, "", "Name the file after its object: region.csv.")]
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except UnicodeDecodeError:
        return None, [Problem(file, "", "This is not UTF-8 text.")]
    except csv.Error as error:
        return None, [Problem(file, "", "This is not CSV: {reason}.", {"reason": str(error)})]
    problems = _problems(rows, file)
    if problems:
        return None, problems
    return DataFile(named.group(1), file, tuple(_rows(rows)), demo), []


def _problems(rows: list[list[str]], file: str) -> list[Problem]:
    if not rows or "key" not in rows[0] or len(set(rows[0])) < len(rows[0]):
        message = "The first line names the fields, each once; one of them is key."
        return [Problem(file, "", message, {}, 1)]
    if len(rows) > MOST_ROWS:
        return [Problem(file, "", "At most {limit} {limit:entry|entries}.", {"limit": MOST_ROWS})]
    at = rows[0].index("key")
    found = []
    for line, row in enumerate(rows[1:], 2):
        if not row:
            continue
        if len(row) != len(rows[0]):
            message = "This line has {found} {found:cell|cells}; the first has {wanted}."
            data = {"found": len(row), "wanted": len(rows[0])}
            found.append(Problem(file, "", message, data, line))
        elif not KEY.fullmatch(row[at]):
            message = "{key} is not a key of letters, digits, _ . - (at most 80)."
            found.append(Problem(file, "", message, {"key": row[at]}, line))
    return found


def _rows(rows: list[list[str]]) -> list[dict[str, Any]]:
    head, *rest = rows
    return [
        {name: _cell(cell) for name, cell in zip(head, row, strict=True) if cell != ""}
        for row in rest
        if row
    ]


def _cell(cell: str) -> Any:
    """``today-40``, ``today-40 09:30``, ``now-90``, ``quarter-1``, ``a|b`` as in JSON."""
    if "|" not in cell and not cell.startswith(("today", "now", "quarter")):
        return cell
    if found := RELATIVE_DATE.fullmatch(cell):
        return {"today": int(found[1] or 0)} | ({"at": found[2]} if found[2] else {})
    if found := RELATIVE_MOMENT.fullmatch(cell):
        return {"now": int(found[1])}
    if found := RELATIVE_QUARTER.fullmatch(cell):
        return {"quarter": int(found[1] or 0)}
    return cell.split("|") if SEVERAL.fullmatch(cell) else cell
