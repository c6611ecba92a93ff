"""Hypothesis strategies for expressions of a wanted type, as an author would write them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from hypothesis import strategies as st

from tests.properties.sample_rows import IDS, WORDS

Source = st.SearchStrategy[str]


def quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


NUMERALS = st.one_of(
    st.integers(0, 1000).map(str),
    st.decimals(0, 10**6, allow_nan=False, places=3).map(str),
    st.sampled_from(
        ("0", "1", "2.5", "0.1", "100", "0.005", "999999999999.99", "9007199254740993")
    ),
)
WRITTEN = st.sampled_from(WORDS).map(quoted)
DAYS = st.dates().map(lambda day: f"'{day.isoformat()}'")
PARTS = {
    "number": ("amount", "rate", "quantity", "option(stage).probability", "sum(lines.total)",
               "count(lines)", "count(lines.total)", "average(lines.total)", "max(lines.total)",
               "count(interests)", "option(stage).position", "setting('credit_days')"),
    "text": ("name", "note", "account.level", "stage", "option(stage).label", "option(stage).word",
             "null"),
    "date": ("close_date", "signed_on", "today()", "date(created_at)", "date(closed_at)",
             "min(lines.due)", "max(lines.due)"),
    "moment": ("created_at", "closed_at", "now()"),
    "boolean": ("active", "true", "false", "option(stage).closed", "has_role('boss')"),
}  # fmt: skip


def _filled(template: str, *parts: Source) -> Source:
    return st.tuples(*parts).map(lambda made: template.format(*made))


def _choice(*choices: Source) -> Source:
    return st.one_of(*choices)


@cache
def expressions(kind: str, depth: int = 3) -> Source:
    """Expressions of type ``kind``, ``depth`` operations deep at most."""
    leaves: Source = st.sampled_from(PARTS.get(kind, ()))
    extra = {"number": NUMERALS, "text": WRITTEN, "date": DAYS}.get(kind)
    if extra is not None:
        leaves = leaves | extra
    if kind == "duration":
        return _duration(max(depth, 1))
    if depth == 0:
        return leaves
    return leaves | BUILDERS[kind](depth - 1) | _any_kind(kind, depth - 1)


def _any_kind(kind: str, depth: int) -> Source:
    same, condition = expressions(kind, depth), expressions("boolean", depth)
    choices = [
        _filled("IF({0}, {1}, {2})", condition, same, same),
        _filled("({0} if {1} else null)", same, condition),
    ]
    if kind != "boolean":
        choices.append(_filled("coalesce({0}, {1})", same, same))
        choices.append(_filled("case(stage, 'new', {0}, 'won', {1}, {2})", same, same, same))
    if kind in ("number", "date"):
        choices.append(_filled("min({0}, {1})", same, same))
        choices.append(_filled("max({0}, {1}, null)", same, same))
    return _choice(*choices)


def _number(depth: int) -> Source:
    n, t, d, m = (expressions(kind, depth) for kind in ("number", "text", "date", "moment"))
    places = st.integers(-4, 6).map(str)
    day_part = st.sampled_from(("year", "quarter", "month", "week", "day", "weekday"))
    return _choice(
        _filled("({0} {1} {2})", n, st.sampled_from(("+", "-", "*", "/", "//", "%")), n),
        _filled("-({0})", n),
        _filled("round({0}, {1})", n, places),
        _filled("{0}({1})", st.sampled_from(("abs", "ceiling", "floor", "round")), n),
        _filled("mod({0}, {1})", n, n),
        _filled("length({0})", t),
        _filled("find({0}, {1})", WRITTEN, t),
        _filled("value({0})", t),
        _filled("({0} - {1})", d, d),
        _filled("{0}({1})", day_part, d),
        _filled("hour({0})", m),
        _filled("{0}({1})", st.sampled_from(("days", "hours", "minutes")), _duration(depth)),
    )


def _text(depth: int) -> Source:
    n, t, d, m, b = (
        expressions(kind, depth) for kind in ("number", "text", "date", "moment", "boolean")
    )
    count = _choice(n, st.integers(-2, 6).map(str))
    return _choice(
        _filled("({0} & {1})", _choice(t, n, d, m, b), _choice(t, n)),
        _filled("concat({0}, {1}, {2})", t, t, t),
        _filled("{0}({1})", st.sampled_from(("lower", "upper", "trim")), t),
        _filled("{0}({1}, {2})", st.sampled_from(("left", "right")), t, count),
        _filled("mid({0}, {1}, {2})", t, count, count),
        _filled("substitute({0}, {1}, {2})", t, WRITTEN, t),
        _filled("text({0})", _choice(n, d, m, b)),
        _filled("text({0}, {1})", n, st.integers(-2, 4).map(str)),
    )


def _date(depth: int) -> Source:
    n, d = expressions("number", depth), expressions("date", depth)
    near = _choice(n, st.integers(-400, 400).map(str))
    edge = st.sampled_from(("start_of_week", "start_of_month", "start_of_quarter",
                            "start_of_year", "end_of_month"))  # fmt: skip
    return _choice(
        _filled("({0} {1} {2})", d, st.sampled_from("+-"), near),
        _filled("add_days({0}, {1})", d, near),
        _filled("add_months({0}, {1})", d, near),
        _filled("{0}({1})", edge, d),
        _filled("date({0})", expressions("moment", depth)),
    )


def _moment(depth: int) -> Source:
    m, near = expressions("moment", depth), st.integers(-(10**5), 10**5).map(str)
    move = st.sampled_from(("add_days", "add_hours", "add_minutes"))
    return _choice(
        _filled("{0}({1}, {2})", move, m, near),
        _filled("({0} {1} {2})", m, st.sampled_from("+-"), near),
        _filled("({0} + {1})", m, _duration(depth)),
    )


@cache
def _duration(depth: int) -> Source:
    m = expressions("moment", max(depth - 1, 0))
    return _filled("({0} - {1})", m, m)


def _boolean(depth: int) -> Source:
    b, t, m, d = (expressions(kind, depth) for kind in ("boolean", "text", "moment", "date"))
    sign = st.sampled_from(("==", "!=", "<", "<=", ">", ">=", "=", "<>"))
    compared = [
        _filled("({0} {1} {2})", expressions(kind, depth), sign, expressions(kind, depth))
        for kind in ("number", "text", "date", "moment")
    ]
    blank = _choice(*(expressions(kind, depth) for kind in ("number", "text", "date", "boolean")))
    look = st.sampled_from(("contains", "starts_with", "ends_with"))
    words = st.lists(WRITTEN, max_size=3).map(", ".join)
    ids = st.sampled_from(IDS).map(quoted)
    return _choice(
        *compared,
        _filled("({0} {1} {2})", m, st.sampled_from(("<", ">=", "==", "<=", ">", "!=")), d),
        _filled("({0} and {1})", b, b),
        _filled("({0} or {1})", b, b),
        _filled("(not {0})", b),
        _filled("({0} == {1})", b, b),
        _filled("is_blank({0})", blank),
        _filled("{0}({1}, {2})", look, t, _choice(WRITTEN, t)),
        _filled("({0} in [{1}])", t, words),
        _filled("(amount not in [{0}, {1}, null])", NUMERALS, NUMERALS),
        _filled("({0} in interests)", t),
        _filled("includes(interests, {0})", WRITTEN),
        _filled("matches({0}, '{1}')", t, st.sampled_from(("digits", "email", "mobile_cn"))),
        _filled("(account {0} {1})", st.sampled_from(("==", "!=")), _choice(ids, st.just("rival"))),
        _filled("(account in [{0}, user])", ids),
        st.sampled_from(("account == user", f"under(account, '{IDS[1]}')",
                         "stage in ['won', 'new']", "stage == 'talk'", "count(lines) > 1",
                         "is_blank(interests)",
                         "account == 'no id'", "not is_blank(lines)", "amount > 0.005",
                         "quantity >= 2.5", "quantity < 99999999999999999999")),
    )  # fmt: skip


BUILDERS: dict[str, Callable[[int], Source]] = {
    "number": _number,
    "text": _text,
    "date": _date,
    "moment": _moment,
    "boolean": _boolean,
}
ANY = st.sampled_from((*BUILDERS, "duration", "boolean", "number")).flatmap(expressions)
