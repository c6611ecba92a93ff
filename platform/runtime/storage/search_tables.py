"""The search index: one row per record with its tokens; each database by its own means.

SQLite: ``tc_search`` numbers the records by their last save, and FTS5 holds the tokens under those
numbers, so that a search walks from the latest save backwards and stops when it has enough.
PostgreSQL: one table with a ``tsvector``.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from .columns import Id, Whole


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

tokens = sa.table(
    "tc_search_tokens",
    sa.column("rowid", Whole()),
    sa.column("tokens", sa.Text),
    sa.column("tc_search_tokens"),
)
"""SQLite's full-text table; its hidden column of the same name is what MATCH compares."""

terms = sa.table("tc_search_terms", sa.column("term"))
"""SQLite's list of the tokens there are, each as often as it stands somewhere, in their order."""

TERMS = (
    "CREATE VIRTUAL TABLE temp.tc_search_terms USING fts5vocab(main, tc_search_tokens, instance)"
)
"""Nothing is stored in it, so each connection has its own."""

SQLITE = (
    "CREATE VIRTUAL TABLE tc_search_tokens USING fts5(tokens, content='', contentless_delete=1,"
    " detail=none, tokenize=\"ascii tokenchars '_~^@='\")"
)


def create(connection: Connection) -> None:
    """Makes the index on an empty database."""
    if connection.dialect.name == "postgresql":
        with_tokens.create(connection)
        return
    entry.create(connection)
    connection.exec_driver_sql(SQLITE)
