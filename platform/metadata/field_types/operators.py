"""The filter operators that several field types offer, in the order the builder shows them."""

from __future__ import annotations

from .base import Operator

EQUALITY = (Operator.EQUAL, Operator.NOT_EQUAL)
BLANKS = (Operator.BLANK, Operator.NOT_BLANK)
COMPARISONS = (
    *EQUALITY,
    Operator.LESS,
    Operator.LESS_OR_EQUAL,
    Operator.GREATER,
    Operator.GREATER_OR_EQUAL,
    Operator.BETWEEN,
    *BLANKS,
)
TEXTS = (
    Operator.CONTAINS,
    Operator.STARTS_WITH,
    *EQUALITY,
    Operator.IN,
    *BLANKS,
)
DAYS = (Operator.RELATIVE_DATE, *COMPARISONS)
CHOICES = (Operator.IN, Operator.NOT_IN, *EQUALITY, *BLANKS)
SETS = (Operator.INCLUDES, *BLANKS)
