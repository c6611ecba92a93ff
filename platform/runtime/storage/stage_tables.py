"""The table of measured time: when a record came to which stage of its path."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Id, Moment
from .system_tables import metadata

visit = sa.Table(
    "tc_stage_visit",
    metadata,
    sa.Column("record", Id(), primary_key=True),
    sa.Column("id", Id(), primary_key=True),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("stage", sa.Text),
    sa.Column("since", Moment(), nullable=False),
    sa.Column("by", Id(), nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""One row for each time a record came to a stage (None: to none); it was there until the next.
``stage`` is the id of the option, so a renamed stage keeps its time."""
