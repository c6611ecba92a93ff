"""What the types with several values share: a tuple without doubles, in the order given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..definitions import EMPTY, Field
from .base import FieldType, Format, Operator, ParseContext, Storage, StorageKind, ValueProblem
from .operators import SETS
from .values import several

MOST = 500
"""Entries of one value."""


class SetType(FieldType):
    """Base of the types whose value is a tuple of texts; ``()`` is empty."""

    operators: ClassVar[tuple[Operator, ...]] = SETS
    sortable = False
    of: ClassVar[StorageKind] = StorageKind.ID

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.SET, of=self.of)

    def parse_one(self, field: Field, raw: Any, context: ParseContext) -> str | None:
        raise AssertionError(f"{type(self).__name__} parses no entry")

    def format_one(self, field: Field, value: str, how: Format) -> str:
        return how.titles.get(value, value)

    def parse(self, field: Field, raw: Any, context: ParseContext) -> tuple[str, ...]:
        """From a list, repeated form values, or text with commas or semicolons."""
        entries = several(raw)
        if len(entries) > MOST:
            raise ValueProblem("too_many", "At most {maximum} entries.", maximum=MOST)
        parsed = (self.parse_one(field, entry, context) for entry in entries if entry != "")
        return tuple(dict.fromkeys(entry for entry in parsed if entry is not None))

    def to_json(self, field: Field, value: tuple[str, ...] | None) -> list[str]:
        return list(value or ())

    def format(
        self,
        field: Field,
        value: tuple[str, ...] | None,
        how: Format,
        record: Mapping[str, Any] = EMPTY,
    ) -> str:
        separator = "、" if how.locale.startswith("zh") else ", "
        return separator.join(self.format_one(field, entry, how) for entry in value or ())

    def to_input(self, field: Field, value: tuple[str, ...] | None, how: Format) -> str:
        return ",".join(value or ())

    def search_text(self, field: Field, value: tuple[str, ...] | None) -> str:
        return ""
