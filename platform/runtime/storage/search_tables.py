"""The search index: one row per record with its tokens; each database by its own means.

SQLite: ``tc_search`` numbers the records by their last save, and FTS5 holds the tokens under those
numbers, so that a search walks from the latest save backwards and stops when it has enough. One
view with triggers takes both in a single statement. PostgreSQL: one table with a ``tsvector``.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from .columns import Id, Truth, Whole


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("seq", Whole(), sa.Identity(), primary_key=True),
        sa.Column("object", sa.Text, nullable=False),
        sa.Column("record", Id(), nullable=False, unique=True),
    ]


entry = sa.Table("tc_search", sa.MetaData(), *_columns(), sqlite_strict=True)
"""``seq`` rises with every save; ``object`` is the object's id."""

with_tokens = sa.Table(
    "tc_search",
    sa.MetaData(),
    *_columns(),
    sa.Column("tokens", postgresql.TSVECTOR, nullable=False),
    sa.Index(
        "ix_tc_search_tokens",
        "tokens",
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 512},
    ),
)
"""``tc_search`` as it is on PostgreSQL. Fresh rows wait in a short list (kilobytes) until enough of
them can enter the index together: three times the saves, and no search reads a long list."""

tokens = sa.table("tc_search_tokens", sa.column("rowid", Whole()), sa.column("tc_search_tokens"))
"""SQLite's full-text table; its hidden column of the same name is what MATCH compares."""

door = sa.table(
    "tc_search_door",
    sa.column("object"),
    sa.column("record", Id()),
    sa.column("tokens"),
    sa.column("keep", Truth()),
)
"""SQLite's view to write through. ``keep``: the record stays where it is in the order."""

SQLITE = (
    "CREATE VIRTUAL TABLE tc_search_tokens USING fts5(tokens, content='', contentless_delete=1,"
    " detail=none, tokenize=\"ascii tokenchars '_~^@='\")",
    "CREATE VIEW tc_search_door AS SELECT object, record, '' AS tokens, 0 AS keep FROM tc_search",
    """CREATE TRIGGER tc_search_in INSTEAD OF INSERT ON tc_search_door BEGIN
      DELETE FROM tc_search_tokens
        WHERE rowid = (SELECT seq FROM tc_search WHERE record = NEW.record);
      INSERT INTO tc_search (seq, object, record)
        SELECT coalesce(max(seq), 0) + 1, NEW.object, NEW.record FROM tc_search WHERE true
        ON CONFLICT (record) DO UPDATE SET seq = iif(NEW.keep, seq, excluded.seq);
      INSERT INTO tc_search_tokens (rowid, tokens)
        SELECT seq, NEW.tokens FROM tc_search WHERE record = NEW.record;
    END""",
    """CREATE TRIGGER tc_search_out INSTEAD OF DELETE ON tc_search_door BEGIN
      DELETE FROM tc_search_tokens
        WHERE rowid = (SELECT seq FROM tc_search WHERE record = OLD.record);
      DELETE FROM tc_search WHERE record = OLD.record;
    END""",
)


def create(connection: Connection) -> None:
    """Makes the index on an empty database."""
    if connection.dialect.name == "postgresql":
        with_tokens.create(connection)
        return
    entry.create(connection)
    for statement in SQLITE:
        connection.exec_driver_sql(statement)
