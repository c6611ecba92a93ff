"""What is wrong with an expression, and where."""

from __future__ import annotations

from typing import Any

from ...errors import BadRequest
from ...texts import translate

OUR_WORDS = frozenset({"type", "other", "expected", "left", "right", "hint"})
"""Data that are words of ours, not of the author's."""


class ExpressionProblem(BadRequest):
    """An expression that cannot be used.

    ``position`` and ``length`` count characters in the author's own text; ``where`` is whatever
    the caller of ``check`` passed to say which expression this is.
    """

    code = "bad_expression"

    def __init__(
        self, message: str, position: int = 0, length: int = 1, *, where: str = "", **data: Any
    ) -> None:
        super().__init__(message, **data)
        self.position, self.length, self.where = position, length, where

    def text(self, locale: str = "en") -> str:
        words = {
            name: translate(word, locale)
            for name, word in self.data.items()
            if name in OUR_WORDS and isinstance(word, str)
        }
        return translate(self.message, locale, **{**self.data, **words})
