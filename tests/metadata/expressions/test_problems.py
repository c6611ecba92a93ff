"""What is refused, where the finger points, and what the author is told."""

from __future__ import annotations

import pytest

from tests.metadata.expressions.scope import STAGE, DealScope
from typecase.errors import BadRequest
from typecase.metadata.expressions import Checked, ExpressionProblem, check
from typecase.metadata.expressions.types import BOOLEAN, DATE, NUMBER, TEXT, Type


def problem(source: str, expect: Type | None = None) -> ExpressionProblem:
    with pytest.raises(ExpressionProblem) as caught:
        check(source, DealScope(), expect, where="here")
    return caught.value


@pytest.mark.parametrize(("source", "at", "says"), [
    ("", "", "empty"),
    ("not amount", "amount", "use is_blank(amount)"),
    ("active and account", "account", "use is_blank(account)"),
    ("IF(amount, 1, 2)", "amount", "is_blank(amount)"),
    ("stage == 'wonn'", "'wonn'", "Did you mean 'won'?"),
    ("stage == 'In talks'", "'In talks'", "Did you mean 'talk'?"),
    ("stage in ['won', 'lost']", "'lost'", "Choose from: new, talk, won."),
    ("amuont > 5", "amuont", "There is no field amuont."),
    ("account.size > 5", "account.size", "There is no field account.size."),
    ("contians(name, 'x')", "contians", "Did you mean contains?"),
    ("setting('debit')", "'debit'", "There is no setting debit."),
    ("name > 5", "5", "Use text(…)."),
    ("amount == name", "name", "Use value(…)."),
    ("name + 'x'", "name + 'x'", "Join text with &."),
    ("'Dear ' & account", "account", "account.name"),
    ("close_date > '2026-02-30'", "'2026-02-30'", "is not a date"),
    ("created_at > '2026-02-03T10:00'", "'2026-02-03T10:00'", "end it with Z"),
    ("stage < 'won'", "stage", "no order"),
    ("'a' in name", "name", "Use contains(text, part)."),
    ("lines", "lines", "use count, sum, min or max"),
    ("tags == 'vip'", "tags", "use includes"),
    ("option(name).label", "name", "takes a picklist"),
    ("option(stage).chance", "option(stage).chance", "no chance"),
    ("option(stage)", "option(stage)", "option(stage).label"),
    ("round(amount, quantity)", "round(amount, quantity)", "round takes (number, [places])"),
    ("round(amount, 1.5)", "round(amount, 1.5)", "whole number from -15 to 15"),
    ("left(name)", "left(name)", "this is (text)"),
    ("IF(active)", "IF(active)", "IF takes 2 to 3 values; this has 1."),
    ("IF(active, 1, 'x')", "'x'", "Use value(…)."),
    ("matches(name, 'postcode')", "matches(name, 'postcode')", "There is no pattern 'postcode'."),
    ("changed(amount + 1)", "amount + 1", "changed takes a field."),
    ("amount is null", "is", "compare with =="),
    ("amount ** 2", "**", "use power(x, 2)"),
    ("(amount + 1", "(", "never closed"),
    ("amount + 1)", ")", "never opened"),
    ("name & 'open", "'", "no closing quote"),
    ("amount amount", "amount", "cannot be understood"),
    ("amount > 1e5", "1e5", "is not a number"),
    ("金额 > 5", "金", "a-z"),
    ("amount > 5；", "；", "has no meaning here"),
    ("name == 'a\\\\x41'", "\\\\x", "is not an escape"),
    ("'a' 'b'", "'", "join them with &"),
    ("1.123456789012345678901", "1.123456789012345678901", "at most 30 digits"),
])  # fmt: skip
def test_the_problem_and_its_place(source: str, at: str, says: str) -> None:
    source, at = source.replace("\\\\", "\\"), at.replace("\\\\", "\\")
    found = problem(source)
    assert says in found.text()
    assert source[found.position : found.position + found.length].startswith(at)


def test_the_place_is_in_the_authors_own_text() -> None:
    """Rewritten signs, line breaks and wide characters before it do not move the finger."""
    source = "note = '中文' AND\n  TRUE <> active AND amuont = 1"
    found = problem(source)
    assert source[found.position : found.position + found.length] == "amuont"


@pytest.mark.parametrize(("source", "expect", "says"), [
    ("amount", BOOLEAN, "use is_blank(amount)"),
    ("name", NUMBER, "type number is needed"),
    ("amount", TEXT, "Use text(…)."),
    ("account", TEXT, "account.name"),
    ("'tomorrow'", DATE, "'tomorrow' is not a date"),
    ("'lost'", STAGE, "There is no option 'lost'."),
    ("lost", STAGE, "There is no field lost."),
])  # fmt: skip
def test_the_result_must_fit(source: str, expect: Type, says: str) -> None:
    assert says in problem(source, expect).text()


def test_a_problem_is_a_bad_request_that_knows_where() -> None:
    found = problem("amuont > 5")
    assert isinstance(found, BadRequest)
    assert (found.code, found.where) == ("bad_expression", "here")


def checked(source: str) -> Checked:
    return check(source, DealScope())


def test_what_a_checked_expression_knows() -> None:
    found = checked("account.level == 'gold' and changed(stage) and created_at < today() - 30")
    assert found.paths == {("account", "level"), ("stage",), ("created_at",)}
    assert found.before == {("stage",)}
    assert found.functions == {"changed", "today"}
    assert found.depends_on_now and found.needs_before and not found.depends_on_user
    assert found.not_in_sql == {"changed"}


def test_what_depends_on_the_user() -> None:
    assert checked("owner == user").depends_on_user
    assert checked("has_role('boss')").depends_on_user
    assert not checked("setting('credit_days') > 1").depends_on_user
    assert checked("setting('credit_days') > 1").settings == {"credit_days"}


def test_what_is_the_same_for_every_record_may_be_used_in_sql() -> None:
    """``power`` of constants is computed once; of a field it would be SQL's to compute."""
    assert not checked(
        "amount > power(10, 3) and close_date < add_work_days(today(), 5)"
    ).not_in_sql
    assert checked("power(amount, 2) > 9").not_in_sql == {"power"}
