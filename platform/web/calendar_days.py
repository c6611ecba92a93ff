"""Days and hours as people type and paste them, and what is wrong with them, line by line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Any

from ..errors import FieldProblem
from ..metadata.calendars import MIDNIGHT

DAY_LABELS = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday",
    "sat": "Saturday", "sun": "Sunday",
}  # fmt: skip
MOST_DAYS = 1_000
LONGEST_NAME = 80
DATE = r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?"
TO = r"\s*(?:-|–|—|~|〜|\.\.+|to|至|到)\s*"
LINE = re.compile(rf"{DATE}(?:{TO}{DATE})?(?:[\s,;:、|]+([^\s–—~-].*)?|([^\d\s–—~-].*))?", re.ASCII)
SPAN = re.compile(rf"(\d{{1,2}}):(\d{{2}}){TO}(\d{{1,2}}):(\d{{2}})", re.ASCII)
BETWEEN = re.compile(r"[\s,;、]*")
NAMES = re.compile(r"[,;\t|]")
PLAIN = str.maketrans("０１２３４５６７８９，；：～－／．", "0123456789,;:~-/.")
"""Signs as a Chinese keyboard writes them."""


@dataclass(frozen=True, slots=True)
class Day:
    """A holiday or a day of work as it is typed. ``label`` and ``other``: what it is called, in the
    calendar's language and in the second one."""

    first: str = ""
    last: str = ""
    label: str = ""
    other: str = ""
    yearly: bool = False
    hours: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.first or self.last or self.label or self.other or self.hours)


@dataclass
class Told:
    """Everything that is wrong, in the order it was found."""

    problems: list[FieldProblem] = field(default_factory=list)

    def add(self, name: str, message: str, **data: Any) -> None:
        self.problems.append(FieldProblem(name, "unknown", message, data))


def pasted(text: str, name: str, told: Told) -> tuple[Day, ...]:
    """The days of lines such as ``2026-10-01 – 2026-10-07, National Day, 国庆节``. ``told`` hears
    of each line that is none."""
    found: dict[str, Day] = {}
    lines = text.splitlines()
    if len(lines) > MOST_DAYS:
        told.add(name, "These are more than {most} lines.", most=MOST_DAYS)
        return ()
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        day = _line(line, number, name, told)
        if day is not None and day.first in found:
            told.add(name, "Line {line}: {day} is there twice.", line=number, day=day.first)
        elif day is not None:
            found[day.first] = day
    return tuple(found.values())


def _line(line: str, number: int, name: str, told: Told) -> Day | None:
    match = LINE.fullmatch(line.translate(PLAIN).strip())
    if match is None:
        message = "Line {line}: “{text}” does not begin with a day such as 2026-10-01."
        told.add(name, message, line=number, text=line.strip()[:LONGEST_NAME])
        return None
    first, last = "-".join(match.group(1, 2, 3)), match[4] and "-".join(match.group(4, 5, 6))
    days = [_iso(text) for text in (first, last) if text]
    if None in days:
        wrong = first if days[0] is None else last
        told.add(name, "Line {line}: {day}: there is no such day.", line=number, day=wrong)
        return None
    names = [each.strip() for each in NAMES.split(match[7] or match[8] or "") if each.strip()]
    if len(names) > 2:
        message = "Line {line}: a day has two names at most, one for each language."
        told.add(name, message, line=number)
        return None
    if any(len(each) > LONGEST_NAME or not each.isprintable() for each in names):
        message = "Line {line}: a name has at most {most} characters, all of them visible."
        told.add(name, message, line=number, most=LONGEST_NAME)
        return None
    if str(days[-1]) < str(days[0]):
        told.add(name, "Line {line}: it ends before it begins.", line=number)
        return None
    label, other = [*names, "", ""][:2]
    return Day(str(days[0]), str(days[1]) if len(days) > 1 else "", label, other)


def _iso(text: str) -> str | None:
    """``2026-1-5`` as a day there is."""
    try:
        year, month, day = map(int, text.split("-"))
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def merged(days: Sequence[Day], fresh: Iterable[Day]) -> tuple[Day, ...]:
    """Days in their order, with those that were pasted: one that is there already is called and
    lasts as the line says."""
    found = [each for each in days if not each.is_blank]
    for each in fresh:
        at = next((n for n, day in enumerate(found) if day.first == each.first), len(found))
        known = found[at] if at < len(found) else each
        named = replace(known, label=each.label or known.label, other=each.other or known.other)
        found[at : at + 1] = [replace(named, last=each.last)]
    return tuple(sorted(found, key=lambda each: each.first))


def documents(days: Iterable[Day], name: str, told: Told) -> list[dict[str, Any]]:
    """The days as a definition says them."""
    found: dict[str, dict[str, Any]] = {}
    for day in days:
        if day.is_blank:
            continue
        if not day.first:
            told.add(name, "“{text}” has no day.", text=day.label or day.other or day.last)
        elif _iso(day.first) != day.first or (day.last and _iso(day.last) != day.last):
            wrong = day.first if _iso(day.first) != day.first else day.last
            told.add(name, "{day}: there is no such day.", day=wrong)
        elif day.last and day.last < day.first:
            told.add(name, "{day}: it ends before it begins.", day=day.first)
        elif day.first in found:
            told.add(name, "{day} is there twice.", day=day.first)
        elif not all(len(t) <= LONGEST_NAME and t.isprintable() for t in (day.label, day.other)):
            message = "{day}: a name has at most {most} characters, all of them visible."
            told.add(name, message, day=day.first, most=LONGEST_NAME)
        else:
            found[day.first] = _document(day, name, told)
    if len(found) > MOST_DAYS:
        told.add(name, "These are more than {most} days.", most=MOST_DAYS)
    return list(found.values())


def _document(day: Day, name: str, told: Told) -> dict[str, Any]:
    said: dict[str, Any] = {"date": day.first}
    if day.last and day.last != day.first:
        said["to"] = day.last
    if day.label or day.other:
        said["label"] = day.label or day.other
    if day.yearly:
        said["yearly"] = True
    if day.hours:
        said["hours"] = spans(day.hours, day.first, name, told)
    return said


# Hours ---------------------------------------------------------------------------------------


def spans(text: str, where: str, name: str, told: Told) -> list[list[str]]:
    """``09:00–12:00, 13:00–18:00`` as spans; ``where``: the day, to be named when it makes no
    sense."""
    plain = text.translate(PLAIN).strip()
    found = list(SPAN.finditer(plain))
    left = BETWEEN.sub("", SPAN.sub("", plain))
    times = [tuple(map(int, each.groups())) for each in found]
    if left or (plain and not found) or not all(_are_times(each) for each in times):
        message = "{day}: write hours as 09:00–12:00, 13:00–18:00; a night shift as 22:00–06:00."
        told.add(name, message, day=where)
        return []
    if _overlap(times):
        told.add(name, "{day}: its hours overlap.", day=where)
    return [[f"{a:02}:{b:02}", f"{c:02}:{d:02}"] for a, b, c, d in times]


def spelled(hours: Iterable[Sequence[str]]) -> str:
    return ", ".join(f"{start}–{end}" for start, end in hours)


def _are_times(times: Sequence[int]) -> bool:
    hours, minutes = times[::2], times[1::2]
    return all(
        (h < 24 and m < 60) or (h, m) == (24, 0) for h, m in zip(hours, minutes, strict=True)
    )


def _overlap(times: Iterable[Sequence[int]]) -> bool:
    return any(end > start for (_, end), (start, _) in pairwise(sorted(_minutes(times))))


def _minutes(times: Iterable[Sequence[int]]) -> Iterator[tuple[int, int]]:
    for a, b, c, d in times:
        start, end = a * 60 + b, c * 60 + d
        yield start, end if end > start else end + MIDNIGHT
