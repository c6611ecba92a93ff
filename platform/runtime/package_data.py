"""Rows that packages bring: reference data with every install, demo data on request.

They take the ordinary save path, as the system. A row is known again by its key, so an upgrade
neither doubles rows nor (unless the package says "replace") undoes what people changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from ..errors import DefinitionsInvalid, Problem, RecordInvalid
from ..metadata.definitions import EMPTY, Field, Object
from ..metadata.sources import DataFile, PackageSource
from . import principals, saving
from .row_order import CASES, SHARES, Row, chunks, place
from .storage import groups, package_keys, share_rows
from .storage.package_keys import Known
from .storage.people import actor_of, create_person, rebuild_visibility, touch_rights
from .storage.unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Loaded:
    created: int = 0
    replaced: int = 0
    kept: int = 0


class _Loading:
    """One package's rows on their way in."""

    def __init__(self, unit: Unit, package: str) -> None:
        self.unit, self.package = unit, package
        self.known: dict[str, Known] = package_keys.known(unit, package)
        self.created = self.replaced = self.kept = 0
        self.later: list[tuple[str, str, dict[str, Any]]] = []
        self.members: dict[str, Sequence[str]] = {}
        """People of the package → the branches they belong to, by key."""

    # Rows -----------------------------------------------------------------------------------

    def load(self, file: DataFile) -> None:
        fresh = [row for row in file.rows if row["key"] not in self.known]
        old = [row for row in file.rows if row["key"] in self.known]
        if file.object == "user":
            self._people(fresh, file.demo)
        elif file.object in (SHARES, CASES):
            put = self._share if file.object == SHARES else self._submit
            put(fresh, file.demo)
            return
        else:
            self._create(file, fresh)
        self._replace(file, old)

    def _create(self, file: DataFile, rows: Sequence[Row]) -> None:
        obj = self.unit.catalog.object(file.object)
        for chunk in chunks(obj, rows):
            raws = [self._raw(obj, row, file) for row in chunk]
            try:
                ids = saving.create_many(self.unit, obj.name, raws)
            except RecordInvalid as error:
                raise _said(error, file, chunk) from error
            self._remember(file, list(zip(chunk, ids, strict=True)))
            self.created += len(ids)

    def _replace(self, file: DataFile, rows: Sequence[Row]) -> None:
        for row in rows:
            known = self.known[row["key"]]
            if file.on_upgrade != "replace" or known.digest == _digest(row):
                self.kept += 1
                continue
            obj = self.unit.catalog.object(file.object)
            saving.update(self.unit, obj.name, known.record, self._raw(obj, row, file))
            package_keys.touch(self.unit, self.package, row["key"], _digest(row))
            self.replaced += 1

    def _people(self, rows: Sequence[Row], demo: bool) -> None:
        """Bosses before those who report to them; without a password nobody can log in yet."""
        for row in rows:
            manager = self.known.get(str(row.get("manager")))
            id_ = create_person(self.unit, row, manager.record if manager else None)
            self._know(row, "user", id_, demo)
            self.created += 1
            if row.get("branches"):
                self.members[id_] = row["branches"]
        rebuild_visibility(self.unit.connection, self.unit.catalog)

    def _share(self, rows: Sequence[Row], demo: bool) -> None:
        """Records of the package, opened to people of the package by who owns them."""
        for row in rows:
            record, person = self.known[row["record"]], self.known[row["user"]]
            obj = self.unit.catalog.object(record.object)
            to = principals.person(person.record)
            values = {"level": row.get("level", "read"), "team_role": row.get("team_role")}
            share_rows.put(self.unit, obj, record.record, to, values)
            self._know(row, SHARES, record.record, demo)
            self.created += 1

    def _submit(self, rows: Sequence[Row], demo: bool) -> None:
        """Records of the package, put into approval by people of the package."""
        submit = self.unit.hooks.submit
        assert submit is not None
        for row in rows:
            record, person = self.known[row["record"]], self.known[row["by"]]
            unit = replace(self.unit, actor=actor_of(self.unit, person.record))
            case = submit(unit, record.object, record.record, row.get("approval"))
            self._know(row, CASES, case, demo)
            self.created += 1

    def finish(self) -> None:
        """Pointers to rows that came later, and the branches of the people."""
        waiting: dict[str, dict[str, dict[str, Any]]] = {}
        for object_name, key, raw in self.later:
            fields = self.unit.catalog.object(object_name).by_name
            pointers = {name: self._pointer(fields.get(name), v) for name, v in raw.items()}
            record = self.known[key].record
            waiting.setdefault(object_name, {}).setdefault(record, {}).update(pointers)
        for object_name, changes in waiting.items():
            wanted = [(id_, raw, None) for id_, raw in changes.items()]
            saving.update_many(self.unit, object_name, wanted)
        for person, keys in self.members.items():
            branches = {self._point(key): self.known[key].object for key in keys}
            groups.set_memberships(self.unit, person, branches)
        if self.members:
            touch_rights(self.unit.connection)

    # Values ---------------------------------------------------------------------------------

    def _raw(self, obj: Object, row: Row, file: DataFile) -> dict[str, Any]:
        raw: dict[str, Any] = {}
        for name, value in row.items():
            if name == "key":
                continue
            field = obj.by_name.get(name)
            if _points(field, name):
                self._put_pointer(raw, obj, row["key"], name, value, field)
            elif name == "created_at":
                raw[name] = self._past(self._dated(value))
            else:
                raw[name] = self._in_language(row["key"], name, self._dated(value))
        return raw

    def _in_language(self, key: str, name: str, value: Any) -> Any:
        """The value in the workspace's first language, where the package translates it."""
        texts = self.unit.catalog.translations.get(self.unit.settings.languages[0], EMPTY)
        return texts.get(f"{self.package}:data/{key}.{name}", value)

    def _put_pointer(
        self, raw: dict[str, Any], obj: Object, key: str, name: str, value: Any, field: Field | None
    ) -> None:
        keys = value if isinstance(value, list) else [value]
        if any(str(each) not in self.known for each in keys):
            self.later.append((obj.name, key, {name: value}))
            return
        raw[name] = self._pointer(field, value)

    def _pointer(self, field: Field | None, value: Any) -> Any:
        """The id of the row with that key, with its object where there are several to choose."""
        id_ = self._point(value)
        several = field is not None and len(field.targets) > 1 and not isinstance(value, list)
        return {"object": self.known[str(value)].object, "id": id_} if several else id_

    def _point(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._point(each) for each in value]
        known = self.known.get(str(value))
        if known is None:
            problem = Problem(self.package, "", "No row has the key {key}.", {"key": str(value)})
            raise DefinitionsInvalid([problem])
        return known.record

    def _dated(self, value: Any) -> Any:
        """``{"today": -40, "at": "09:30"}``, ``{"now": -90}`` as of the installation; the first
        day of a quarter: ``{"quarter": -1}``."""
        match value:
            case {"today": int(days), "at": str(clock)}:
                return self._day(days, clock).isoformat()
            case {"today": int(days)}:
                return self._day(days, "00:00").date().isoformat()
            case {"now": int(minutes)}:
                return (self.unit.now + timedelta(minutes=minutes)).isoformat()
            case {"quarter": int(quarters)}:
                return self._quarter(quarters).isoformat()
            case _:
                return value

    def _past(self, moment: str) -> str:
        """Nothing was made later than now: ``today 14:00``, installed in the morning, is now."""
        written = datetime.fromisoformat(moment)
        return min(written, self.unit.now).isoformat() if written.tzinfo else moment

    def _day(self, days: int, clock: str) -> datetime:
        zone = self.unit.settings.zone_info
        day = self.unit.now.astimezone(zone).date() + timedelta(days=days)
        return datetime.combine(day, time.fromisoformat(clock), zone)

    def _quarter(self, quarters: int) -> date:
        today = self._day(0, "00:00")
        years, quarter = divmod((today.month - 1) // 3 + quarters, 4)
        return date(today.year + years, quarter * 3 + 1, 1)

    # Keys -----------------------------------------------------------------------------------

    def _remember(self, file: DataFile, pairs: Sequence[tuple[Row, str]]) -> None:
        rows = [
            (row["key"], Known(file.object, id_, _digest(row)), file.demo) for row, id_ in pairs
        ]
        package_keys.remember(self.unit, self.package, rows)
        self.known |= {key: known for key, known, _ in rows}

    def _know(self, row: Row, object_name: str, id_: str, demo: bool) -> None:
        known = Known(object_name, id_, _digest(row))
        package_keys.remember(self.unit, self.package, [(row["key"], known, demo)])
        self.known[row["key"]] = known


def load_rows(
    unit: Unit,
    sources: Sequence[PackageSource],
    demo: bool,
    told: Callable[[str, int, int], None],
) -> Loaded:
    """Loads the rows of ``sources``, those that are pointed to first."""
    created = replaced = kept = 0
    for source in sources:
        files = [f for f in source.data if demo or not f.demo]
        total, done = sum(len(f.rows) for f in files), 0
        loading = _Loading(unit, source.name)
        for file in sorted(files, key=place(unit, files)):
            told("Adding the data", done, total)
            if file.object != CASES:
                loading.load(file)
            done += len(file.rows)
        loading.finish()
        for file in files:
            if file.object == CASES:
                loading.load(file)
        if demo and any(f.demo for f in files):
            package_keys.mark_demo(unit, source.name)
        told("Adding the data", total, total)
        created += loading.created
        replaced += loading.replaced
        kept += loading.kept
    return Loaded(created, replaced, kept)


def _points(field: Field | None, name: str) -> bool:
    if field is None:
        return name in ("owner", "created_by")
    return bool(field.targets) or field.type in ("user", "multi_user")


def _digest(row: Row) -> str:
    text = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _said(error: RecordInvalid, file: DataFile, rows: Sequence[Row]) -> DefinitionsInvalid:
    """The mistakes of rows as problems of their file."""
    return DefinitionsInvalid(
        Problem(
            file.file,
            f"/{rows[int(p.data.get('row', 0))]['key']}/{p.field or ''}",
            p.message,
            p.data,
        )
        for p in error.problems
    )
