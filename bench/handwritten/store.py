"""Every statement of the application. Each is built once; the actor is a parameter."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from .schema import (
    CLOSED,
    STAGES,
    Id,
    account,
    changes_value,
    contact,
    history,
    opportunity,
    search,
    token,
    user,
    visibility,
)
from .words import tokens

ME = sa.bindparam("me", type_=Id)
WRITABLE = frozenset(
    ("name", "account", "contact", "stage", "amount", "close_date", "next_step", "need")
)
READ_ONLY = frozenset(("id", "version"))


class Refused(Exception):
    """``problems``: field → what is wrong; ``status`` as HTTP has it."""

    def __init__(self, status: int, **problems: str) -> None:
        super().__init__(status, problems)
        self.status, self.problems = status, problems


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    sees_all: bool


# Who asks -----------------------------------------------------------------------------------

_person = (
    sa.select(user.c.id, user.c.sees_all)
    .join(token, token.c.user == user.c.id)
    .where(token.c.hash == sa.bindparam("hash"))
)


def person(connection: Connection, hash_: str) -> Person:
    row = connection.execute(_person, {"hash": hash_}).one_or_none()
    if row is None:
        raise Refused(401)
    return Person(row.id, row.sees_all)


def _within(statement: sa.Select[Any], table: sa.Table) -> dict[bool, sa.Select[Any]]:
    """The statement for those who see all, and for those who see their own and those below."""
    below = sa.select(visibility.c.owner).where(visibility.c.viewer == ME)
    mine = sa.or_(table.c.owner == ME, table.c.owner.in_(below))
    return {True: statement, False: statement.where(mine)}


# Reading ------------------------------------------------------------------------------------

_account_name = account.alias()
_owner = user.alias()
_joined = opportunity.outerjoin(
    _account_name,
    sa.and_(_account_name.c.id == opportunity.c.account, _account_name.c.deleted_at.is_(None)),
).outerjoin(_owner, _owner.c.id == opportunity.c.owner)
_one = _within(
    sa.select(
        opportunity, _account_name.c.name.label("account.name"), _owner.c.name.label("owner.name")
    )
    .select_from(_joined)
    .where(opportunity.c.id == sa.bindparam("id"), opportunity.c.deleted_at.is_(None)),
    opportunity,
)


def read(connection: Connection, me: Person, id_: str) -> dict[str, Any]:
    row = connection.execute(_one[me.sees_all], {"id": id_, "me": me.id}).mappings().one_or_none()
    if row is None:
        raise Refused(404)
    record = dict(row)
    amount, cost = record["amount"], record["forecast_cost"]
    if amount is not None and record["probability"] is not None:
        record["weighted"] = round(amount * record["probability"] / 100, 2)
    if amount and cost is not None:
        record["expected_margin"] = round((amount - cost) / amount * 100, 1)
    record["overdue"] = record["stage"] not in CLOSED and record["close_date"] < date.today()
    return record


_page = (
    sa.select(
        opportunity.c.id, opportunity.c.version, opportunity.c.name, opportunity.c.stage,
        opportunity.c.amount, opportunity.c.amount_currency, opportunity.c.close_date,
        opportunity.c.owner, _account_name.c.name.label("account.name"),
    )
    .select_from(_joined.left)
    .where(opportunity.c.deleted_at.is_(None))
    .order_by(opportunity.c.close_date.desc(), opportunity.c.id.desc())
    .limit(51)
)  # fmt: skip
_filtered = _page.where(
    opportunity.c.stage == sa.bindparam("stage"), opportunity.c.amount > sa.bindparam("amount")
)
_place = sa.tuple_(opportunity.c.close_date, opportunity.c.id) < sa.tuple_(
    sa.bindparam("date", type_=sa.Date), sa.bindparam("id", type_=Id)
)
_pages = {
    (True, False): _within(_filtered, opportunity),
    (True, True): _within(_filtered.where(_place), opportunity),
    (False, False): _within(_page, opportunity),
    (False, True): _within(_page.where(_place), opportunity),
}


def page(
    connection: Connection,
    me: Person,
    stage: str | None,
    amount: Decimal,
    after: tuple[date, str] | None,
) -> list[dict[str, Any]]:
    """50 opportunities by date, the latest first, and one more where there is one."""
    wanted = {"me": me.id}
    if stage:
        wanted |= {"stage": stage, "amount": amount}
    if after:
        wanted |= {"date": after[0], "id": after[1]}
    statement = _pages[bool(stage), after is not None][me.sees_all]
    return [dict(row) for row in connection.execute(statement, wanted).mappings()]


# Writing ------------------------------------------------------------------------------------


def new_id() -> str:
    """UUID version 7."""
    value = (int(time.time() * 1000) << 80) | (7 << 76) | secrets.randbits(76)
    text = f"{value & ~(0b11 << 62) | (0b10 << 62):032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def create(connection: Connection, me: Person, given: Sequence[dict[str, Any]]) -> list[str]:
    """Saves new opportunities, all or none."""
    now = datetime.now(UTC)
    rows = [_new(me, now, _clean(each, new=True)) for each in given]
    _check_pointers(connection, me, rows)
    connection.execute(sa.insert(opportunity), rows)
    _remember(connection, me, now, [(row["id"], "create", _told(row)) for row in rows])
    _index(connection, [(row["id"], row["name"]) for row in rows])
    _count(connection, {row["account"] for row in rows})
    return [row["id"] for row in rows]


def update(
    connection: Connection, me: Person, id_: str, given: dict[str, Any], version: int | None
) -> None:
    """Changes an opportunity the actor sees and owns, or that somebody below them owns."""
    now = datetime.now(UTC)
    row = connection.execute(_one[me.sees_all], {"id": id_, "me": me.id}).mappings().one_or_none()
    if row is None:
        raise Refused(404)
    if version is not None and version != row["version"]:
        raise Refused(412)
    values = _clean(given, new=False)
    changed = {name: value for name, value in values.items() if row[name] != value}
    if not changed:
        return
    _follow({**row, **changed}, changed, now)
    _validate({**row, **changed})
    if {"account", "contact"} & changed.keys():
        _check_pointers(connection, me, [{**row, **changed}])
    _write(connection, id_, row["version"], changed, me, now)
    told = {name: [_plain(row[name]), _plain(value)] for name, value in changed.items()}
    _remember(connection, me, now, [(id_, "update", told)])
    _index(connection, [(id_, changed.get("name", row["name"]))])
    _count(connection, {row["account"], changed.get("account", row["account"])})


def _write(
    connection: Connection,
    id_: str,
    version: int,
    changed: dict[str, Any],
    me: Person,
    now: datetime,
) -> None:
    statement = (
        sa.update(opportunity)
        .where(
            opportunity.c.id == sa.bindparam("_id"),
            opportunity.c.version == sa.bindparam("_version"),
        )
        .values(**changed, version=version + 1, updated_at=now, updated_by=me.id)
    )
    if connection.execute(statement, {"_id": id_, "_version": version}).rowcount != 1:
        raise Refused(409)


def _new(me: Person, now: datetime, values: dict[str, Any]) -> dict[str, Any]:
    row = dict.fromkeys(column.name for column in opportunity.c)
    row |= {
        "id": new_id(), "owner": me.id, "created_at": now, "created_by": me.id, "updated_at": now,
        "updated_by": me.id, "version": 1, "record_type": "standard", "type": "new_business",
        "stage": "discovery",
    }  # fmt: skip
    row |= values
    _follow(row, row, now)
    _validate(row)
    return row


def _clean(given: dict[str, Any], new: bool) -> dict[str, Any]:
    """Typed values. Raises Refused with every problem."""
    problems = dict.fromkeys(given.keys() - WRITABLE, "unknown")
    values: dict[str, Any] = {}
    for name, raw in given.items():
        try:
            values[name] = _typed(name, raw)
        except (ValueError, ArithmeticError):
            problems[name] = "not understood"
    for name in ("name", "account") if new else ():
        if not values.get(name):
            problems.setdefault(name, "required")
    if problems:
        raise Refused(422, **problems)
    return values


def _typed(name: str, raw: Any) -> Any:
    if raw is None or raw == "":
        return None
    if name == "amount":
        value = Decimal(str(raw))
        if not value.is_finite() or value < 0 or value >= 10**14:
            raise ValueError
        return round(value, 2)
    if name == "close_date":
        return date.fromisoformat(raw)
    if not isinstance(raw, str) or "\x00" in raw:
        raise ValueError
    text = raw.strip()
    if name == "stage" and text not in STAGES:
        raise ValueError
    if len(text) > (120 if name == "name" else 10_000):
        raise ValueError
    return text


def _follow(row: dict[str, Any], changed: dict[str, Any], now: datetime) -> None:
    """Values that come with others."""
    if "amount" in changed:
        changed["amount_currency"] = None if changed["amount"] is None else "CNY"
        changed["amount_base"] = changed["amount"]
    if "stage" in changed:
        stage = changed["stage"]
        changed["probability"] = STAGES[stage]
        changed["closed_on"] = now.date() if stage in CLOSED else None
        changed["forecast"] = "closed" if stage == "won" else "pipeline"
    if changed.get("close_date") is None and row["close_date"] is None:
        changed["close_date"] = date.fromordinal(now.toordinal() + 30)


def _validate(row: dict[str, Any]) -> None:
    problems: dict[str, str] = {}
    if row["stage"] == "won" and not row["amount"]:
        problems["amount"] = "A won deal needs an amount."
    if row["stage"] == "lost" and not row["lost_reason"]:
        problems["lost_reason"] = "Say why the deal was lost."
    if row["stage"] in ("qualification", "proposal", "negotiation"):
        problems |= {n: "required" for n in ("amount", "contact") if not row[n]}
    if problems:
        raise Refused(422, **problems)


_accounts = _within(
    sa.select(account.c.id).where(
        account.c.id.in_(sa.bindparam("ids", expanding=True)), account.c.deleted_at.is_(None)
    ),
    account,
)
_contacts = _within(
    sa.select(contact.c.id, contact.c.account).where(
        contact.c.id.in_(sa.bindparam("ids", expanding=True)), contact.c.deleted_at.is_(None)
    ),
    contact,
)


def _check_pointers(connection: Connection, me: Person, rows: Sequence[dict[str, Any]]) -> None:
    ids = {"ids": list({row["account"] for row in rows}), "me": me.id}
    known = set(connection.execute(_accounts[me.sees_all], ids).scalars())
    if any(row["account"] not in known for row in rows):
        raise Refused(422, account="no such account")
    people = list({row["contact"] for row in rows if row["contact"]})
    if not people:
        return
    found = connection.execute(_contacts[me.sees_all], {"ids": people, "me": me.id})
    of = {row.id: row.account for row in found}
    if any(row["contact"] and of.get(row["contact"]) != row["account"] for row in rows):
        raise Refused(422, contact="belongs to another account")


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {n: [None, _plain(v)] for n, v in row.items() if v is not None and n in WRITABLE}


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | date) else value


def _remember(
    connection: Connection,
    me: Person,
    now: datetime,
    entries: Sequence[tuple[str, str, dict[str, Any]]],
) -> None:
    rows = [
        {"id": new_id(), "record": record, "at": now, "actor": me.id, "kind": kind,
         "changes": changes_value(connection, changes)}
        for record, kind, changes in entries
    ]  # fmt: skip
    connection.execute(sa.insert(history), rows)


def _index(connection: Connection, entries: Sequence[tuple[str, str]]) -> None:
    """The latest saved gets the highest number."""
    if connection.dialect.name == "postgresql":
        vector = sa.func.array_to_tsvector(
            sa.func.string_to_array(sa.bindparam("words", type_=sa.Text), " ")
        )
        insert = postgresql.insert(search).values(record=sa.bindparam("record"), tokens=vector)
        insert = insert.on_conflict_do_update(
            index_elements=["record"], set_={"tokens": insert.excluded.tokens}
        )
        connection.execute(insert, [{"record": id_, "words": tokens(n)} for id_, n in entries])
        return
    ids = [(id_,) for id_, _ in entries]
    connection.exec_driver_sql(
        "DELETE FROM search WHERE rowid = (SELECT number FROM search_rows WHERE record = ?)", ids
    )
    connection.exec_driver_sql(
        "INSERT INTO search_rows (number, record)"
        " SELECT coalesce(max(number), 0) + 1, ? FROM search_rows WHERE true"
        " ON CONFLICT (record) DO UPDATE SET number = excluded.number",
        ids,
    )
    connection.exec_driver_sql(
        "INSERT INTO search (rowid, tokens) SELECT number, ? FROM search_rows WHERE record = ?",
        [(tokens(name), id_) for id_, name in entries],
    )


_of_account = sa.and_(opportunity.c.account == account.c.id, opportunity.c.deleted_at.is_(None))


def _sum(measure: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    return sa.select(measure).where(_of_account, *where).correlate(account).scalar_subquery()


_open, _won = opportunity.c.stage.not_in(CLOSED), opportunity.c.stage == "won"
_lock = (
    sa.select(account.c.id)
    .where(account.c.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(account.c.id)
    .with_for_update()
)
_counts = (
    sa.update(account)
    .where(account.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(
        open_pipeline=_sum(sa.func.sum(opportunity.c.amount), _open),
        open_opportunities=_sum(sa.func.count(), _open),
        won_amount=_sum(sa.func.sum(opportunity.c.amount), _won),
        last_won_on=_sum(sa.func.max(opportunity.c.closed_on), _won),
    )
)


def _count(connection: Connection, accounts: set[str]) -> None:
    """The sums of the accounts, counted anew under a lock."""
    ids = {"ids": sorted(accounts)}
    if connection.dialect.name == "postgresql":
        connection.execute(_lock, ids)
    connection.execute(_counts, ids)
