"""Tables of approvals: cases, what is asked of whom, what happened, who may read meanwhile."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Day, Id, Json, Moment, Truth, Whole
from .system_tables import metadata

graph = sa.Table(
    "tc_case_graph",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("document", Json(), nullable=False),
    sqlite_strict=True,
)
"""Graphs as cases began with them: what is published later does not reach into running cases."""

case = sa.Table(
    "tc_case",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("record", Id(), nullable=False),
    sa.Column("approval", sa.Text, nullable=False),
    sa.Column("graph", sa.Text, sa.ForeignKey("tc_case_graph.digest"), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("number", Whole(), nullable=False),
    sa.Column("submitter", Id(), nullable=False),
    sa.Column("submitted_at", Moment(), nullable=False),
    sa.Column("ended_at", Moment()),
    sa.Column("steps", Json(), nullable=False),
    sa.Column("chosen", Json(), nullable=False),
    sa.Column("snapshot", Json(), nullable=False),
    sa.Column("written", Json(), nullable=False),
    sa.Index("ix_tc_case_record", "record", "id"),
    sa.Index(
        "ux_tc_case_running",
        "record",
        unique=True,
        sqlite_where=sa.column("state") == "running",
        postgresql_where=sa.column("state") == "running",
    ),
    sqlite_strict=True,
)
"""One run of an approval. ``number``: how often it was acted on, its version. ``chosen``: node →
whom the submitter picked. ``snapshot``: the record as it was submitted. ``written``: field →
[before, after] of what the process itself wrote."""

task = sa.Table(
    "tc_case_task",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("case", Id(), sa.ForeignKey("tc_case.id"), nullable=False, index=True),
    sa.Column("step", Id(), nullable=False),
    sa.Column("node", sa.Text, nullable=False),
    sa.Column("person", Id(), nullable=False),
    sa.Column("for_person", Id()),
    sa.Column("root", Id(), nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("adder", Id()),
    sa.Column("votes", Truth(), nullable=False),
    sa.Column("place", Whole(), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("by", Id()),
    sa.Column("at", Moment()),
    sa.Column("number", Whole(), nullable=False),
    sa.Column("found", sa.Text, nullable=False),
    sa.Column("asked_at", Moment(), nullable=False),
    sa.Index("ix_tc_case_task_person", "person", "state"),
    sqlite_strict=True,
)
"""What one person is asked; the columns are those of ``workflow.approvals.state.Task``."""

trail = sa.Table(
    "tc_case_trail",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("case", Id(), sa.ForeignKey("tc_case.id"), nullable=False),
    sa.Column("at", Moment(), nullable=False),
    sa.Column("actor", Id(), nullable=False),
    sa.Column("for_person", Id()),
    sa.Column("verb", sa.Text, nullable=False),
    sa.Column("node", sa.Text),
    sa.Column("task", Id()),
    sa.Column("comment", sa.Text),
    sa.Column("data", Json(), nullable=False),
    sa.Column("via", sa.Text, nullable=False),
    sa.Column("request", sa.Text),
    sa.Column("address", sa.Text),
    sa.Column("graph", sa.Text, nullable=False),
    sa.Index("ix_tc_case_trail", "case", "id"),
    sqlite_strict=True,
)
"""Who, for whom, what, when, why, through what and from where; nothing here is ever changed."""

reader = sa.Table(
    "tc_case_reader",
    metadata,
    sa.Column("record", Id(), primary_key=True),
    sa.Column("person", Id(), primary_key=True),
    sa.Column("case", Id(), sa.ForeignKey("tc_case.id"), primary_key=True, index=True),
    sa.Column("level", sa.Text, nullable=False),
    sa.Index("ix_tc_case_reader_person", "person", "record"),
    sqlite_strict=True,
)
"""Who may read a record because they are asked about it, until the case ends; ``level`` is
``edit`` where their node lists fields they may change."""

absence = sa.Table(
    "tc_absence",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("person", Id(), nullable=False, index=True),
    sa.Column("deputy", Id(), nullable=False),
    sa.Column("since", Day(), nullable=False),
    sa.Column("until", Day(), nullable=False),
    sqlite_strict=True,
)
"""Who decides for somebody who is away, both days included."""
