"""The customer's own layer: what administrators made or changed, a row for each document."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Id, Json, Moment
from .system_tables import metadata

layer = sa.Table(
    "tc_layer",
    metadata,
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("document", Json(), nullable=False),
    sa.Column("by", Id(), nullable=False),
    sa.Column("at", Moment(), nullable=False),
    sqlite_strict=True,
)
"""``name``: of the object or thing, empty for the kinds with one file; ``by``, ``at``: who said
it last, and when. What it said before is kept by the publications."""
