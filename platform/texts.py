"""Texts a person reads that come from the platform itself: English is the key.

``texts/<locale>.json`` maps the English template to its translation; what is missing is shown
in English. The labels of definitions are not here: packages translate their own.

A template names its data in braces; after a number it may choose between one and many:
``"{count} {count:record|records}"``.
"""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from .resources import data_folder

LOCALES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A template inside the data of another, translated along with it: a hint, a unit."""

    template: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def text(self, locale: str) -> str:
        return translate(self.template, locale, **self.data)

    def __str__(self) -> str:
        return self.text("en")


@cache
def texts_of(locale: str) -> dict[str, str]:
    path = data_folder("texts") / f"{locale}.json"
    if locale == "en" or not path.is_file():
        return {}
    loaded: dict[str, str] = json.loads(path.read_text("utf-8"))
    return loaded


def translate(template: str, locale: str, **data: Any) -> str:
    """The text for ``locale`` with ``data`` filled in; a missing name leaves the template as is."""
    text = texts_of(locale).get(template, template)
    if not data:
        return text
    said = {name: v.text(locale) if isinstance(v, Phrase) else v for name, v in data.items()}
    try:
        return _FORMATTER.vformat(text, (), said)
    except (KeyError, IndexError, ValueError):
        return text


class _Formatter(string.Formatter):
    """``str.format`` that also knows ``{count:one|many}``."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        one, mark, many = format_spec.partition("|")
        if mark:
            return one if value in (1, "1") else many
        return super().format_field(value, format_spec)


_FORMATTER = _Formatter()
