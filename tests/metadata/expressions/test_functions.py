"""The function table: complete, documented, and its manual up to date."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.metadata.expressions.scope import STAGE, USER
from typecase.errors import UnknownName
from typecase.metadata.expressions import check
from typecase.metadata.expressions.functions import ALL_OPERATIONS, THEMES
from typecase.metadata.expressions.functions.texts import BIG, SMALL
from typecase.metadata.expressions.operations import Operation, parameters
from typecase.metadata.expressions.types import (
    BOOLEAN,
    DATE,
    MOMENT,
    NUMBER,
    TEXT,
    Kind,
    Type,
)
from typecase.runtime.storage.postgres_functions import MEANINGS as POSTGRES
from typecase.runtime.storage.sqlite_functions import is_translatable

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTED = [operation for _, operations in THEMES for operation in operations]
REGION = Type(Kind.REFERENCE, targets=("region",))
OF_LINES = {"total": NUMBER, "discount": NUMBER, "delivery_date": DATE}
NAMES: dict[str, Type] = {
    **dict.fromkeys(("amount", "balance", "rate", "limit", "quantity"), NUMBER),
    **dict.fromkeys(
        ("name", "nickname", "code", "phone", "email", "mobile", "summary", "last_name",
         "first_name", "legacy_total", "legacy_date", "level", "status"), TEXT),
    **dict.fromkeys(
        ("close_date", "signed_on", "birthday", "visit_on", "requested_on", "needed_on"), DATE),
    **dict.fromkeys(("created_at", "called_at", "closed_at", "first_reply_at"), MOMENT),
    "active": BOOLEAN,
    "stage": STAGE,
    "owner": USER,
    "region": REGION,
    "user.region": REGION,
    "interests": Type(Kind.LIST, TEXT),
    "tags": Type(Kind.LIST, TEXT),
    "lines": Type(Kind.ROWS, targets=("line",)),
    "quotes.total": Type(Kind.LIST, NUMBER, targets=("quote",)),
    **{f"lines.{name}": Type(Kind.LIST, of, targets=("line",)) for name, of in OF_LINES.items()},
}  # fmt: skip


class ManualScope:
    """Every name the examples of the manual use."""

    def type_of(self, path: tuple[str, ...]) -> Type:
        if ".".join(path) not in NAMES:
            raise UnknownName("There is no field {name}.", name=".".join(path))
        return NAMES[".".join(path)]

    def present(self, path: tuple[str, ...]) -> tuple[str, ...]:
        return path

    def setting_type(self, name: str) -> Type:
        return NUMBER


@pytest.mark.parametrize("operation", DOCUMENTED, ids=lambda each: f"{each.name}-{each.key}")
def test_every_function_is_explained_by_an_example_that_works(operation: Operation) -> None:
    assert operation.doc.endswith(".")
    checked = check(operation.example, ManualScope())
    assert operation.name in checked.functions


def test_the_manual_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "tools" / "make_expression_reference.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0, "run the tool without --check"


BY_THE_COMPILER = {
    "and", "choose", "coalesce", "smallest", "largest", "is_blank", "includes", "under", "sum",
    "average", "count", "min_of_list", "max_of_list", "contains", "starts_with", "ends_with",
    "matches", "equal", "different", "less", "less_or_equal", "is_one_of", "not", "truth", "same",
}  # fmt: skip
"""Meanings that are SQL of their own rather than a function."""


@pytest.mark.parametrize("operation", ALL_OPERATIONS, ids=lambda each: each.key)
def test_what_sql_is_said_to_compute_it_does_on_both_databases(operation: Operation) -> None:
    if operation.sql is None or operation.sql in BY_THE_COMPILER:
        return
    assert operation.sql in POSTGRES
    assert is_translatable(operation)


def test_keys_are_unique_and_signatures_readable() -> None:
    assert len({each.key for each in ALL_OPERATIONS}) == len(ALL_OPERATIONS)
    assert list(map(str, parameters("text, places!?, same..."))) == ["text", "[places]", "same…"]


def test_our_letters_are_unicodes() -> None:
    """One letter for one letter, so that lengths and positions stay."""
    assert all(big.lower() == small and len(small) == 1 for big, small in SMALL.items())
    assert all(small.upper() == big for small, big in BIG.items())
    assert SMALL["Ж"] == "ж" and SMALL["É"] == "é" and SMALL["Ω"] == "ω" and "中" not in SMALL
