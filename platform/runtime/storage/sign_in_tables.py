"""Tables of signing in: second steps, recovery codes, links that work once, linked accounts."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Id, Json, Moment, Whole
from .system_tables import metadata as metadata  # with these tables in it

second_step = sa.Table(
    "tc_second_step",
    metadata,
    sa.Column("user", Id(), sa.ForeignKey("tc_user.id"), primary_key=True),
    sa.Column("salt", sa.Text, nullable=False),
    sa.Column("last_step", Whole(), nullable=False),
    sa.Column("created_at", Moment(), nullable=False),
    sqlite_strict=True,
)
"""Whose sign-in asks for a code. The authenticator's key follows from ``salt`` and the secret of
the installation, so the database alone makes no codes. ``last_step``: the half minute whose code
was used last; neither it nor an earlier one is taken again."""

recovery_code = sa.Table(
    "tc_recovery_code",
    metadata,
    sa.Column("user", Id(), sa.ForeignKey("tc_user.id"), primary_key=True),
    sa.Column("hash", sa.Text, primary_key=True),
    sqlite_strict=True,
)

one_time = sa.Table(
    "tc_one_time",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("user", Id(), sa.ForeignKey("tc_user.id"), index=True),
    sa.Column("data", Json(), nullable=False),
    sa.Column("created_at", Moment(), nullable=False),
    sa.Column("expires_at", Moment(), nullable=False),
    sqlite_strict=True,
)
"""Secrets that open one thing once: links by mail, the way between password and code."""

linked_account = sa.Table(
    "tc_linked_account",
    metadata,
    sa.Column("issuer", sa.Text, primary_key=True),
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("user", Id(), sa.ForeignKey("tc_user.id"), nullable=False, index=True),
    sa.Column("created_at", Moment(), nullable=False),
    sqlite_strict=True,
)
"""Who somebody is at a provider of single sign-on."""
