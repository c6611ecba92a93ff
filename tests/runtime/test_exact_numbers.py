"""Numbers over many records come out as Python's Decimal says, to the last digit, on both.

B5: sums, averages, rollups, groups and divisions; beyond what 64 bits and a float can hold.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_field, a_lookup, a_package, a_picklist, an_object
from tests.runtime.shop import Shop
from typecase.runtime import reading, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Measure, Query, Record

MANY = 1200
LARGEST = 10**14 - 1
"""Whole part of the largest value with eighteen digits, four of them after the point."""


def package() -> Any:
    return a_package(
        an_object(
            "book",
            a_field("total", "rollup", of="postings.amount", function="sum",
                    returns="decimal", scale=4),
        ),
        an_object(
            "posting",
            a_lookup("book", "book", "postings", required=True),
            a_field("amount", "decimal", precision=18, scale=4),
            a_field("small", "decimal", precision=10, scale=4),
            a_field("parts", "integer"),
            a_picklist("side", "left", "right"),
            a_field("share", "formula", returns="decimal", scale=6, expression="parts / small"),
            a_field("piece", "formula", returns="decimal", scale=6, expression="small / parts"),
            a_field("sevenths", "formula", returns="decimal", scale=6, expression="parts / 7"),
        ),
    )  # fmt: skip


class Books:
    """Two books: one with huge amounts of both signs, one whose sum a column can still keep."""

    def __init__(self, database: str, folder: Path) -> None:
        self.shop = Shop.__new__(Shop)
        self.shop.open(database, folder, package())
        chance = random.Random(7)
        with self.shop.workspace.write(SYSTEM) as unit:
            self.book = saving.create(unit, "book", {"name": "Main"})
            self.rows = [self._row(chance) for _ in range(MANY)]
            saving.create_many(unit, "posting", [{**row, "name": "P"} for row in self.rows])

    def _row(self, chance: random.Random) -> dict[str, Any]:
        cents = Decimal(chance.randrange(-(10**9), 10**9)) / 10_000
        return {
            "book": self.book,
            "amount": str(cents),
            "small": str(Decimal(chance.randrange(1, 10**7)) / 10_000),
            "parts": chance.randrange(-999, 1000) or 7,
            "side": chance.choice(["left", "right"]),
        }

    def find(self, *fields: str, filters: tuple[str, ...] = ()) -> list[Record]:
        found: list[Record] = []
        cursor = None
        while True:
            asked = Query("posting", fields, filters, limit=500, cursor=cursor)
            page = self.shop.workspace.look(SYSTEM, lambda unit, q=asked: reading.find(unit, q))
            found += page.rows
            cursor = page.next
            if cursor is None:
                return found

    def groups(self, group: tuple[str, ...], *measures: Measure) -> list[dict[str, Any]]:
        asked = Query("posting", group=group, measures=measures)
        return [
            dict(r) for r in self.shop.workspace.look(SYSTEM, lambda u: reading.groups(u, asked))
        ]


@pytest.fixture
def books(database: str, tmp_path: Path) -> Iterator[Books]:
    built = Books(database, tmp_path)
    yield built
    built.shop.close()


def test_sums_and_averages_are_exact(books: Books) -> None:
    measures = (Measure("sum", "amount"), Measure("avg", "amount"), Measure("count"))
    for group in books.groups(("side",), *measures):
        amounts = [Decimal(r["amount"]) for r in books.rows if r["side"] == group["side"]]
        assert group["count"] == len(amounts)
        assert Decimal(group["sum_amount"]) == sum(amounts)
        with localcontext(prec=60, rounding=ROUND_HALF_UP):
            average = (sum(amounts) / len(amounts)).quantize(Decimal("1e-10"))
        assert Decimal(group["avg_amount"]) == average
    with books.shop.workspace.read(SYSTEM) as unit:
        total = reading.get(unit, "book", books.book)["total"]
    assert total == sum(Decimal(row["amount"]) for row in books.rows)


def test_sums_beyond_64_bits_are_exact(books: Books) -> None:
    """A thousand of the largest values: 10^21 ten-thousandths, where 64 bits end at 9 × 10^18."""
    largest = f"{LARGEST}.9999"
    with books.shop.workspace.write(SYSTEM) as unit:
        other = [saving.create(unit, "book", {"name": f"B{n}"}) for n in range(1000)]
        rows = [{"name": "L", "book": b, "amount": largest, "side": "left"} for b in other]
        saving.create_many(unit, "posting", rows)
    (all_,) = books.groups((), Measure("sum", "amount"))
    expected = sum(Decimal(row["amount"]) for row in books.rows) + 1000 * Decimal(largest)
    assert Decimal(all_["sum_amount"]) == expected
    assert expected * 10_000 > 2**63


def test_whole_numbers_and_decimals_divide_as_decimals(books: Books) -> None:
    for row in books.find("parts", "small", "share", "piece", "sevenths"):
        parts, small = Decimal(row["parts"]), row["small"]
        for name, quotient in (("share", (parts, small)), ("piece", (small, parts)),
                               ("sevenths", (parts, Decimal(7)))):  # fmt: skip
            with localcontext(prec=60, rounding=ROUND_HALF_UP):
                exact = (quotient[0] / quotient[1]).quantize(Decimal("1e-10"))
                wanted = exact.quantize(Decimal("1e-6"))
            assert row[name] == wanted, (name, quotient)
    halves = books.find("parts", "small", filters=("parts / small > 0.5",))
    expected = [r for r in books.rows if Decimal(r["parts"]) / Decimal(r["small"]) > Decimal("0.5")]
    assert len(halves) == len(expected) > 0
