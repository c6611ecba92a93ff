"""Lists as files: CSV for spreadsheets and scripts, Excel where its writer is installed.

What leaves is what the list shows, within the same rights; the right ``export`` is needed. A
text that a spreadsheet would run as a formula is written with a quote before it.
"""

from __future__ import annotations

import csv
import importlib.util
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Response

from ..errors import TooLarge, Unavailable
from ..metadata.field_types import type_of
from ..runtime import access, audit, reading
from ..runtime.queries import MOST_ROWS
from ..runtime.storage.unit_of_work import Unit
from . import list_pages
from .display import Column, Displays
from .labels import Labels
from .list_pages import Asked

MOST_RECORDS = 100_000
RUNNING = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula."""


def quoted(text: str) -> str:
    """Text that no spreadsheet runs; numbers stay numbers."""
    if text.startswith(RUNNING) and not _is_number(text):
        return "'" + text
    return text


def _is_number(text: str) -> bool:
    bare = text[1:].replace(",", "").replace(".", "", 1)
    return text[0] in "+-" and bare.isdigit() and bare.isascii()


def note(unit: Unit, object_name: str, kind: str) -> None:
    """Writes down that somebody took a list away."""
    audit.record(unit, "exported", {"object": object_name, "as": kind})


def csv_file(
    unit: Unit, asked: Asked, labels: Labels, among: tuple[str, ...] | None = None
) -> Response:
    """UTF-8 with a byte order mark, so that Excel reads Chinese."""
    access.require_system(unit.actor, "export")
    columns = list_pages.columns_of(unit, asked, Displays(unit, labels))
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow([quoted(c.label) for c in columns])
    for values in _rows(unit, asked, columns, among):
        writer.writerow([quoted(_plain(c, values)) for c in columns])
    data = "\ufeff" + held.getvalue()
    return _download(data.encode("utf-8"), asked, "csv", "text/csv; charset=utf-8")


def excel_file(unit: Unit, asked: Asked, labels: Labels) -> Response:
    """Typed cells: numbers add up, dates sort. Raises Unavailable without XlsxWriter."""
    access.require_system(unit.actor, "export")
    if importlib.util.find_spec("xlsxwriter") is None:
        raise Unavailable("Excel files need the extra “excel”; CSV works without.")
    columns = list_pages.columns_of(unit, asked, Displays(unit, labels))
    data = _workbook(columns, _rows(unit, asked, columns, None))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _download(data, asked, "xlsx", kind)


def _workbook(columns: tuple[Column, ...], rows: Iterator[Any]) -> bytes:
    xlsxwriter = importlib.import_module("xlsxwriter")
    held = io.BytesIO()
    told = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd", "remove_timezone": True}  # fmt: skip
    book = xlsxwriter.Workbook(held, told)
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.label, bold)
        sheet.set_column(place, place, 18)
    for number, values in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            _write(sheet, number, place, _typed(column, values))
    sheet.freeze_panes(1, 1)
    book.close()
    return held.getvalue()


def _write(sheet: Any, row: int, place: int, value: Any) -> None:
    match value:
        case None | "":
            return
        case bool():
            sheet.write_boolean(row, place, value)
        case int() | Decimal():
            sheet.write_number(row, place, value)
        case datetime() | date():
            sheet.write_datetime(row, place, value)
        case _:
            sheet.write_string(row, place, str(value))


def _typed(column: Column, values: Any) -> Any:
    """Numbers, dates and truths as such; everything else as people read it."""
    value = values[column.path] if column.path in column.needs else None
    if isinstance(value, bool | int | Decimal | datetime | date) and column.field is not None:
        return value
    return _plain(column, values)


def _plain(column: Column, values: Any) -> str:
    """Numbers without grouping, dates as ISO, so that they can be read again; else the text."""
    field = column.field
    value = values[column.path] if column.path in column.needs else None
    if field is not None and isinstance(value, Decimal | datetime | date):
        return str(type_of(field).to_json(field, value))
    return column.plain(values)


def _rows(
    unit: Unit, asked: Asked, columns: tuple[Column, ...], among: tuple[str, ...] | None
) -> Iterator[Any]:
    query = replace(
        list_pages.query_of(asked, columns), limit=MOST_ROWS, cursor=None, count="none", among=among
    )
    written = 0
    while True:
        page = reading.find(unit, query)
        for row in page.rows:
            yield row.values
        written += len(page.rows)
        if page.next is None:
            return
        if written >= MOST_RECORDS:
            raise TooLarge(
                "At most {most} records at once. Narrow the list down.", most=MOST_RECORDS
            )
        query = replace(query, cursor=page.next)


def _download(data: bytes, asked: Asked, ending: str, kind: str) -> Response:
    name = f"{asked.object.name}-{asked.view.name}.{ending}"
    response = Response(data, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
