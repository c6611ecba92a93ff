"""Tables of webhooks: where we call, each call, and addresses under which others call us."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Id, Moment, Truth, Whole
from .system_tables import metadata as metadata  # with these tables in it

webhook = sa.Table(
    "tc_webhook",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("name", sa.Text, nullable=False, index=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("secret", sa.Text, nullable=False),
    sa.Column("former_secret", sa.Text),
    sa.Column("former_until", Moment()),
    sa.Column("is_active", Truth(), nullable=False),
    sa.Column("why_off", sa.Text),
    sa.Column("created_at", Moment(), nullable=False),
    sa.Column("created_by", Id(), nullable=False),
    sqlite_strict=True,
)
"""``name``: what steps call it; several may listen to one name. Secrets are sealed; the former one
signs beside the new one until ``former_until``."""

delivery = sa.Table(
    "tc_delivery",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("webhook", Id(), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("object", sa.Text),
    sa.Column("record", Id()),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("status", Whole()),
    sa.Column("error", sa.Text),
    sa.Column("attempts", Whole(), nullable=False),
    sa.Column("created_at", Moment(), nullable=False),
    sa.Column("sent_at", Moment()),
    sa.Index("ix_tc_delivery_webhook", "webhook", "id"),
    sqlite_strict=True,
)
"""One call of one webhook. ``id`` is the ``webhook-id`` of every try, ``body`` the very text."""

hook = sa.Table(
    "tc_hook",
    metadata,
    sa.Column("automation", sa.Text, primary_key=True),
    sa.Column("token", sa.Text, nullable=False, unique=True),
    sa.Column("secret", sa.Text),
    sa.Column("created_at", Moment(), nullable=False),
    sa.Column("created_by", Id(), nullable=False),
    sqlite_strict=True,
)
"""The address of an automation that waits for a webhook: the digest of its token, and the sealed
secret others sign with, where they do."""
