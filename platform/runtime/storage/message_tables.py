"""Tables of messages: what was to go to whom and what became of it, accounts, who wants none."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Id, Json, Moment, Truth, Whole
from .system_tables import metadata as metadata  # with these tables in it

message = sa.Table(
    "tc_message",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("template", sa.Text),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("object", sa.Text),
    sa.Column("record", Id()),
    sa.Column("person", Id()),
    sa.Column("address", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("subject", sa.Text),
    sa.Column("text", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("attempts", Whole(), nullable=False),
    sa.Column("because", sa.Text),
    sa.Column("reader", Id(), nullable=False),
    sa.Column("sender", Id(), nullable=False),
    sa.Column("mailing", Id()),
    sa.Column("parts", Whole()),
    sa.Column("reference", sa.Text),
    sa.Column("created_at", Moment(), nullable=False),
    sa.Column("sent_at", Moment()),
    sa.Index("ix_tc_message_state", "state", "id"),
    sa.Index("ix_tc_message_record", "record", "id"),
    sa.Index("ix_tc_message_mailing", "mailing", "state", "id"),
    sqlite_strict=True,
)
"""One message to one recipient. ``person``: somebody of ours, whose address and language are asked
when it leaves; else ``address``. ``reader``: with whose rights the record is read. ``text``: where
there is no template. ``id`` is in the Message-ID, so whoever gets it twice can tell.
``parts``: of a text message; ``reference``: what the gateway calls it."""

account = sa.Table(
    "tc_account",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("settings", Json(), nullable=False),
    sa.Column("secrets", sa.Text),
    sa.Column("changed_at", Moment(), nullable=False),
    sa.Column("changed_by", Id(), nullable=False),
    sa.Column("tested_at", Moment()),
    sa.Column("error", sa.Text),
    sqlite_strict=True,
)
"""The account at a provider, by kind: ``email``, ``sms``. ``secrets``: sealed."""

suppression = sa.Table(
    "tc_suppression",
    metadata,
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", Moment(), nullable=False),
    sqlite_strict=True,
)
"""Addresses, in small letters, that want no marketing."""

mailing = sa.Table(
    "tc_mailing",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("records", Json(), nullable=False),
    sa.Column("campaign", Id()),
    sa.Column("campaign_object", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("sender", Id(), nullable=False),
    sa.Column("created_at", Moment(), nullable=False),
    sa.Column("due_at", Moment(), nullable=False),
    sa.Column("total", Whole(), nullable=False),
    sqlite_strict=True,
)
"""One template to many records. ``field``: which holds the address."""

notice_choice = sa.Table(
    "tc_notice_choice",
    metadata,
    sa.Column("person", Id(), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("bell", Truth(), nullable=False),
    sa.Column("mail", Truth(), nullable=False),
    sa.Column("sms", Truth(), nullable=False),
    sqlite_strict=True,
)
"""How somebody wants to be told of one kind of thing; without a row: by the bell alone."""
