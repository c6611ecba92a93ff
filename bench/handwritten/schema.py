"""The tables, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.types import TypeDecorator

STAGES = {
    "discovery": 10, "qualification": 30, "proposal": 50, "bidding": 60, "negotiation": 70,
    "signing": 90, "won": 100, "lost": 0,
}  # fmt: skip
CLOSED = ("won", "lost")


class Money(TypeDecorator[Decimal]):
    """Numeric on PostgreSQL, whole cents on SQLite."""

    impl = sa.Numeric(16, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        plain = sa.BigInteger() if dialect.name == "sqlite" else sa.Numeric(16, 2)
        return dialect.type_descriptor(plain)

    def bind_processor(self, dialect: Dialect) -> Any:
        if dialect.name != "sqlite":
            return None
        return lambda value: None if value is None else int(value * 100)

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        if dialect.name != "sqlite":
            return None
        return lambda value: None if value is None else Decimal(value).scaleb(-2)


class Moment(TypeDecorator[datetime]):
    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        plain = sa.Text() if dialect.name == "sqlite" else sa.TIMESTAMP(timezone=True)
        return dialect.type_descriptor(plain)

    def bind_processor(self, dialect: Dialect) -> Any:
        if dialect.name != "sqlite":
            return None
        return lambda value: value and value.astimezone(UTC).isoformat()

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        if dialect.name != "sqlite":
            return None
        return lambda value: value and datetime.fromisoformat(value)


Id = sa.Text().with_variant(postgresql.UUID(as_uuid=False), "postgresql")
Words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
Json = sa.Text().with_variant(postgresql.JSONB(), "postgresql")

metadata = sa.MetaData()


def _record(name: str, *columns: sa.SchemaItem) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("id", Id, primary_key=True),
        sa.Column("owner", Id),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", Id, nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("updated_by", Id, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("deleted_at", Moment()),
        *columns,
        sa.Index(f"ix_{name}_owner", "owner", "id"),
    )


user = sa.Table(
    "users",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("sees_all", sa.Boolean, nullable=False),
)
token = sa.Table(
    "tokens",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("user", Id, nullable=False),
)
visibility = sa.Table(
    "visibility",
    metadata,
    sa.Column("viewer", Id, primary_key=True),
    sa.Column("owner", Id, primary_key=True),
)

account = _record(
    "accounts",
    sa.Column("name", Words, nullable=False),
    sa.Column("phone", Words),
    sa.Column("open_pipeline", Money()),
    sa.Column("open_opportunities", sa.Integer),
    sa.Column("won_amount", Money()),
    sa.Column("last_won_on", sa.Date),
)
contact = _record("contacts", sa.Column("name", Words, nullable=False), sa.Column("account", Id))

opportunity = _record(
    "opportunities",
    sa.Column("record_type", sa.Text),
    sa.Column("name", Words, nullable=False),
    sa.Column("account", Id, nullable=False),
    sa.Column("contact", Id),
    sa.Column("type", Words),
    sa.Column("stage", Words, nullable=False),
    sa.Column("amount", Money()),
    sa.Column("amount_currency", Words),
    sa.Column("amount_base", Money()),
    sa.Column("close_date", sa.Date, nullable=False),
    sa.Column("probability", sa.Integer),
    sa.Column("forecast", Words),
    sa.Column("closed_on", sa.Date),
    sa.Column("region", Words),
    sa.Column("source", Words),
    sa.Column("next_step", Words),
    sa.Column("next_step_on", sa.Date),
    sa.Column("need", Words),
    sa.Column("competition", Words),
    sa.Column("lost_reason", Words),
    sa.Column("won_reason", Words),
    sa.Column("close_note", Words),
    sa.Column("bid_decision", Words),
    sa.Column("tender_on", sa.Date),
    sa.Column("forecast_cost", Money()),
    sa.Column("risks", Words),
    sa.Column("lines_total", Money()),
    sa.Column("quoted", Money()),
    sa.Column("cost", Money()),
    sa.Index("ix_opportunities_stage", "stage", "close_date", "id"),
    sa.Index("ix_opportunities_account_stage", "account", "stage", "id"),
    sa.Index("ix_opportunities_account", "account", "id"),
    sa.Index("ix_opportunities_contact", "contact", "id"),
    sa.Index("ix_opportunities_close_date", "close_date", "id"),
    sa.Index("ix_opportunities_closed_on", "closed_on", "id"),
    sa.Index("ix_opportunities_updated_at", "updated_at", "id"),
)

history = sa.Table(
    "history",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("record", Id, nullable=False),
    sa.Column("at", Moment(), nullable=False),
    sa.Column("actor", Id, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("changes", Json, nullable=False),
    sa.Index("ix_history_record", "record", "id"),
)

search = sa.Table(
    "search",
    sa.MetaData(),
    sa.Column("record", postgresql.UUID(as_uuid=False), primary_key=True),
    sa.Column("tokens", postgresql.TSVECTOR, nullable=False),
    sa.Index("ix_search", "tokens", postgresql_using="gin"),
)
"""PostgreSQL's; SQLite has an FTS5 table of the same name beside ``search_rows``."""
SQLITE_SEARCH = (
    "CREATE TABLE search_rows (number INTEGER PRIMARY KEY, record TEXT NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE search USING fts5(tokens, content='', contentless_delete=1, detail=none)",
)


def create(connection: Connection) -> None:
    metadata.create_all(connection)
    if connection.dialect.name == "postgresql":
        search.create(connection)
        return
    for statement in SQLITE_SEARCH:
        connection.exec_driver_sql(statement)


def changes_value(connection: Connection, changes: dict[str, Any]) -> Any:
    """JSON for the history: PostgreSQL takes it as it is."""
    return changes if connection.dialect.name == "postgresql" else json.dumps(changes)
