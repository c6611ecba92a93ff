"""The filters of templates: one visible table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup, escape

from .comparing import COMPARISONS

RAW = "_raw"
"""Where a row keeps its values as they are, beside those people read."""


def _default(value: Any, instead: str = "–") -> Any:
    return value if value not in (None, "") else instead


def _truncate(value: Any, most: int = 80) -> Any:
    text = str(value)
    return text if len(text) <= most else text[: max(0, most - 1)].rstrip() + "…"


def _lines(value: Any) -> Markup:
    """Several lines of text, in a mail."""
    return Markup("<br>").join(escape(line) for line in str(value).splitlines())


FILTERS: Mapping[str, Callable[..., Any]] = {
    "upper": lambda value: str(value).upper(),
    "lower": lambda value: str(value).lower(),
    "trim": lambda value: str(value).strip(),
    "default": _default,
    "truncate": _truncate,
    "lines": _lines,
    **COMPARISONS,
}
