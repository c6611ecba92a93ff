"""Tables of service levels: a clock for each record and target, and the calendars they count by."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Id, Json, Moment, Whole
from .system_tables import metadata

clock = sa.Table(
    "tc_sla_clock",
    metadata,
    sa.Column("record", Id(), primary_key=True),
    sa.Column("target", sa.Text, primary_key=True),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("policy", sa.Text, nullable=False),
    sa.Column("chosen", sa.Text),
    sa.Column("calendar", sa.Text, nullable=False),
    sa.Column("terms", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("started_at", Moment(), nullable=False),
    sa.Column("since", Moment(), nullable=False),
    sa.Column("allowed", Whole(), nullable=False),
    sa.Column("spent", Whole(), nullable=False),
    sa.Column("overdue_at", Moment()),
    sa.Column("stopped_at", Moment()),
    sa.Column("due_at", Moment()),
    sa.Column("risk_at", Moment()),
    sa.Column("fired", Json(), nullable=False),
    sa.Index("ix_tc_sla_clock_due", "object", "target", "due_at"),
    sa.Index("ix_tc_sla_clock_open", "object", "state", "record"),
    sqlite_strict=True,
)
"""``allowed`` and ``spent``: microseconds of business time, what was spent counted up to ``since``.
``chosen``: the value that chose the time allowed. ``calendar``: digest of the one it counts by.
``terms``: digest of all that its policy said of it. ``due_at`` and ``risk_at`` follow from the
others. ``fired``: escalations done."""

calendar = sa.Table(
    "tc_sla_calendar",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("document", Json(), nullable=False),
    sqlite_strict=True,
)
"""Calendars as clocks began to count by them: what is published later does not change the time that
has passed."""
