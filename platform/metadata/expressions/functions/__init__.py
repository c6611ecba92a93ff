"""The one table of functions. A new function is one line in one of the themes.

``SPECIAL`` are those whose types a signature cannot say; ``checker`` gives them their meaning.
"""

from __future__ import annotations

from ..operations import Operation, function
from .dates import DATES
from .numbers import LISTS, NUMBERS
from .operators import OPERATORS
from .records import RECORDS, changed
from .texts import TEXTS


def _written_out(*_: object) -> None:
    raise AssertionError("the checker turns this into something else")


CHANGED = function(
    "changed", "any", "boolean", changed, "Whether this save changes the field.",
    "changed(status) and status == 'received'", nulls=True, sql=None,
)  # fmt: skip

SPECIAL = (
    function("IF", "boolean, same, same?", "same", _written_out,
             "The second value when the condition holds, else the third (null when left out).",
             "IF(amount > 1000, 'large', 'small')"),
    function("AND", "boolean...", "boolean", _written_out, "Whether all conditions hold.",
             "AND(amount > 0, active)"),
    function("OR", "boolean...", "boolean", _written_out, "Whether one condition holds.",
             "OR(amount == 0, is_blank(amount))"),
    function("NOT", "boolean", "boolean", _written_out, "Whether the condition does not hold.",
             "NOT(active)"),
    function("case", "any, any, same...", "same", _written_out,
             "A value, then pairs of what it may be and what to give; last what to give else.",
             "case(level, 'gold', 0.1, 'diamond', 0.2, 0)"),
    function("option", "option", "any", _written_out,
             "The chosen option of a picklist: .label, .color, .closed, .position and what the "
             "definition says of it.", "option(stage).probability"),
    function("was", "any", "any", _written_out,
             "The value before this save; null for a new record.", "was(stage) == 'won'",
             sql=None),
    CHANGED,
    function("setting", "text!", "any", _written_out, "A setting of the package.",
             "setting('credit_days')", sql=None),
    function("has_tag", "text!", "boolean", _written_out, "Whether the record has the tag.",
             "has_tag('vip')"),
)  # fmt: skip

THEMES: tuple[tuple[str, tuple[Operation, ...]], ...] = (
    ("Choosing", SPECIAL[:5]),
    ("Records and people", (*RECORDS, *SPECIAL[5:])),
    ("Numbers", NUMBERS),
    ("Related records and lists", LISTS),
    ("Text", TEXTS),
    ("Dates and times", DATES),
)

FUNCTIONS: tuple[Operation, ...] = tuple(
    each for _, group in THEMES for each in group if each not in SPECIAL
)
ALL_OPERATIONS: tuple[Operation, ...] = (*FUNCTIONS, CHANGED, *OPERATORS)
BY_KEY = {each.key: each for each in ALL_OPERATIONS}
assert len(BY_KEY) == len(ALL_OPERATIONS), "two operations share a key"

OVERLOADS: dict[str, tuple[Operation, ...]] = {
    each.name: tuple(other for other in FUNCTIONS if other.name == each.name) for each in FUNCTIONS
}
NAMES: tuple[str, ...] = tuple(dict.fromkeys(each.name for each in (*SPECIAL, *FUNCTIONS)))
