"""Formatted text: HTML that has been through an allow-list before it is stored."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import nh3

from ..definitions import EMPTY, Field
from ..expressions.types import TEXT, Type
from .base import FieldType, Format, Operator, ParseContext, Storage, StorageKind, Widget
from .operators import BLANKS
from .settings import length_setting
from .values import check_length, clean_text

TEXT_TAGS = (
    "a",
    "abbr",
    "b",
    "code",
    "del",
    "em",
    "i",
    "ins",
    "mark",
    "s",
    "small",
    "strong",
    "sub",
    "sup",
    "u",
)
BLOCK_TAGS = ("blockquote", "br", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "ul")
TABLE_TAGS = ("table", "tbody", "td", "th", "thead", "tr")
TAGS = frozenset((*TEXT_TAGS, *BLOCK_TAGS, *TABLE_TAGS))
ATTRIBUTES = MappingProxyType(
    {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
)
"""No images, no styles, no classes: nothing that loads from elsewhere or covers the page."""

SCHEMES = frozenset(("http", "https", "mailto", "tel"))
BLOCK_ENDS = re.compile(r"<(?:br|hr)[^>]*>|</(?:p|h\d|li|tr|blockquote|pre|td|th)>")


class RichText(FieldType):
    """The value is clean HTML: a template may show it as it is."""

    name = "rich_text"
    label = "Rich text"
    widget = Widget.RICH_TEXT
    operators = (Operator.CONTAINS, *BLANKS)
    settings = length_setting(default=100_000, maximum=500_000)
    sortable = False

    def storage(self, field: Field) -> Storage:
        return Storage(StorageKind.TEXT)

    def expression_type(self, field: Field) -> Type:
        return TEXT

    def parse(self, field: Field, raw: Any, context: ParseContext) -> str | None:
        text = clean_text(raw)
        self.check(field, text)
        cleaned = clean_html(text)
        return cleaned if plain_text(cleaned) or "<hr" in cleaned else None

    def check(self, field: Field, value: str) -> None:
        check_length(value, field.settings.get("max_length", 100_000))

    def format(
        self, field: Field, value: str | None, how: Format, record: Mapping[str, Any] = EMPTY
    ) -> str:
        return "" if value is None else plain_text(value)

    def search_text(self, field: Field, value: str | None) -> str:
        return "" if value is None else plain_text(value)


def clean_html(text: str) -> str:
    """What is left of HTML by the allow-list."""
    return nh3.clean(
        text,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    ).strip()


def plain_text(clean: str) -> str:
    """The words of clean HTML, a line per block."""
    text = html.unescape(nh3.clean(BLOCK_ENDS.sub("\n", clean), tags=set()))
    return "\n".join(filter(None, (line.strip() for line in text.splitlines())))
