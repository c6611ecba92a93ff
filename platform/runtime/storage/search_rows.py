"""Writes rows of the search index: with each save, and when it is made anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from . import many
from .columns import Id
from .search_index import among, ids_parameter
from .search_tables import entry, tokens, with_tokens
from .unit_of_work import Unit


def write(
    unit: Unit, object_id: str, entries: Sequence[tuple[str, str]], keep: bool = False
) -> None:
    """Sets the tokens of records, each (id, tokens with spaces between them). ``keep``: known ones
    keep their place in the order instead of becoming the latest. As many statements for many as
    for one."""
    if not entries:
        return
    texts = dict(entries)
    if not unit.is_postgres:
        _write_sqlite(unit, object_id, texts, keep)
        return
    arrays = {
        "records": many.spelled(Id(), list(texts)),
        "texts": many.spelled(sa.Text(), list(texts.values())),
    }
    unit.execute(_REFILL if keep else _FILL, {"of_object": object_id, **arrays})


def remove(unit: Unit, records: Sequence[str]) -> None:
    gone = ids_parameter(unit, records)
    if not unit.is_postgres:
        unit.execute(_FORGET, gone)
    unit.execute(sa.delete(entry).where(among(unit, entry.c.record)), gone)


# SQLite -------------------------------------------------------------------------------------


def _write_sqlite(unit: Unit, object_id: str, texts: Mapping[str, str], keep: bool) -> None:
    """Gives each record its place and its tokens. Not by a trigger: within one, FTS5 writes its
    tokens to the file row by row, which takes five times as long as all of them at once."""
    asked = ids_parameter(unit, list(texts))
    found = unit.execute(_PLACES, asked).all()
    known = {row.record: row.seq for row in found if row.record is not None}
    if known:
        unit.execute(_FORGET, asked)
    fresh = count((found[0].last or 0) + 1)
    places = {id_: known[id_] if keep and id_ in known else next(fresh) for id_ in texts}
    moved = [id_ for id_, place in places.items() if known.get(id_) != place]
    if moved:
        rows: many.Columns = {
            "seq": [places[id_] for id_ in moved],
            "record": moved,
            "object": [object_id] * len(moved),
        }
        many.run(unit, "place", entry, _place, rows)
    written: many.Columns = {"rowid": list(places.values()), "tokens": list(texts.values())}
    many.run(unit, "tokens", tokens, sa.insert, written)


def _among(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    listed = sa.func.json_each(sa.bindparam("_ids", type_=sa.Text)).table_valued("value")
    return column.in_(sa.select(listed.c.value))


def _places() -> sa.Select[Any]:
    """The last place taken, and those of the records asked for."""
    last = sa.select(sa.func.max(entry.c.seq).label("last")).subquery()
    joined = last.outerjoin(entry, _among(entry.c.record))
    return sa.select(last.c.last, entry.c.record, entry.c.seq).select_from(joined)


def _place(table: sa.Table) -> sqlite.Insert:
    insert = sqlite.insert(table)
    moved = {"seq": insert.excluded.seq}
    return insert.on_conflict_do_update(index_elements=[table.c.record], set_=moved)


_PLACES = _places()
_FORGET = sa.delete(tokens).where(
    tokens.c.rowid.in_(sa.select(entry.c.seq).where(_among(entry.c.record)))
)


# PostgreSQL ---------------------------------------------------------------------------------


def _fill(keep: bool) -> sa.Executable:
    """A row per record from two arrays: the same statement however many there are."""
    given = (
        sa.func.unnest(
            sa.cast(sa.bindparam("records", type_=sa.Text), postgresql.ARRAY(Id())),
            sa.cast(sa.bindparam("texts", type_=sa.Text), postgresql.ARRAY(sa.Text)),
        )
        .table_valued("record", "tokens", name="given")
        .render_derived()
    )
    lexemes = sa.func.array_to_tsvector(sa.func.string_to_array(given.c.tokens, " "))
    source = sa.select(sa.bindparam("of_object", type_=sa.Text), given.c.record, lexemes)
    insert = postgresql.insert(with_tokens).from_select(["object", "record", "tokens"], source)
    moved = {"tokens": insert.excluded.tokens}
    if not keep:
        moved["seq"] = insert.excluded.seq
    return insert.on_conflict_do_update(index_elements=[with_tokens.c.record], set_=moved)


_FILL, _REFILL = _fill(keep=False), _fill(keep=True)
