"""What lies beside records, as rows: comments, tags, files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from . import many
from .system_tables import comment as comments_
from .system_tables import file, tag, tagging
from .unit_of_work import Unit
from .upserts import insert_missing

Row = Mapping[Any, Any]
Place = tuple[datetime, str]
"""A moment and an id: where a page of something ordered by time goes on."""

# Comments -----------------------------------------------------------------------------------


def insert_comment(unit: Unit, object_id: str, record_id: str, body: str) -> str:
    return insert_comments(unit, object_id, {record_id: body})[0]


def insert_comments(unit: Unit, object_id: str, said: Mapping[str, str]) -> list[str]:
    """A comment for each record of an object: id → body. Returns their ids in the same order."""
    rows: list[dict[str, Any]] = [
        {
            "id": unit.new_id(),
            "object": object_id,
            "record": record_id,
            "author": unit.actor.id,
            "at": unit.now,
            "body": body,
        }
        for record_id, body in said.items()
    ]
    many.insert_rows(unit, comments_, rows)
    return [row["id"] for row in rows]


def comment(unit: Unit, comment_id: str) -> Row | None:
    """A comment that has not been deleted; locked, for whoever is about to change it."""
    statement = sa.select(comments_).where(
        comments_.c.id == comment_id, comments_.c.deleted_at.is_(None)
    )
    return unit.execute(statement.with_for_update()).mappings().one_or_none()


def change_comment(unit: Unit, comment_id: str, values: Row) -> None:
    unit.execute(sa.update(comments_).where(comments_.c.id == comment_id).values(dict(values)))


def comments(unit: Unit, record_id: str, limit: int, before: Place | None) -> Sequence[Row]:
    """The comments of a record that have not been deleted, latest first."""
    place = (comments_.c.at, comments_.c.id)
    statement = (
        sa.select(comments_)
        .where(comments_.c.record == record_id, comments_.c.deleted_at.is_(None))
        .order_by(*(column.desc() for column in place))
        .limit(limit)
    )
    if before is not None:
        bounds = [sa.literal(v, c.type) for v, c in zip(before, place, strict=True)]
        statement = statement.where(sa.tuple_(*place) < sa.tuple_(*bounds))
    return unit.execute(statement).mappings().all()


# Tags ---------------------------------------------------------------------------------------


def tags(unit: Unit, text: str, limit: int) -> Sequence[Row]:
    statement = sa.select(tag).order_by(tag.c.group.nulls_first(), tag.c.name).limit(limit)
    for word in text.lower().split():
        statement = statement.where(sa.func.lower(tag.c.name).contains(word, autoescape=True))
    return unit.execute(statement).mappings().all()


def tags_of(unit: Unit, record_ids: Sequence[str]) -> Sequence[Row]:
    """``record`` with each of its tags, by name."""
    statement = (
        sa.select(tagging.c.record, tag)
        .join(tag, tag.c.id == tagging.c.tag)
        .where(tagging.c.record.in_(list(record_ids)))
        .order_by(tag.c.name)
    )
    return unit.execute(statement).mappings().all()


def make_tags(unit: Unit, names: Sequence[str]) -> dict[str, str]:
    """Name → id of these tags, made where they are missing, whoever else makes them too."""
    rows = [{"id": unit.new_id(), "name": name} for name in names]
    insert_missing(unit, tag, rows)
    statement = sa.select(tag.c.name, tag.c.id).where(tag.c.name.in_(list(names)))
    return {row.name: row.id for row in unit.execute(statement)}


def put_tags(unit: Unit, object_id: str, record_ids: Sequence[str], tag_ids: Sequence[str]) -> None:
    rows = [
        {"record": record, "tag": each, "object": object_id}
        for record in record_ids
        for each in tag_ids
    ]
    insert_missing(unit, tagging, rows)


def take_tags(unit: Unit, record_ids: Sequence[str], names: Sequence[str]) -> None:
    named = sa.select(tag.c.id).where(tag.c.name.in_(list(names)))
    statement = sa.delete(tagging).where(
        tagging.c.record.in_(list(record_ids)), tagging.c.tag.in_(named)
    )
    unit.execute(statement)


def change_tag(unit: Unit, tag_id: str, values: Row) -> bool:
    statement = sa.update(tag).where(tag.c.id == tag_id).values(dict(values))
    return unit.execute(statement).rowcount == 1


def delete_tag(unit: Unit, tag_id: str) -> bool:
    unit.execute(sa.delete(tagging).where(tagging.c.tag == tag_id))
    return unit.execute(sa.delete(tag).where(tag.c.id == tag_id)).rowcount == 1


# Files --------------------------------------------------------------------------------------


def insert_file(unit: Unit, values: Row) -> str:
    id_ = unit.new_id()
    row = {"id": id_, "created_at": unit.now, "created_by": unit.actor.id, **values}
    unit.execute(sa.insert(file), row)
    return id_


def file_row(unit: Unit, file_id: str) -> Row | None:
    return unit.execute(sa.select(file).where(file.c.id == file_id)).mappings().one_or_none()


def files_of(unit: Unit, record_id: str) -> Sequence[Row]:
    """What lies beside a record, latest first; values of its fields are not among them."""
    statement = (
        sa.select(file)
        .where(file.c.record == record_id, file.c.field.is_(None))
        .order_by(file.c.created_at.desc(), file.c.id.desc())
    )
    return unit.execute(statement).mappings().all()


def place_file(unit: Unit, file_id: str, place: Row) -> None:
    """Makes an upload the value of a field."""
    statement = sa.update(file).where(file.c.id == file_id, file.c.record.is_(None))
    unit.execute(statement.values(dict(place)))


def delete_file(unit: Unit, file_id: str) -> None:
    unit.execute(sa.delete(file).where(file.c.id == file_id))


def delete_abandoned(unit: Unit, before: datetime) -> int:
    """Forgets uploads that nobody has saved with a record."""
    statement = sa.delete(file).where(file.c.record.is_(None), file.c.created_at < before)
    return unit.execute(statement).rowcount


def used_digests(unit: Unit, among: Sequence[str]) -> set[str]:
    statement = sa.select(file.c.digest).where(file.c.digest.in_(list(among))).distinct()
    return set(unit.execute(statement).scalars())


def names_of_files(unit: Unit, ids: Sequence[str]) -> dict[str, str]:
    statement = sa.select(file.c.id, file.c.name).where(file.c.id.in_(list(ids)))
    return {row.id: row.name for row in unit.execute(statement)}
