"""Our own tables, all named ``tc_…``. Changed only by the numbered steps in ``migrations``."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from .columns import Id, Json, Moment, Truth, Whole

metadata = sa.MetaData()


def _table(name: str, *columns: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, *columns, sqlite_strict=True)


def _required(name: str, type_: sa.types.TypeEngine[Any]) -> sa.Column[Any]:
    return sa.Column(name, type_, nullable=False)


# What is installed --------------------------------------------------------------------------

state = _table(
    "tc_state",
    sa.Column("key", sa.Text, primary_key=True),
    _required("value", Whole()),
)
"""``catalog``, ``rights``: versions; ``schema``: number of the last migration;
``shape``: what its tables look like."""

workspace = _table(
    "tc_workspace",
    sa.Column("key", sa.Text, primary_key=True),
    _required("value", Json()),
)

package = _table(
    "tc_package",
    sa.Column("name", sa.Text, primary_key=True),
    _required("version", sa.Text()),
    _required("position", Whole()),
    _required("documents", Json()),
    _required("demo", Truth()),
    _required("installed_at", Moment()),
)

publication = _table(
    "tc_publication",
    sa.Column("version", Whole(), primary_key=True, autoincrement=False),
    _required("at", Moment()),
    sa.Column("by", Id()),
    _required("reason", sa.Text()),
    _required("state", sa.Text()),
    _required("plan", Json()),
    _required("packages", Json()),
    _required("own", Truth()),
)
"""Every publication with the documents it made effective: rolling back reads them.
``own``: only the customer's own layer changed."""

object_ = _table(
    "tc_object",
    sa.Column("id", sa.Text, primary_key=True),
    _required("table_name", sa.Text()),
    _required("state", sa.Text()),
)

column = _table(
    "tc_column",
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("object", sa.Text, nullable=False, index=True),
    _required("column_name", sa.Text()),
    _required("storage", Json()),
    _required("state", sa.Text()),
)
"""Field id → its column. ``state``: ``live``, ``hidden`` (the field is gone, its data kept)."""

kept_value = _table(
    "tc_kept_value",
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("record", Id(), primary_key=True),
    sa.Column("column_name", sa.Text, primary_key=True),
    _required("value", Json()),
    _required("at", Moment()),
)
"""Values that did not convert when their field was retyped."""

package_key = _table(
    "tc_package_key",
    sa.Column("package", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    _required("object", sa.Text()),
    _required("record", Id()),
    _required("demo", Truth()),
    _required("digest", sa.Text()),
)
"""Which record a row of package data became; ``digest`` tells whether people changed it."""

# People -------------------------------------------------------------------------------------

user = _table(
    "tc_user",
    sa.Column("id", Id(), primary_key=True),
    sa.Column("login", sa.Text, nullable=False, unique=True),
    _required("name", sa.Text()),
    sa.Column("email", sa.Text),
    sa.Column("phone", sa.Text),
    sa.Column("password_hash", sa.Text),
    sa.Column("role", sa.Text, index=True),
    sa.Column("manager", Id()),
    _required("language", sa.Text()),
    _required("zone", sa.Text()),
    _required("preferences", Json()),
    sa.Column("kind", sa.Text, nullable=False, server_default="person"),
    _required("is_active", Truth()),
    _required("must_change_password", Truth()),
    _required("created_at", Moment()),
    sa.Column("last_seen_at", Moment()),
    _required("version", Whole()),
)
"""Whoever can own records. ``kind``: ``person``, or ``queue``, which nobody signs in as."""

user_permission = _table(
    "tc_user_permission",
    sa.Column("user", Id(), sa.ForeignKey("tc_user.id"), primary_key=True),
    sa.Column("permission_set", sa.Text, primary_key=True),
)

visibility = _table(
    "tc_visibility",
    sa.Column("viewer", Id(), primary_key=True),
    sa.Column("owner", Id(), primary_key=True),
)
"""Whose records somebody sees for being above them: the role hierarchy's closure, and the queues
that they or people below them are in. Rebuilt when roles or queues change."""

session = _table(
    "tc_session",
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("user", Id(), sa.ForeignKey("tc_user.id"), nullable=False, index=True),
    _required("csrf", sa.Text()),
    _required("created_at", Moment()),
    _required("seen_at", Moment()),
    _required("expires_at", Moment()),
    sa.Column("address", sa.Text),
    sa.Column("agent", sa.Text),
    _required("renew", Truth()),
    sa.Column("viewing_as", Id(), sa.ForeignKey("tc_user.id")),
    sa.Column("former_hash", sa.Text, unique=True),
    sa.Column("former_until", Moment()),
)
"""``renew``: rights have changed, so the next request gets a new id. ``former_hash``: the id before
that, good until ``former_until`` for requests that were on their way. ``viewing_as``: whose pages
somebody who looks after rights is looking at."""

token = _table(
    "tc_token",
    sa.Column("id", Id(), primary_key=True),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sa.Column("user", Id(), sa.ForeignKey("tc_user.id"), nullable=False, index=True),
    _required("name", sa.Text()),
    _required("hint", sa.Text()),
    _required("scopes", Json()),
    _required("created_at", Moment()),
    sa.Column("expires_at", Moment()),
    sa.Column("used_at", Moment()),
)

attempt = _table(
    "tc_attempt",
    sa.Column("key", sa.Text, primary_key=True),
    _required("failures", Whole()),
    _required("last_at", Moment()),
    _required("blocked_until", Moment()),
)
"""Failed log-ins by account and by address."""

audit = _table(
    "tc_audit",
    sa.Column("id", Id(), primary_key=True),
    _required("at", Moment()),
    sa.Column("actor", Id()),
    _required("kind", sa.Text()),
    _required("data", Json()),
    sa.Column("address", sa.Text),
    sa.Column("about", Id(), index=True),
)
"""``actor`` did ``kind`` to the person ``about``. Rows are added and read, never changed."""

# Beside the records -------------------------------------------------------------------------

history = _table(
    "tc_history",
    sa.Column("id", Id(), primary_key=True),
    _required("object", sa.Text()),
    _required("record", Id()),
    _required("at", Moment()),
    sa.Column("actor", Id()),
    sa.Column("on_behalf", Id()),
    _required("via", sa.Text()),
    sa.Column("request", sa.Text),
    _required("catalog", Whole()),
    _required("kind", sa.Text()),
    _required("changes", Json()),
    sa.Index("ix_tc_history_record", "record", "id"),
)
"""One row a save. ``changes``: field id → [before, after] as the API shows values."""

deletion = _table(
    "tc_deletion",
    sa.Column("id", Id(), primary_key=True),
    _required("object", sa.Text()),
    _required("record", Id()),
    _required("title", sa.Text()),
    _required("at", Moment()),
    sa.Column("by", Id()),
    _required("records", Whole()),
)

number = _table(
    "tc_number",
    sa.Column("pattern", sa.Text, primary_key=True),
    sa.Column("scope", sa.Text, primary_key=True),
    _required("last", Whole()),
)

file = _table(
    "tc_file",
    sa.Column("id", Id(), primary_key=True),
    _required("digest", sa.Text()),
    _required("name", sa.Text()),
    _required("size", Whole()),
    _required("media_type", sa.Text()),
    _required("created_at", Moment()),
    sa.Column("created_by", Id()),
    sa.Column("object", sa.Text),
    sa.Column("record", Id()),
    sa.Column("field", sa.Text),
    sa.Index("ix_tc_file_record", "record"),
    sa.Index("ix_tc_file_digest", "digest"),
)
"""A file beside a record, or the value of its ``field`` (an id); without a record it is an upload
that nobody has saved yet. The bytes lie in the files folder under ``digest`` (SHA-256)."""

comment = _table(
    "tc_comment",
    sa.Column("id", Id(), primary_key=True),
    _required("object", sa.Text()),
    _required("record", Id()),
    _required("author", Id()),
    _required("at", Moment()),
    _required("body", sa.Text()),
    sa.Column("edited_at", Moment()),
    sa.Column("deleted_at", Moment()),
    sa.Index("ix_tc_comment_record", "record", "id"),
)

tag = _table(
    "tc_tag",
    sa.Column("id", Id(), primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("group", sa.Text),
    sa.Column("color", sa.Text),
)

tagging = _table(
    "tc_tagging",
    sa.Column("record", Id(), primary_key=True),
    sa.Column("tag", Id(), sa.ForeignKey("tc_tag.id"), primary_key=True, index=True),
    _required("object", sa.Text()),
)

recent = _table(
    "tc_recent",
    sa.Column("user", Id(), primary_key=True),
    sa.Column("record", Id(), primary_key=True),
    _required("object", sa.Text()),
    _required("at", Moment()),
)

saved_view = _table(
    "tc_saved_view",
    sa.Column("id", Id(), primary_key=True),
    sa.Column("object", sa.Text, nullable=False, index=True),
    _required("user", Id()),
    _required("shared", Truth()),
    _required("document", Json()),
)

# What happens later -------------------------------------------------------------------------

job = _table(
    "tc_job",
    sa.Column("id", Id(), primary_key=True),
    _required("kind", sa.Text()),
    sa.Column("key", sa.Text, unique=True),
    _required("payload", Json()),
    _required("state", sa.Text()),
    _required("due_at", Moment()),
    _required("attempts", Whole()),
    sa.Column("lease_until", Moment()),
    sa.Column("lease_by", sa.Text),
    sa.Column("error", sa.Text),
    sa.Column("object", sa.Text),
    sa.Column("record", Id()),
    _required("created_at", Moment()),
    sa.Column("ended_at", Moment()),
    sa.Index("ix_tc_job_due", "state", "due_at", "id"),
    sa.Index("ix_tc_job_state", "state", "id"),
    sa.Index("ix_tc_job_record", "record"),
)
"""Work that waits: jobs, timers (due later) and the outbox (kinds that leave the system).
``state``: ``waiting running done dead``. ``key``: the same work is never written twice."""

lease = _table(
    "tc_lease",
    sa.Column("name", sa.Text, primary_key=True),
    _required("holder", sa.Text()),
    _required("until", Moment()),
)
"""Which process does what only one should do."""

automation_run = _table(
    "tc_automation_run",
    sa.Column("id", Id(), primary_key=True),
    _required("automation", sa.Text()),
    _required("at", Moment()),
    _required("event", sa.Text()),
    _required("outcome", sa.Text()),
    sa.Column("object", sa.Text),
    sa.Column("record", Id()),
    sa.Column("actor", Id()),
    sa.Column("job", Id()),
    sa.Column("error", sa.Text),
    _required("trace", Json()),
    sa.Index("ix_tc_automation_run", "automation", "id"),
    *(
        sa.Index(
            f"ix_tc_automation_run_sla_{of}",
            of,
            "id",
            sqlite_where=sa.column("event") == "sla",
            postgresql_where=sa.column("event") == "sla",
        )
        for of in ("object", "record")
    ),
)
"""Run history of actions and automations: ``outcome`` is ``done`` or ``failed``. What ran in time
for service levels is asked for by object and by record."""

notice = _table(
    "tc_notice",
    sa.Column("id", Id(), primary_key=True),
    _required("user", Id()),
    _required("at", Moment()),
    _required("text", sa.Text()),
    sa.Column("object", sa.Text),
    sa.Column("record", Id()),
    _required("quotes", Truth()),
    sa.Column("read_at", Moment()),
    sa.Index("ix_tc_notice_user", "user", "id"),
)
"""What a person is told inside the system. ``quotes``: the text holds values of the record."""

idempotency = _table(
    "tc_idempotency",
    sa.Column("actor", Id(), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    _required("digest", sa.Text()),
    _required("status", Whole()),
    _required("answer", Json()),
    _required("at", Moment()),
)
