"""Expressions cannot reach anything, hold anything up, or be what they do not look like."""

from __future__ import annotations

import ast
import resource
from collections.abc import Iterator
from datetime import date, time
from time import process_time
from types import FunctionType
from typing import Any

import pytest

from tests.metadata.expressions.scope import AROUND, VALUES, DealScope
from typecase.metadata.expressions import ExpressionProblem, check, evaluate
from typecase.metadata.expressions.functions import ALL_OPERATIONS
from typecase.metadata.expressions.program import PLAIN, program
from typecase.metadata.expressions.syntax import ALLOWED, NODES, OPERATORS, Parsed, _check_allowed
from typecase.metadata.expressions.tokens import Token
from typecase.metadata.expressions.tree import walk

FOREIGN = (
    "name.upper()",
    "name.__class__",
    "account.__class__.__mro__",
    "name._private",
    "__import__('os')",
    "＿＿import＿＿('os')",
    "name.__ｃlass__",
    "ｎame == 'x'",
    "name[0]",
    "tags[0:1]",
    "f'{name}'",
    'f"{amount:>999999999}"',
    "'{0.x}'.format(name)",
    "'%s' % name",
    "name % 'x'",
    "b'bytes'",
    "lambda: 1",
    "(lambda x: x)(1)",
    "[x for x in tags]",
    "(x for x in tags).gi_frame",
    "{x for x in tags}",
    "{'a': 1}",
    "{1, 2}",
    "1; 2",
    "amount := 5",
    "(amount := 5)",
    "x = 5",
    "round(amount, places=2)",
    "round(*tags)",
    "round(**tags)",
    "*tags",
    "amount ** 2",
    "amount @ 2",
    "amount << 2",
    "amount | 1",
    "~amount",
    "+amount",
    "amount is null",
    "yield amount",
    "await amount",
    "import os",
    "del amount",
    "assert active",
    "eval('1')",
    "getattr(name, 'x')",
    "record.registry.dispose()",
    "(1).real",
    "'x'.join(tags)",
    "contains.__globals__",
    "if",
    "...",
    "\\",
    "#",
    "amount # comment",
    "amount\x00",
    "'a\x00b'",
    "'\ud800'",
    "`amount`",
    "$amount",
    "amount?",
    "amount!",
    "1_000",
    "0x10",
    "1j",
    "1.e5",
    "True.real",
    "None()",
    "user.password_hash()",
    "is_blank(contains)",
)


@pytest.mark.parametrize("source", FOREIGN)
def test_what_is_no_part_of_the_language_is_refused(source: str) -> None:
    with pytest.raises(ExpressionProblem) as caught:
        check(source, DealScope())
    assert 0 <= caught.value.position <= len(source)


def test_the_lists_of_nodes_are_short() -> None:
    assert len(NODES) <= 25
    assert len(OPERATORS) <= 25


EVERY_NODE = sorted(
    (
        each
        for each in vars(ast).values()
        if isinstance(each, type) and issubclass(each, ast.AST)
        # Num, Index and the like are but former names that make other nodes.
        if "__new__" not in vars(each)
    ),
    key=lambda each: each.__name__,
)


@pytest.mark.parametrize("node", [each for each in EVERY_NODE if each not in ALLOWED])
def test_every_other_node_of_python_is_refused(node: type[ast.AST]) -> None:
    made = node.__new__(node)
    made._fields = ()
    parsed = Parsed("x", ast.Constant(1), (Token("name", "x", 0, 1),), (0,))
    with pytest.raises(ExpressionProblem):
        _check_allowed(parsed, ast.Expression(made))


@pytest.mark.parametrize("source", ["1 + 1", "a.b", "a[0]", "[1]", "not a", "f'{a}'", "a()"])
def test_syntax_never_becomes_a_program(source: str) -> None:
    """A second wall: only what the checker makes is computed, by its own kinds of node."""
    tree: Any = ast.parse(source, mode="eval").body
    with pytest.raises(AssertionError):
        program(tree)


def test_a_program_holds_nothing_but_values_and_operations() -> None:
    """All an expression can reach: what its nodes became, the table of operations, values."""
    rich = "IF(amount > 10 and stage in ['won', 'new'], left(name, 2) & name, was(name))"
    found = list(_reached(check(rich, DealScope()).program))
    table = {id(each.python) for each in ALL_OPERATIONS}
    assert any(id(each) in table for each in found)
    for each in found:
        if id(each) in table:
            continue
        if isinstance(each, FunctionType):
            assert each.__module__ == program.__module__
        else:
            assert type(each) in {*PLAIN, tuple, list, dict}, each


def _reached(made: Any) -> Iterator[Any]:
    """What the functions of a program close over."""
    yield made
    if isinstance(made, FunctionType) and made.__module__ == program.__module__:
        for cell in made.__closure__ or ():
            yield from _reached(cell.cell_contents)
    elif isinstance(made, list | tuple):
        for each in made:
            yield from _reached(each)


def test_every_operation_is_ours() -> None:
    """Functions of ours, or methods of a date or a time that take nothing else."""
    for each in ALL_OPERATIONS:
        if isinstance(each.python, FunctionType):
            assert each.python.__module__.startswith("typecase."), each.key
        else:
            assert each.python.__objclass__ in (date, time), each.key


BIG = "999999999999999999999999999999"
LONG = "'" + "x" * 3000 + "'"
HEAVY = (
    f"{BIG} * {BIG} * {BIG} * {BIG}",
    " * ".join([BIG] * 120),
    f"power({BIG}, 100)",
    f"power(power(power({BIG}, 100), 100), 100)",
    f"power(9, power(9, power(9, {BIG})))",
    f"power(1.00000000000000000001, {BIG})",
    "power(0.00000000000000000001, -100)",
    f"round({BIG}, 999999999)",
    f"round({BIG}, -999999999)",
    f"text({BIG}, 999999999)",
    f"left({LONG}, {BIG})",
    f"mid({LONG}, {BIG}, {BIG})",
    f"right({LONG}, -{BIG})",
    f"substitute({LONG}, 'x', note)",
    f"substitute(substitute(substitute({LONG}, 'x', note), 'x', note), 'x', note)",
    f"substitute({LONG}, '', {LONG[:500]}')",
    " & ".join(["note"] * 400),
    f"concat({', '.join(['note'] * 300)})",
    "not " * 900 + "active",
    "-" * 3000 + "1",
    "(" * 1900 + "1" + ")" * 1900,
    "[" * 1900 + "]" * 1900,
    "+".join(["1"] * 1900),
    " and ".join(["active"] * 450),
    "1 if active else " * 200 + "1",
    "IF(active, " * 300 + "1" + ", 1)" * 300,
    "1 < " * 900 + "1",
    f"close_date + {BIG}",
    f"add_months(close_date, -{BIG})",
    f"add_work_days(close_date, {BIG})",
    "work_days('0001-01-01', '9999-12-31')",
    f"add_minutes(created_at, {BIG})",
    "created_at + (now() - '0001-01-01T00:00:00Z')",
    "x" * 100_000,
    "'" + "\\" * 3999,
    "'" * 3999,
    "matches(note, 'email')",
    "contains(note, note)",
    "find(note, note)",
)
NOTE = "x@" * 50_000


@pytest.mark.parametrize("source", HEAVY, ids=range(len(HEAVY)))
def test_nothing_takes_long_or_much(source: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF)
    started = process_time()
    try:
        checked = check(source, DealScope())
    except ExpressionProblem:
        checked = None
    if checked is not None:
        evaluate(checked, {**VALUES, "note": NOTE}, AROUND)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before.ru_maxrss
    assert process_time() - started <= 1
    assert grown <= 128 * 1024


def test_what_is_too_large_is_said_so() -> None:
    for source, says in (
        ("1" + " + 1" * 1200, "characters"),
        ("1" + "+1" * 900, "nested too deeply"),
        ("(" * 50 + "1" + ")" * 50, "nested too deeply"),
        ("[" + "1," * 1500 + "]", "too many parts"),
    ):
        with pytest.raises(ExpressionProblem, match=says):
            check(source, DealScope())


def test_a_diamond_stays_small() -> None:
    """Every use of a field is one name in the tree, however often it is used."""
    checked = check(" + ".join(["amount"] * 50), DealScope())
    assert sum(1 for _ in walk(checked.tree)) == 99
    assert checked.paths == {("amount",)}
