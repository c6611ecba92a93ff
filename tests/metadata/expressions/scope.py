"""A deal as expressions see it, without a catalog: names, types, one record's values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from typecase.errors import UnknownName
from typecase.metadata.definitions import Option
from typecase.metadata.expressions import Surroundings, check, evaluate
from typecase.metadata.expressions.types import (
    BOOLEAN,
    DATE,
    DURATION,
    INTEGER,
    MOMENT,
    NUMBER,
    TEXT,
    Kind,
    Type,
)

STAGE = Type(
    Kind.OPTION,
    options=(
        Option("t:deal.stage.new", "new", "New", color="gray", extra={"probability": 2}),
        Option("t:deal.stage.talk", "talk", "In talks", extra={"probability": 60.5},
               was=("negotiation",)),
        Option("t:deal.stage.won", "won", "Won", closed=True, extra={"probability": 100}),
    ),
)  # fmt: skip
ACCOUNT = Type(Kind.REFERENCE, targets=("account",))
USER = Type(Kind.REFERENCE, targets=("user",))

TYPES: Mapping[str, Type] = {
    "id": Type(Kind.REFERENCE, targets=("deal",)),
    "amount": Type(Kind.NUMBER, scale=2),
    "discount": NUMBER,
    "quantity": INTEGER,
    "name": TEXT,
    "note": TEXT,
    "stage": STAGE,
    "active": BOOLEAN,
    "close_date": DATE,
    "created_at": MOMENT,
    "closed_at": MOMENT,
    "spent": DURATION,
    "owner": USER,
    "account": ACCOUNT,
    "account.name": TEXT,
    "account.level": TEXT,
    "tags": Type(Kind.LIST, TEXT),
    "stages": Type(Kind.LIST, STAGE),
    "lines": Type(Kind.ROWS, targets=("line",)),
    "lines.total": Type(Kind.LIST, NUMBER, targets=("line",)),
    "lines.due": Type(Kind.LIST, DATE, targets=("line",)),
    "extra": Type(Kind.JSON),
}
VALUES: Mapping[str, Any] = dict.fromkeys(TYPES) | {
    "amount": Decimal("1500.50"),
    "quantity": 7,
    "name": "名片 Print",
    "stage": "talk",
    "active": True,
    "close_date": date(2026, 1, 31),
    "created_at": datetime(2026, 3, 1, 20, 30, tzinfo=UTC),
    "owner": "u1",
    "account": "a1",
    "account.name": "Northwind",
    "account.level": "gold",
    "tags": ("vip",),
    "stages": ("new", "won"),
    "lines": ["l1", "l2", "l3"],
    "lines.total": [Decimal(1), None, Decimal("2.5")],
    "lines.due": [date(2026, 5, 1), None, date(2026, 4, 1)],
}
AROUND = Surroundings(
    now=datetime(2026, 11, 21, 17, 0, tzinfo=UTC),
    zone=ZoneInfo("Asia/Shanghai"),
    user="u1",
    roles=frozenset({"boss"}),
    permissions=frozenset({"pay_out"}),
    settings={"credit_days": 30},
    before={"stage": "new", "amount": Decimal("1500.50")},
    branches={"east": frozenset({"east", "shop1"})},
    managers={"u1": "u9"},
)


class DealScope:
    def type_of(self, path: tuple[str, ...]) -> Type:
        name = ".".join(path)
        if name not in TYPES:
            raise UnknownName("There is no field {name}.", name=name)
        return TYPES[name]

    def present(self, path: tuple[str, ...]) -> tuple[str, ...]:
        return path

    def setting_type(self, name: str) -> Type:
        if name != "credit_days":
            raise UnknownName("There is no setting {name}.", name=name)
        return INTEGER


def value(
    source: str, expect: Type | None = None, around: Surroundings = AROUND, **own: Any
) -> Any:
    """What ``source`` comes to for the deal, some of its values changed."""
    return evaluate(check(source, DealScope(), expect), {**VALUES, **own}, around)
