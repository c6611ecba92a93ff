"""What a field type is: one small class that knows its settings, its values and their texts.

A field type is pure. It names a storage kind and a widget from two closed lists; storage and
pages know those, never the type itself. A new type is one file and one line in ``__init__``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from ...errors import FieldProblem
from ..definitions import EMPTY, Field
from ..expressions.types import Type


class StorageKind(Enum):
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    MOMENT = "moment"
    ID = "id"
    JSON = "json"
    MONEY = "money"
    """Three columns: the amount, ``<name>_currency``, ``<name>_base`` (amount in base currency)."""
    LINK = "link"
    """Two columns: the id, ``<name>_object`` (which of the targets)."""
    SET = "set"
    """A child table of values in order."""
    NONE = "none"
    """Nothing stored: computed on read."""


class Widget(Enum):
    TEXT = "text"
    TEXTAREA = "textarea"
    RICH_TEXT = "rich_text"
    NUMBER = "number"
    MONEY = "money"
    CHECKBOX = "checkbox"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    DURATION = "duration"
    SELECT = "select"
    MULTI_SELECT = "multi_select"
    LOOKUP = "lookup"
    MULTI_LOOKUP = "multi_lookup"
    FILE = "file"
    IMAGE = "image"
    ADDRESS = "address"
    PERSON_NAME = "person_name"
    LOCATION = "location"
    COLOR = "color"
    RATING = "rating"
    JSON = "json"
    READ_ONLY = "read_only"


class Operator(Enum):
    """What a filter builder offers for a type; each is a form of the expression language."""

    EQUAL = "equal"
    NOT_EQUAL = "not_equal"
    LESS = "less"
    LESS_OR_EQUAL = "less_or_equal"
    GREATER = "greater"
    GREATER_OR_EQUAL = "greater_or_equal"
    BETWEEN = "between"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    IN = "in"
    NOT_IN = "not_in"
    INCLUDES = "includes"
    UNDER = "under"
    BLANK = "blank"
    NOT_BLANK = "not_blank"
    RELATIVE_DATE = "relative_date"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class Storage:
    kind: StorageKind
    precision: int = 18
    scale: int = 0
    of: StorageKind = StorageKind.TEXT
    """For SET: what one value is stored as."""
    sort_key: bool = False
    """Text that lists sort by a second, stored key (casefolded, pinyin)."""


Label = Callable[[str, str], str]
"""(id of an option, what its definition says) → its label in the reader's language."""


def own_label(id_: str, own: str) -> str:
    """The label a definition gives, untranslated."""
    return own


@dataclass(frozen=True, slots=True)
class ParseContext:
    """What parsing may depend on besides the raw value itself."""

    zone: ZoneInfo
    now: datetime
    base_currency: str = "CNY"
    values: Mapping[str, Any] = EMPTY
    """Other raw or parsed values of the same record (dependent options, the currency)."""
    label: Label = own_label
    """Labels of options in the reader's language: an import may hold those."""


NOWHERE = ParseContext(ZoneInfo("UTC"), datetime(1970, 1, 1, tzinfo=UTC))
"""For what does not depend on a context: values as the API shows them."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a reader sees values."""

    locale: str
    zone: ZoneInfo
    base_currency: str = "CNY"
    titles: Mapping[str, str] = EMPTY
    """Titles of the records that lookups point to, by id."""
    label: Label = own_label
    """Labels of options: ``catalog.label`` of this locale."""


class ValueProblem(ValueError):
    """A raw value this type does not take. ``message`` is a template for ``typecase.texts``."""

    def __init__(self, code: str, message: str, **data: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.data = code, message, data

    def at(self, field: str) -> FieldProblem:
        return FieldProblem(field, self.code, self.message, self.data)


class FieldType:
    """Base of all field types. Values are plain; ``None`` is the one empty value.

    The methods are given the Field, so one instance serves all fields of its type.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    widget: ClassVar[Widget]
    operators: ClassVar[tuple[Operator, ...]] = (
        Operator.EQUAL,
        Operator.NOT_EQUAL,
        Operator.BLANK,
        Operator.NOT_BLANK,
    )
    settings: ClassVar[Mapping[str, Mapping[str, Any]]] = EMPTY
    """JSON Schema of each setting only this type has; ``schemas/object.schema.json`` is tested
    against it."""
    sortable: ClassVar[bool] = True
    computed: ClassVar[bool] = False
    """True: nobody writes it (formula, rollup, autonumber)."""

    def operators_for(self, field: Field) -> tuple[Operator, ...]:
        """The operators of this very field; formulas have those of what they return."""
        return self.operators

    def storage(self, field: Field) -> Storage:
        raise AssertionError(f"{type(self).__name__} names no storage")

    def expression_type(self, field: Field) -> Type:
        raise AssertionError(f"{type(self).__name__} names no expression type")

    def parts(self, field: Field) -> tuple[str, ...]:
        """Names of the values stored beside the main one: ``amount_currency``."""
        return ()

    def parse(self, field: Field, raw: Any, context: ParseContext) -> Any:
        """A clean value from JSON, a form or an import cell. Raises ValueProblem.

        ``None`` and blank text are empty: the caller has sorted those out already.
        Parsing its own ``to_json`` gives the same value back.
        """
        raise AssertionError(f"{type(self).__name__} parses nothing")

    def parse_part(self, field: Field, part: str, raw: Any) -> Any:
        """A clean value of one of ``parts``, where people may write it. Raises ValueProblem."""
        raise ValueProblem("read_only", "This field cannot be written.")

    def check(self, field: Field, value: Any) -> None:
        """Refuses a parsed value that breaks a setting (length, range). Raises ValueProblem."""

    def to_json(self, field: Field, value: Any) -> Any:
        """The value as the API shows it: decimals as text, moments as ``…Z``."""
        return value

    def from_json(self, field: Field, json: Any) -> Any:
        """The value that ``to_json`` showed so: what history and snapshots keep.

        Raises ValueProblem when the field has since become one that does not take it.
        """
        return None if json is None else self.parse(field, json, NOWHERE)

    def format(
        self, field: Field, value: Any, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        """The value as a person reads it, ``''`` for empty.

        ``record`` holds the values stored beside it: an amount looks there for its currency.
        """
        return "" if value is None else str(value)

    def to_input(self, field: Field, value: Any, how: Format) -> str:
        """The value as an HTML input holds it; ``parse`` takes it back."""
        json = self.to_json(field, value)
        return "" if json is None else str(json)

    def search_text(self, field: Field, value: Any) -> str:
        """What the search index sees of the value."""
        return "" if value is None else str(value)
