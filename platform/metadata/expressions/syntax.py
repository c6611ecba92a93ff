"""Tokens → Python's syntax tree, of which only a closed list of node types passes."""

from __future__ import annotations

import ast
from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from .problems import ExpressionProblem
from .tokens import Token, tokens_of

MAX_NODES = 1000
MAX_DEPTH = 60

NODES = (
    ast.Expression, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Call,
    ast.Constant, ast.Name, ast.Attribute, ast.List, ast.Tuple,
)  # fmt: skip
"""Every kind of node an expression may have; the checker gives each its meaning."""

OPERATORS = (
    ast.And, ast.Or, ast.Not, ast.USub,
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.BitAnd,
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn,
)  # fmt: skip
"""Every operator; ``&`` joins text."""

ALLOWED = frozenset({*NODES, *OPERATORS, ast.Load})


@dataclass(frozen=True)
class Parsed:
    """The tree, and the way back from its columns to the author's text."""

    source: str
    tree: ast.expr
    tokens: tuple[Token, ...]
    starts: tuple[int, ...]
    """Column of each token in the text Python parsed."""

    def place(self, node: ast.AST) -> tuple[int, int]:
        """Position and length of ``node`` in the author's text."""
        first = self._token_at(getattr(node, "col_offset", None) or 0)
        last = self._token_at((getattr(node, "end_col_offset", None) or 1) - 1)
        return first.position, last.position + last.length - first.position

    def literal(self, node: ast.Constant) -> Decimal | str | bool | None:
        """The value of a literal: numbers come exactly as written, never through a float."""
        if isinstance(node.value, bool) or node.value is None:
            return node.value
        return self._token_at(node.col_offset).value

    def _token_at(self, column: int) -> Token:
        return self.tokens[max(0, bisect_right(self.starts, column) - 1)]


def parse(source: str) -> Parsed:
    """The allowed syntax tree of ``source``. Raises ExpressionProblem."""
    tokens = tuple(tokens_of(source))
    if not tokens:
        raise ExpressionProblem("The expression is empty.")
    # One space between tokens: ASCII throughout, so Python's byte columns are characters.
    starts = tuple(accumulate((len(t.python) + 1 for t in tokens[:-1]), initial=0))
    python = " ".join(token.python for token in tokens)
    try:
        root = ast.parse(python, mode="eval")
    except SyntaxError as error:
        raise _not_understood(source, tokens, starts, error) from None
    except (RecursionError, MemoryError, ValueError):
        raise ExpressionProblem("The expression is nested too deeply.") from None
    parsed = Parsed(source, root.body, tokens, starts)
    _check_allowed(parsed, root)
    return parsed


def _not_understood(
    source: str, tokens: tuple[Token, ...], starts: tuple[int, ...], error: SyntaxError
) -> ExpressionProblem:
    token = tokens[max(0, bisect_right(starts, (error.offset or 1) - 1) - 1)]
    text = source[token.position : token.position + token.length]
    return ExpressionProblem(
        "The expression cannot be understood at {text}.", token.position, token.length, text=text
    )


def _check_allowed(parsed: Parsed, root: ast.Expression) -> None:
    """Walks without recursion: depth is checked here, so that it is safe further down."""
    todo: list[tuple[ast.AST, int]] = [(root, 0)]
    count = 0
    while todo:
        node, depth = todo.pop()
        count += 1
        if type(node) not in ALLOWED:
            raise ExpressionProblem(
                "{what} is not part of the language.", *parsed.place(node), what=spoken(node)
            )
        if depth > MAX_DEPTH:
            raise ExpressionProblem("The expression is nested too deeply.", *parsed.place(node))
        if count > MAX_NODES:
            raise ExpressionProblem("The expression has too many parts.", *parsed.place(node))
        todo.extend((child, depth + 1) for child in ast.iter_child_nodes(node))


def spoken(node: ast.AST) -> str:
    """The name of a kind of node for messages: ``ListComp``, ``Starred``."""
    return type(node).__name__
