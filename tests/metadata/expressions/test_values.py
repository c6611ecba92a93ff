"""What expressions come to, by the rules of the language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.metadata.expressions.scope import AROUND, STAGE, DealScope, value
from typecase.metadata.expressions import check, evaluate, evaluator
from typecase.metadata.expressions.types import BOOLEAN, DATE, MOMENT, Kind, Type

D = Decimal


@pytest.mark.parametrize(("source", "expected"), [
    ("0.1 + 0.2 == 0.3", True),
    ("7 / 2", D("3.5")),
    ("2 / 3", D("0.6666666667")),
    ("1 / 0", None),
    ("1 // 0", None),
    ("1 % 0", None),
    ("-7 // 2", D(-3)),
    ("-7 % 3", D(-1)),
    ("amount + discount", None),
    ("-discount", None),
    ("round(2.5)", D(3)),
    ("round(-2.5)", D(-3)),
    ("round(1.005, 2)", D("1.01")),
    ("round(1550, -2)", D(1600)),
    ("ceiling(-2.1)", D(-2)),
    ("power(1.1, 3)", D("1.331")),
    ("power(2, -2)", D("0.25")),
    ("power(2, 0.5)", None),
    ("max(1, null, 3)", D(3)),
    ("min(close_date, '2025-12-31')", date(2025, 12, 31)),
    ("999999999999999999999999999999 + 1", None),
    ("99999999999999999999.99999 * 99999999999999999999", None),
    ("12345678901234567890.12 * 3", D("37037036703703703670.36")),
    ("quantity * 3", D(21)),
])  # fmt: skip
def test_numbers(source: str, expected: Any) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(("source", "expected"), [
    ("name & note", "名片 Print"),
    ("note & note", None),
    ("'No. ' & quantity & '/' & 2.50", "No. 7/2.5"),
    ("active & ' ' & close_date", "true 2026-01-31"),
    ("'at ' & created_at", "at 2026-03-02 04:30"),
    ("concat(name, null, '!')", "名片 Print!"),
    ("text(amount, 1)", "1500.5"),
    ("text(-0.001, 2)", "0.00"),
    ("upper('straße Éclair жук')", "STRAßE ÉCLAIR ЖУК"),
    ("lower('ÀÉÎ ЖУК Ω')", "àéî жук ω"),
    ("left(name, 2)", "名片"),
    ("right(name, 5)", "Print"),
    ("mid(name, 4, 2)", "Pr"),
    ("mid(name, 0, 2)", None),
    ("left(name, -1)", None),
    ("trim('  a b\u3000')", "a b"),
    ("trim('   ')", None),
    ("length(note)", 0),
    ("length('𝄞')", 1),
    ("find('P', name)", 4),
    ("find('p', name)", 0),
    ("substitute('a-b-c', '-', '')", "abc"),
    ("substitute('a-b', '-', null)", "ab"),
    ("value(' 12.50 ')", D("12.5")),
    ("value('twelve')", None),
    ("'it''s' & \"say \\\"x\\\"\"", "it'ssay \"x\""),
])  # fmt: skip
def test_text(source: str, expected: Any) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(("source", "expected"), [
    ("today()", date(2026, 11, 22)),
    ("date(created_at)", date(2026, 3, 2)),
    ("hour(created_at)", 4),
    ("year(created_at) * 100 + month(created_at)", D(202603)),
    ("close_date + 30", date(2026, 3, 2)),
    ("add_months(close_date, 1)", date(2026, 2, 28)),
    ("add_months('2024-02-29', 12)", date(2025, 2, 28)),
    ("close_date - '2026-01-01'", 30),
    ("created_at - 1", datetime(2026, 2, 28, 20, 30, tzinfo=UTC)),
    ("now() - created_at", timedelta(days=264, hours=20, minutes=30)),
    ("hours(now() - created_at)", D("6356.5")),
    ("now() - close_date", 295),
    ("close_date + 9999999", None),
    ("work_days('2026-11-20', '2026-11-23')", 2),
    ("work_days('2026-11-23', '2026-11-20')", -2),
    ("work_days('2026-11-21', '2026-11-22')", 0),
    ("add_work_days('2026-11-20', 1)", date(2026, 11, 23)),
    ("add_work_days('2026-11-21', 5)", date(2026, 11, 27)),
    ("add_work_days('2026-11-23', -1)", date(2026, 11, 20)),
    ("weekday('2026-11-22')", 7),
    ("quarter(close_date)", 1),
    ("end_of_month('2024-02-10')", date(2024, 2, 29)),
    ("start_of_quarter('2026-11-21')", date(2026, 10, 1)),
    ("date(2026, 2, 30)", None),
    ("date('2026-02-03')", date(2026, 2, 3)),
])  # fmt: skip
def test_dates(source: str, expected: Any) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(("source", "expected"), [
    ("amount > 1000 and stage == 'talk'", True),
    ("amount = 1500.5 AND stage <> 'won'", True),
    ("AND(amount > 1, NOT(is_blank(name)))", True),
    ("OR(false, null)", False),
    ("discount == null", True),
    ("discount != 1", True),
    ("discount < 1", False),
    ("discount >= 1", False),
    ("not (discount < 1)", True),
    ("note == ''", True),
    ("1 < quantity <= 7", True),
    ("stage in ['won', 'negotiation']", True),
    ("stage not in ('won', 'new')", True),
    ("discount in [1, null]", True),
    ("'vip' in tags", True),
    ("includes(stages, 'won')", True),
    ("has_tag('vip') and not has_tag('old')", True),
    ("stage == 'negotiation'", True),
    ("stage in stages", False),
    ("contains(name, 'PRINT')", True),
    ("starts_with(name, '名')", True),
    ("ends_with(name, 'int')", True),
    ("contains(note, 'x')", False),
    ("contains(name, null)", False),
    ("matches('13812345678', 'mobile_cn')", True),
    ("matches('12\n', 'digits')", False),
    ("'Z' < 'a' and 'z' < '中'", True),
    ("created_at >= '2026-03-02'", True),
    ("created_at <= '2026-03-02'", True),
    ("created_at == '2026-03-01'", False),
    ("created_at < '2026-03-01T20:31:00Z'", True),
    ("closed_at > '2026-03-02'", False),
    ("owner == user and owner = USER()", True),
    ("manager(owner) == 'u9'", True),
    ("under('shop1', 'east')", True),
    ("under('shop2', 'east')", False),
    ("has_role('boss') and has_permission('pay_out')", True),
    ("changed(stage) and not changed(amount)", True),
    ("was(stage) == 'new'", True),
    ("is_new()", False),
    ("option(stage).closed", False),
    ("active == false", False),
    ("is_blank(lines.total) or is_blank(extra)", True),
])  # fmt: skip
def test_conditions(source: str, expected: bool) -> None:
    assert value(source, BOOLEAN) is expected


@pytest.mark.parametrize("source", ["active", "active == true", "active and true", "null"])
def test_a_null_boolean_is_false(source: str) -> None:
    assert value(source, BOOLEAN, active=None) is False
    assert value(f"not ({source})", BOOLEAN, active=None) is True


@pytest.mark.parametrize(("source", "expected"), [
    ("sum(lines.total)", D("3.5")),
    ("count(lines)", 3),
    ("count(lines.total)", 2),
    ("average(lines.total)", D("1.75")),
    ("min(lines.due)", date(2026, 4, 1)),
    ("max(lines.total)", D("2.5")),
])  # fmt: skip
def test_over_related_records(source: str, expected: Any) -> None:
    assert value(source) == expected


def test_over_no_related_records() -> None:
    none: dict[str, Any] = {"lines": [], "lines.total": [], "lines.due": []}
    assert value("sum(lines.total)", **none) == 0
    assert value("average(lines.total)", **none) is None
    assert value("max(lines.due)", **none) is None


@pytest.mark.parametrize(("source", "expected"), [
    ("IF(amount > 1000, 'large', 'small')", "large"),
    ("if(amount > 9999, 'large')", None),
    ("'yes' if active else null", "yes"),
    ("case(stage, 'new', 1, 'negotiation', 2, 3)", D(2)),
    ("case(stage, 'new', 1)", None),
    ("coalesce(note, name)", "名片 Print"),
    ("option(stage).probability / 100", D("0.605")),
    ("option(stage).label", "In talks"),
    ("option(stage).position", D(2)),
    ("option(stage).color", None),
    ("setting('credit_days') + 1", D(31)),
    ("user", "u1"),
])  # fmt: skip
def test_choosing(source: str, expected: Any) -> None:
    assert value(source) == expected


def test_the_change_under_way() -> None:
    new = replace(AROUND, before=None, is_new=True)
    still = replace(AROUND, before=None)
    assert value("is_new() and changed(stage) and is_blank(was(stage))", around=new)
    assert not value("changed(stage)", around=still)


def test_only_the_chosen_side_is_computed() -> None:
    """Nothing can fail, but nothing is computed in vain either."""
    assert value("IF(true, 1, sum(lines.total))", **{"lines.total": [Decimal(1)] * 10}) == 1


def test_the_result_takes_the_expected_type() -> None:
    assert value("amount / 7", Type(Kind.NUMBER, scale=2)) == D("214.36")
    assert value("'negotiation'", STAGE) == "talk"
    assert value("negotiation", STAGE) == "talk"
    assert value("'2026-02-03'", DATE) == date(2026, 2, 3)
    assert value("today()", MOMENT) == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert value("['won', 'negotiation']", Type(Kind.LIST, STAGE)) == ("won", "talk")


def test_every_value_must_be_given() -> None:
    checked = check("account.level == 'gold'", DealScope())
    with pytest.raises(LookupError, match=r"account\.level"):
        evaluate(checked, {}, AROUND)


class Text(str):
    """Text with abilities: not plain."""


@pytest.mark.parametrize("other", [object(), 1.5, Text("gold"), {"a": 1}, [["nested"]], {1}, len])
def test_only_plain_values_come_in(other: Any) -> None:
    with pytest.raises(TypeError, match="no plain value"):
        value("account.level == 'gold'", **{"account.level": other})


def test_an_evaluator_serves_many_records() -> None:
    compute = evaluator(check("quantity * 2 + setting('credit_days')", DealScope()), AROUND)
    assert [compute({"quantity": each}) for each in (1, None, 3)] == [32, None, 36]
