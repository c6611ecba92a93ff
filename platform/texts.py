"""Texts a person reads that come from the platform itself: English is the key.

``texts/<locale>.json`` maps the English template to its translation; what is missing is shown
in English. The labels of definitions are not here: packages translate their own.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from .resources import data_folder

LOCALES = ("en", "zh")


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
    try:
        return text.format(**data)
    except (KeyError, IndexError, ValueError):
        return text
