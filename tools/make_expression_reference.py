"""Writes docs/expressions.md from the function table, so that the manual cannot lie.

python tools/make_expression_reference.py          write it
python tools/make_expression_reference.py --check  exit with 1 when it is out of date
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from typecase.metadata.expressions.functions import THEMES
from typecase.metadata.expressions.functions.texts import PATTERNS
from typecase.metadata.expressions.operations import Operation

TARGET = Path(__file__).resolve().parent.parent / "docs" / "expressions.md"

INTRODUCTION = """\
# Expressions

<!-- Written by tools/make_expression_reference.py; change the function table, not this file. -->

One small language says everything that depends on a record: formulas, defaults, conditions,
validations, filters, the steps of a process. Who knows spreadsheets can read it.

```
amount * (1 - discount / 100)
stage == 'won' and not is_blank(amount)
IF(close_date < today(), 'late', 'in time')
sum(lines.total) > account.credit_limit
```

A name is a field of the record; a dot crosses a lookup (`account.owner.name`, five at most).
The names of related records lead to all of them, to be counted or added up: `sum(lines.total)`.
`user` is the person who asks.

An expression is checked when it is saved: its names must exist and its types must fit, and an
option that is compared with must be one. It is computed by Python for one record and by the
database for a million; both give the same value.

## Rules
"""

RULES = (
    ("Constants", "`true`, `false`, `null` in any case, numbers, text in single or double quotes, "
     "lists: `['gold', 'diamond']`. A quote in text is doubled or has a backslash before it."),
    ("Operators", "`+ - * /`, `//` (whole quotient), `%` (what it leaves), `== != < <= > >=`, "
     "`in`, `not in`, `and or not`, `x if condition else y`, and `&`, which joins text. "
     "`=` and `<>` may be written for `==` and `!=`."),
    ("Functions", "Capital and small letters are the same: `Round(x)` is `round(x)`. "
     "`IF`, `AND`, `OR` and `NOT` may be called."),
    ("Null", "A field without a value is null, and so is empty text. `==` and `!=` compare with "
     "null as with any value; `<` and its kin are false beside it; a sum with null is null; `&` "
     "leaves it out. A null condition does not hold."),
    ("Conditions", "Only yes-or-no values are conditions. `not amount` is refused, because zero "
     "and empty are not the same: say `is_blank(amount)` or `amount == 0`."),
    ("Numbers", "Exact decimals, up to 30 digits before the point and 20 after it. `/` keeps ten "
     "places, half rounded up. A division by zero and a result too large are null."),
    ("Text", "Compared letter by letter in the order of Unicode, capitals before small letters. "
     "`contains`, `starts_with` and `ends_with` take capital and small letters for the same."),
    ("Dates", "A date and a number make a date; two dates make the days between them; two moments "
     "make a length of time. A moment beside a date counts as its day: "
     "`created_at <= '2026-12-31'` holds until midnight."),
    ("Zones", "The day of a moment, `today()` and the hour are those of the reader on pages, and "
     "those of the workspace in whatever is stored or runs by itself."),
    ("Picklists", "Compared with the names of options: `stage == 'won'`. A former name still "
     "works. Options have no order; `option(stage).position` has."),
    ("Limits", "4,000 characters, 1,000 parts, 60 levels, 5 lookups in a row."),
    ("Refused", "Anything else: methods, indexes, assignments, loops, `**`, names that begin "
     "with an underscore."),
)  # fmt: skip


def reference() -> str:
    return "\n".join([INTRODUCTION, *_rules(), *_functions(), *_patterns()]) + "\n"


def _rules() -> Iterator[str]:
    yield "| matter | rule |"
    yield "|---|---|"
    for matter, rule in RULES:
        yield f"| {matter} | {_cell(rule)} |"


def _functions() -> Iterator[str]:
    yield "\n## Functions\n"
    yield "*In lists*: whether filters and sorts over many records may use it on their fields.\n"
    for theme, operations in THEMES:
        yield f"### {theme}\n"
        yield "| function | gives | in lists | meaning | example |"
        yield "|---|---|---|---|---|"
        yield from (_row(operation) for operation in operations)
        yield ""


def _row(operation: Operation) -> str:
    takes = ", ".join(map(str, operation.takes))
    gives = "the same" if operation.gives in ("same", "element") else operation.gives
    cells = (f"`{operation.name}({takes})`", gives, _in_lists(operation), operation.doc,
             f"`{operation.example}`")  # fmt: skip
    return "| " + " | ".join(map(_cell, cells)) + " |"


def _in_lists(operation: Operation) -> str:
    if operation.sql is not None:
        return "yes"
    same_for_all = all(each.literal for each in operation.takes) and operation.name != "is_new"
    return "yes" if same_for_all else "no"


def _patterns() -> Iterator[str]:
    yield "## Named patterns\n"
    yield "For `matches(text, 'name')`:\n"
    yield "| name | pattern |"
    yield "|---|---|"
    for name, pattern in PATTERNS.items():
        yield f"| `{name}` | `{_cell(pattern)}` |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> int:
    wanted = reference()
    if "--check" in sys.argv[1:]:
        return 0 if TARGET.is_file() and TARGET.read_text("utf-8") == wanted else 1
    TARGET.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
