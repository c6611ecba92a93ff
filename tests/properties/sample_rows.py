"""Fifty records with everything that is awkward, in both databases and as plain values."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from typecase.errors import UnknownName
from typecase.metadata.definitions import Option
from typecase.metadata.expressions import Surroundings
from typecase.metadata.expressions.types import (
    BOOLEAN,
    DATE,
    INTEGER,
    MOMENT,
    NUMBER,
    TEXT,
    Kind,
    Type,
)
from typecase.runtime.storage.aggregates import measure
from typecase.runtime.storage.columns import Characters, Day, Exact, Id, Moment, Truth, Whole
from typecase.runtime.storage.set_values import all_values
from typecase.runtime.storage.sql_expressions import SqlValue

ROWS = 50
IDS = [str(UUID(int=number + 1)) for number in range(8)]
STAGE = Type(
    Kind.OPTION,
    options=(
        Option("t:stage.new", "new", "New", extra={"probability": 2, "word": "neu"}),
        Option("t:stage.talk", "talk", "谈判", extra={"probability": 60.5}),
        Option("t:stage.won", "won", "Won", closed=True, extra={"probability": 100}),
    ),
)
ACCOUNT = Type(Kind.REFERENCE, targets=("account", "user"))
TYPES: Mapping[str, Type] = {
    "amount": Type(Kind.NUMBER, scale=2),
    "rate": NUMBER,
    "quantity": INTEGER,
    "name": TEXT,
    "note": TEXT,
    "stage": STAGE,
    "active": BOOLEAN,
    "close_date": DATE,
    "signed_on": DATE,
    "created_at": MOMENT,
    "closed_at": MOMENT,
    "account": ACCOUNT,
    "rival": ACCOUNT,
    "account.level": TEXT,
    "interests": Type(Kind.LIST, TEXT),
    "lines": Type(Kind.ROWS, targets=("line",)),
    "lines.total": Type(Kind.LIST, NUMBER, targets=("line",)),
    "lines.due": Type(Kind.LIST, DATE, targets=("line",)),
}
WORDS = (
    "中文", "名片 印刷", "Print", "print shop", "É", "éclair", "ÀÉÎ", "ß", "İi", "Ω", "ЖУК", "жук",
    "100%", "a_b", "a%b", "back\\slash", "it's", 'quo"te', " padded ", "x", "X", "12.50", "-3",
    "2026-03-08", "line\nbreak", "𝄞 clef", "a@b.cn", "13812345678",
)  # fmt: skip
SUMMER = (
    datetime(2026, 3, 8, 6, 59, 59, 999999, UTC),
    datetime(2026, 3, 8, 7, 0, tzinfo=UTC),
    datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
    datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
    datetime(2026, 11, 21, 4, 59, 59, tzinfo=UTC),
    datetime(2026, 11, 21, 5, 0, tzinfo=UTC),
    datetime(2025, 12, 31, 23, 59, 59, 1, UTC),
    datetime(1999, 12, 31, 16, 0, tzinfo=UTC),
)
"""Around New York's changes of the clock, its midnight, and the turn of years."""

AROUND = Surroundings(
    now=datetime(2026, 11, 21, 4, 30, tzinfo=UTC),
    zone=ZoneInfo("America/New_York"),
    user=IDS[0],
    roles=frozenset({"boss"}),
    settings={"credit_days": 30},
    branches={IDS[1]: frozenset({IDS[1], IDS[2], IDS[3]})},
)


class SampleScope:
    def type_of(self, path: tuple[str, ...]) -> Type:
        if ".".join(path) not in TYPES:
            raise UnknownName("There is no field {name}.", name=".".join(path))
        return TYPES[".".join(path)]

    def present(self, path: tuple[str, ...]) -> tuple[str, ...]:
        return path

    def setting_type(self, name: str) -> Type:
        return INTEGER


def sample_rows() -> list[dict[str, Any]]:
    """The same rows every time; about a quarter of the values are null."""
    pick = random.Random(20261121)
    return [_row(pick, number) for number in range(ROWS)]


def _row(pick: random.Random, number: int) -> dict[str, Any]:
    makers: dict[str, Any] = {
        "amount": lambda: _decimal(pick, 16, 2),
        "rate": lambda: _decimal(pick, 12, 6),
        "quantity": lambda: pick.choice((0, 1, -1, 7, 12, 2**53 + 1, -(2**40))),
        "name": lambda: pick.choice(WORDS),
        "note": lambda: pick.choice(WORDS),
        "stage": lambda: pick.choice(("new", "talk", "won")),
        "active": lambda: pick.random() < 0.5,
        "close_date": lambda: _day(pick),
        "signed_on": lambda: _day(pick),
        "created_at": lambda: _moment(pick),
        "closed_at": lambda: _moment(pick),
        "account": lambda: pick.choice(IDS),
        "rival": lambda: pick.choice(IDS),
        "account.level": lambda: pick.choice(("gold", "diamond")),
    }
    row = {key: None if pick.random() < 0.25 else make() for key, make in makers.items()}
    lines = [(_decimal(pick, 10, 2), _day(pick)) for _ in range(pick.choice((0, 0, 1, 2, 5)))]
    lines += [(None, None)] * pick.choice((0, 0, 1))
    row |= {
        "id": str(UUID(int=1000 + number)),
        "interests": tuple(sorted(set(pick.sample(WORDS, pick.choice((0, 0, 1, 3)))))),
        "lines": [str(UUID(int=100_000 + number * 10 + at)) for at in range(len(lines))],
        "lines.total": [total for total, _ in lines],
        "lines.due": [due for _, due in lines],
    }
    return row


def _decimal(pick: random.Random, digits: int, scale: int) -> Decimal:
    if pick.random() < 0.4:
        return Decimal(pick.choice((0, 1, -1, 3, 100, 5))).scaleb(pick.choice((0, -1, -scale)))
    whole = pick.randrange(10 ** pick.choice((3, digits // 2, digits))) * pick.choice((1, -1))
    return Decimal(whole).scaleb(-scale)


def _day(pick: random.Random) -> date:
    edges = (date(2026, 1, 31), date(2024, 2, 29), date(2026, 12, 31), date(1, 1, 1),
             date(9999, 12, 31), date(2026, 11, 20), date(2026, 11, 21))  # fmt: skip
    return (
        pick.choice(edges)
        if pick.random() < 0.5
        else date(2020, 1, 1) + timedelta(pick.randrange(3000))
    )


def _moment(pick: random.Random) -> datetime:
    if pick.random() < 0.6:
        return pick.choice(SUMMER)
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=pick.randrange(10**8))


METADATA = sa.MetaData()
SAMPLE = sa.Table(
    "sample", METADATA,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("amount", Exact(16, 2)),
    sa.Column("rate", Exact(18, 6)),
    sa.Column("quantity", Whole()),
    sa.Column("name", Characters()),
    sa.Column("note", Characters()),
    sa.Column("stage", Characters()),
    sa.Column("active", Truth()),
    sa.Column("close_date", Day()),
    sa.Column("signed_on", Day()),
    sa.Column("created_at", Moment()),
    sa.Column("closed_at", Moment()),
    sa.Column("account", Id()),
    sa.Column("rival", Id()),
    sa.Column("account.level", Characters()),
    sqlite_strict=True,
)  # fmt: skip
INTERESTS = sa.Table(
    "sample__interests", METADATA,
    sa.Column("record", Id(), primary_key=True),
    sa.Column("value", Characters(), primary_key=True),
    sa.Column("position", Whole(), nullable=False),
)  # fmt: skip
LINE = sa.Table(
    "line", METADATA,
    sa.Column("id", Id(), primary_key=True),
    sa.Column("sample", Id(), index=True),
    sa.Column("total", Exact(16, 2)),
    sa.Column("due", Day()),
)  # fmt: skip
SCALES = {"amount": 2, "rate": 6}


def store(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    METADATA.create_all(connection)
    own = [column.name for column in SAMPLE.columns]
    connection.execute(SAMPLE.insert(), [{name: row[name] for name in own} for row in rows])
    interests = [
        {"record": row["id"], "value": value, "position": at}
        for row in rows
        for at, value in enumerate(row["interests"])
    ]
    connection.execute(INTERESTS.insert(), interests)
    lines = [
        {"id": id_, "sample": row["id"], "total": total, "due": due}
        for row in rows
        for id_, total, due in zip(row["lines"], row["lines.total"], row["lines.due"], strict=True)
    ]
    connection.execute(LINE.insert(), lines)


class SampleResolver:
    """What storage gives the compiler: columns, lists, and measures over children."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect

    def __call__(self, path: tuple[str, ...]) -> SqlValue:
        name = ".".join(path)
        if name == "interests":
            values = all_values(INTERESTS, SAMPLE.c.id, SAMPLE, self.dialect == "postgresql")
            return SqlValue(values, TYPES[name])
        return SqlValue(SAMPLE.c[name], TYPES[name], SCALES.get(name))

    def children(self, path: tuple[str, ...], function: str) -> SqlValue:
        source = None
        if len(path) == 2:
            of = TYPES[".".join(path)].of
            assert of is not None
            source = SqlValue(LINE.c[path[1]], of, 2 if path[1] == "total" else None)
        measured = measure(function, source, self.dialect)
        chosen = sa.select(measured.column).where(LINE.c.sample == SAMPLE.c.id).correlate(SAMPLE)
        return SqlValue(chosen.scalar_subquery(), measured.type, measured.scale)
