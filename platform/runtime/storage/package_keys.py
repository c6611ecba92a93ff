"""Which record each row of package data became."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from .system_tables import package, package_key
from .unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Known:
    object: str
    record: str
    digest: str


def known(unit: Unit, package_name: str) -> dict[str, Known]:
    """Key → record, for everything the package (and those before it) brought."""
    rows = unit.execute(sa.select(package_key))
    found = sorted(rows, key=lambda row: row.package == package_name)
    return {row.key: Known(row.object, row.record, row.digest) for row in found}


def remember(unit: Unit, package_name: str, rows: Sequence[tuple[str, Known, bool]]) -> None:
    values = [
        {
            "package": package_name,
            "key": key,
            "object": each.object,
            "record": each.record,
            "demo": demo,
            "digest": each.digest,
        }
        for key, each, demo in rows
    ]
    if values:
        unit.execute(sa.insert(package_key), values)


def touch(unit: Unit, package_name: str, key: str, digest: str) -> None:
    mine = (package_key.c.package == package_name) & (package_key.c.key == key)
    unit.execute(sa.update(package_key).where(mine).values(digest=digest))


def mark_demo(unit: Unit, package_name: str) -> None:
    unit.execute(sa.update(package).where(package.c.name == package_name).values(demo=True))
