"""Countries by their names."""

from __future__ import annotations

from babel import Locale


def country_name(code: str, locale: str) -> str:
    return str(Locale.parse(locale).territories.get(code, code))
