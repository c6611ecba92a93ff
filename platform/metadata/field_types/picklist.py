"""One of a list of options, held by its name; and several of them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ..definitions import EMPTY, Field, Option
from ..expressions.types import Kind, Type
from .base import (
    FieldType,
    Format,
    Operator,
    ParseContext,
    Storage,
    StorageKind,
    ValueProblem,
    Widget,
)
from .operators import CHOICES, SETS
from .sets import SetType
from .values import clean_line, shown

DEPENDS_ON = {
    "depends_on": {
        "type": "object",
        "description": "The options on offer depend on the value of another picklist.",
        "required": ["field", "map"],
        "additionalProperties": False,
        "properties": {
            "field": {
                "$ref": "common.schema.json#/$defs/reference",
                "x-refers": "field",
                "description": "The picklist that decides.",
            },
            "map": {
                "type": "object",
                "description": "Option of that picklist → names of the options it allows here.",
                "additionalProperties": {
                    "type": "array",
                    "description": "Names of options of this field.",
                    "items": {"$ref": "common.schema.json#/$defs/name"},
                    "x-merge": "value",
                },
            },
        },
    }
}


class Picklist(FieldType):
    name = "picklist"
    label = "Picklist"
    widget = Widget.SELECT
    operators = CHOICES
    settings = DEPENDS_ON

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.TEXT)

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.OPTION, options=field.options)

    def parse(self, field: Field, raw: Any, context: ParseContext) -> str | None:
        return parse_option(field, raw, context)

    def format(
        self, field: Field, value: str | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        return "" if value is None else option_label(field, value, how)

    def search_text(self, field: Field, value: str | None) -> str:
        return "" if value is None else _own_label(field, value)


class MultiPicklist(SetType):
    name = "multi_picklist"
    label = "Multi-select picklist"
    widget = Widget.MULTI_SELECT
    operators = (Operator.INCLUDES, *SETS[1:])
    settings = DEPENDS_ON
    of = StorageKind.TEXT

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.LIST, of=Type(Kind.OPTION, options=field.options))

    def parse(self, field: Field, raw: Any, context: ParseContext) -> tuple[str, ...]:
        if isinstance(raw, str) and (whole := _named(field, raw.strip(), context)):
            raw = [whole.name]
        return super().parse(field, raw, context)

    def parse_one(self, field: Field, raw: Any, context: ParseContext) -> str | None:
        return parse_option(field, raw, context)

    def format_one(self, field: Field, value: str, how: Format) -> str:
        return option_label(field, value, how)

    def search_text(self, field: Field, value: tuple[str, ...] | None) -> str:
        return " ".join(_own_label(field, name) for name in value or ())


def parse_option(field: Field, raw: Any, context: ParseContext) -> str | None:
    """The name of the option that ``raw`` names: by name, former name or label."""
    text = clean_line(raw)
    if not text:
        return None
    option = _named(field, text, context)
    if option is None:
        raise _unknown(field, text)
    allowed = allowed_options(field, context.values)
    if option not in allowed:
        raise ValueProblem(
            "option_not_allowed",
            "{value} does not go with {other}.",
            value=option.label,
            other=shown(context.values.get(field.settings["depends_on"]["field"]) or "–"),
        )
    return option.name


def allowed_options(field: Field, values: Mapping[str, Any]) -> tuple[Option, ...]:
    """The options on offer while the record's other values are ``values``.

    All of them where the controlling value is not known (not among ``values``).
    """
    depends = field.settings.get("depends_on")
    if depends is None or depends["field"] not in values:
        return field.options
    chosen = values[depends["field"]]
    names = depends["map"].get(chosen, ()) if isinstance(chosen, str) else ()
    return tuple(option for option in field.options if option.name in names)


def option_label(field: Field, name: str, how: Format) -> str:
    """The label of an option in the reader's language; its name where it is gone."""
    option = field.option(name)
    return name if option is None else how.label(option.id, option.label)


def _own_label(field: Field, name: str) -> str:
    option = field.option(name)
    return name if option is None else option.label


def _named(field: Field, text: str, context: ParseContext) -> Option | None:
    if (option := field.option(text)) is not None:
        return option
    wanted = text.casefold()
    labelled = [
        option
        for option in field.options
        if wanted in (option.label.casefold(), context.label(option.id, option.label).casefold())
    ]
    return labelled[0] if len(labelled) == 1 else None


def _unknown(field: Field, text: str) -> ValueProblem:
    known = {name: o.name for o in field.options for name in (o.label.casefold(), o.name)}
    close = get_close_matches(text[:80].casefold(), known, n=1, cutoff=0.6)
    if not close:
        return ValueProblem("unknown_option", "There is no option {value}.", value=shown(text))
    return ValueProblem(
        "unknown_option",
        "There is no option {value}. Did you mean {nearest}?",
        value=shown(text),
        nearest=known[close[0]],
    )
