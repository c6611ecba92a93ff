"""The customer's own layer as rows: read with the packages, written with a publication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ...metadata.customer import LAYER, layer_of
from ...metadata.sources import PackageSource, SourceDocument
from .layer_tables import layer
from .system_tables import publication, user
from .unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Published:
    """One publication; ``by``: the name of whoever made it, ``own``: whether it was of the layer
    alone."""

    version: int
    at: datetime
    by: str | None
    reason: str
    own: bool


def load(connection: Connection) -> PackageSource:
    found = connection.execute(sa.select(layer.c.document).order_by(layer.c.kind, layer.c.name))
    return layer_of([_source(row.document) for row in found])


def write(unit: Unit, documents: Sequence[SourceDocument]) -> None:
    """Makes the layer say ``documents``; what said the same before keeps its author and time."""
    before = {(d.kind, d.name): d for d in load(unit.connection).documents}
    after = {(d.kind, d.name): d for d in documents}
    for kind, name in before:
        if after.get((kind, name)) != before[kind, name]:
            here = sa.and_(layer.c.kind == kind, layer.c.name == name)
            unit.execute(sa.delete(layer).where(here))
    fresh = [each for key, each in after.items() if before.get(key) != each]
    rows = [
        {
            "kind": each.kind,
            "name": each.name,
            "document": document_of(each),
            "by": unit.actor.id,
            "at": unit.now,
        }
        for each in fresh
    ]
    if rows:
        unit.execute(sa.insert(layer), rows)


def document_of(source: SourceDocument) -> dict[str, Any]:
    return {
        "kind": source.kind,
        "name": source.name,
        "file": source.file,
        "extends": source.extends,
        "content": source.content,
    }


def _source(document: Mapping[str, Any]) -> SourceDocument:
    return SourceDocument(**document)


def publications(unit: Unit, limit: int) -> tuple[Published, ...]:
    """The latest publications, newest first."""
    p = publication.c
    columns = (p.version, p.at, p.reason, p.own, user.c.name.label("by"))
    statement = (
        sa.select(*columns)
        .select_from(publication.outerjoin(user, user.c.id == p.by))
        .order_by(p.version.desc())
        .limit(limit)
    )
    return tuple(Published(**row) for row in unit.execute(statement).mappings())


def as_of(unit: Unit, version: int) -> PackageSource | None:
    """The layer as a publication left it; None: there is no such publication."""
    statement = sa.select(publication.c.packages).where(publication.c.version == version)
    kept = unit.execute(statement).scalar_one_or_none()
    if kept is None:
        return None
    return PackageSource.from_documents(kept[LAYER]) if LAYER in kept else layer_of()
