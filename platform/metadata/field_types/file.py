"""A stored file, or a picture, held by the id of the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..definitions import EMPTY, Field
from ..expressions.types import Kind, Type
from .base import FieldType, Format, Operator, ParseContext, Storage, StorageKind, Widget
from .operators import BLANKS
from .settings import Settings
from .values import clean_id


class File(FieldType):
    """``Format.titles`` may hold the names of files by their ids."""

    name = "file"
    label = "File"
    widget = Widget.FILE
    operators: ClassVar[tuple[Operator, ...]] = BLANKS
    sortable = False
    settings: ClassVar[Settings] = {
        "max_mb": {
            "type": "integer",
            "minimum": 1,
            "maximum": 100,
            "default": 20,
            "description": "Largest file allowed, in megabytes.",
        },
        "accept": {
            "type": "array",
            "minItems": 1,
            "maxItems": 30,
            "items": {"type": "string", "pattern": r"^\.[a-z0-9]{1,10}$"},
            "description": "Endings of the files taken: `.pdf`. Without it all are.",
            "x-merge": "value",
        },
    }

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.ID)

    def expression_type(self, field: Field) -> Type:
        return Type(Kind.REFERENCE)

    def parse(self, field: Field, raw: Any, context: ParseContext) -> str:
        return clean_id(raw)

    def format(
        self, field: Field, value: str | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        return "" if value is None else how.titles.get(value, value)

    def search_text(self, field: Field, value: str | None) -> str:
        return ""


class Image(File):
    name = "image"
    label = "Image"
    widget = Widget.IMAGE
    settings = {"max_mb": File.settings["max_mb"]}
