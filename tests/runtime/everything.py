"""One object with a field of every type, in a real database, filled from the table of samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from tests.builders import a_field, a_package, an_object
from tests.metadata.field_types.asking import CONTEXT, ONE, TWO, parsed
from tests.metadata.field_types.samples import SAMPLES, Sample
from tests.runtime.shop import Shop
from typecase.metadata.sources import PackageSource
from typecase.runtime import files, reading, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.file_store import store
from typecase.runtime.queries import Query, Record

STORED = tuple(sample for sample in SAMPLES if sample.good)
RECORDS = 1 + max(len(sample.good) for sample in STORED)
"""The last one has nothing in any of these fields."""


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(24)


def name_of(sample: Sample) -> str:
    return f"f_{sample}"


def document(sample: Sample) -> dict[str, Any]:
    """The field as a package's file says it."""
    field = sample.field
    said: dict[str, Any] = dict(field.settings)
    if field.options:
        said["options"] = [
            {"name": o.name, "label": o.label, **({"was": list(o.was)} if o.was else {})}
            for o in field.options
        ]
    if field.targets:
        said["target"] = field.targets[0] if len(field.targets) == 1 else list(field.targets)
    if field.type == "master":
        said["related"] = {"name": "things", "label": "Things"}
    return a_field(name_of(sample), field.type, **said)


def package() -> PackageSource:
    return a_package(
        an_object("account", owner="none"),
        an_object("contact", owner="none"),
        an_object("thing", *map(document, STORED), owner="parent"),
    )


class Everything(Shop):
    """``ids`` of the records, ``values`` of each: what parsing its raw values gives."""

    def __init__(self, database: str, folder: Path) -> None:
        self.open(database, folder, package())
        self.people = [self.person(login, None).id for login in ("mia", "tom")]
        self.targets = {
            name: [self._make(name, {"name": f"{name} {i}"}) for i in (1, 2)]
            for name in ("account", "contact")
        }
        self.files = {type_: self._upload(folder) for type_ in ("file", "image")}
        with self.workspace.read(SYSTEM) as unit:
            self.context = replace(CONTEXT, zone=unit.zone)
        raws = [self._raw(i) for i in range(RECORDS)]
        self.values = [self._parsed(raw) for raw in raws]
        self.ids = [self._make("thing", {"name": str(i), **raw}) for i, raw in enumerate(raws)]

    def _make(self, object_name: str, raw: Mapping[str, Any]) -> str:
        return self.workspace.run(SYSTEM, lambda unit: saving.create(unit, object_name, raw))

    def _upload(self, folder: Path) -> str:
        stored = store(folder / "files", BytesIO(PICTURE), "dot.png")
        return self.workspace.run(SYSTEM, lambda unit: files.upload(unit, stored))

    def _raw(self, record: int) -> dict[str, Any]:
        return {
            name_of(sample): self.real(sample, sample.good[record])
            for sample in STORED
            if record < len(sample.good)
        }

    def real(self, sample: Sample, raw: Any) -> Any:
        """The raw value with ids of records that are there."""
        if sample.field.type in ("user", "multi_user"):
            return _replaced(raw, self.people)
        if sample.field.type in self.files:
            return self.files[sample.field.type]
        if not sample.field.targets:
            return raw
        named = next((n for n in ("contact", "account") if n in str(raw)), "account")
        return _replaced(raw, self.targets[named])

    def _parsed(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name_of(s): parsed(s.field, raw[name_of(s)], self.context)
            for s in STORED
            if name_of(s) in raw
        }

    def record(self, number: int) -> Record:
        id_ = self.ids[number]
        return self.workspace.look(SYSTEM, lambda unit: reading.get(unit, "thing", id_))

    def change(self, number: int, raw: Mapping[str, Any]) -> None:
        id_ = self.ids[number]
        self.workspace.run(SYSTEM, lambda unit: saving.update(unit, "thing", id_, raw))

    def found(self, query: Query) -> list[str]:
        """The ids that a query finds, in its order."""
        page = self.workspace.look(SYSTEM, lambda unit: reading.find(unit, query))
        return [row.id for row in page.rows]


def _replaced(raw: Any, ids: list[str]) -> Any:
    match raw:
        case str():
            lower = raw.lower().replace(ONE, ids[0]).replace(TWO, ids[1])
            return lower.upper() if raw.isupper() else lower
        case list():
            return [_replaced(each, ids) for each in raw]
        case dict():
            return {key: _replaced(each, ids) for key, each in raw.items()}
    return raw
