"""Tables of access beside the records: shares and teams, branches and who belongs to them."""

from __future__ import annotations

import sqlalchemy as sa

from .columns import Day, Id, Moment, Truth
from .system_tables import metadata

share = sa.Table(
    "tc_share",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("record", Id(), nullable=False),
    sa.Column("principal", sa.Text, nullable=False),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("team_role", sa.Text),
    sa.Column("expires_at", Moment()),
    sa.Column("granted_by", Id(), nullable=False),
    sa.Column("granted_at", Moment(), nullable=False),
    sa.UniqueConstraint("record", "principal"),
    sa.Index("ix_tc_share_principal", "principal", "record", "level", "expires_at"),
    sqlite_strict=True,
)
"""A record opened to somebody on purpose. ``principal``: to whom, as ``principals`` writes it;
``level``: ``read`` or ``edit``; with ``team_role`` they are of the record's team."""

membership = sa.Table(
    "tc_membership",
    metadata,
    sa.Column("person", Id(), sa.ForeignKey("tc_user.id"), primary_key=True),
    sa.Column("branch", Id(), primary_key=True, index=True),
    sa.Column("object", sa.Text, nullable=False),
    sqlite_strict=True,
)
"""Who belongs to which department, store, region: records of objects that form trees."""

branch = sa.Table(
    "tc_branch",
    metadata,
    sa.Column("ancestor", Id(), primary_key=True),
    sa.Column("node", Id(), primary_key=True, index=True),
    sa.Column("object", sa.Text, nullable=False, index=True),
    sqlite_strict=True,
)
"""Closure of those trees, every node below itself too. Rebuilt when one of them changes."""

queue_member = sa.Table(
    "tc_queue_member",
    metadata,
    sa.Column("queue", Id(), sa.ForeignKey("tc_user.id"), primary_key=True),
    sa.Column("person", Id(), sa.ForeignKey("tc_user.id"), primary_key=True, index=True),
    sqlite_strict=True,
)
"""Who is in which queue, as its definition says of roles, permission sets and people."""

queue = sa.Table(
    "tc_queue",
    metadata,
    sa.Column("id", Id(), sa.ForeignKey("tc_user.id"), primary_key=True),
    sa.Column("definition", sa.Text, nullable=False, unique=True),
    sa.Column("live", Truth(), nullable=False),
    sa.Column("dealt_to", Id()),
    sqlite_strict=True,
)
"""A queue owns records, so it stands among those who can, in ``tc_user``; ``definition`` is its
permanent id. Not ``live``: the definition is gone, what it owns stays. ``dealt_to``: who of its
members was given a record last."""

ownership = sa.Table(
    "tc_ownership",
    metadata,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("record", Id(), nullable=False),
    sa.Column("before", Id()),
    sa.Column("after", Id()),
    sa.Column("how", sa.Text, nullable=False),
    sa.Column("at", Moment(), nullable=False),
    sa.Column("by", Id(), nullable=False),
    sa.Column("reason", sa.Text),
    sa.Index("ix_tc_ownership_record", "record", "at"),
    sa.Index("ix_tc_ownership_after", "after", "at"),
    sqlite_strict=True,
)
"""Every change of owner: ``how`` is ``handed_over``, ``along``, or what a pool or a queue calls
it (``changes.HANDINGS``)."""

pool_warning = sa.Table(
    "tc_pool_warning",
    metadata,
    sa.Column("record", Id(), primary_key=True),
    sa.Column("rule", sa.Text, primary_key=True),
    sa.Column("counted_from", Moment(), nullable=False),
    sa.Column("counted_day", Day(), nullable=False),
    sa.Column("due_on", Day(), nullable=False),
    sqlite_strict=True,
)
"""The owner has been told that the record goes back ``due_on``, as it stood when the days were
``counted_from``. Whatever begins the days anew makes the warning void."""
