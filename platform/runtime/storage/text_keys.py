"""The key by which lists sort a text: casefolded, full-width folded, Chinese by pinyin."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

LONGEST = 60
"""Characters of the text that take part in sorting."""


def sort_key(text: str | None) -> str | None:
    """Sorts the same on both databases, by code point. Stored beside the text."""
    if text is None:
        return None
    head = text[:LONGEST]
    return head.casefold() if head.isascii() else _other(head)


@lru_cache(maxsize=50_000)
def _other(head: str) -> str:
    folded = unicodedata.normalize("NFKC", head).casefold()
    if not any("㐀" <= c <= "鿿" for c in folded):
        return folded
    return " ".join(lazy_pinyin(folded, style=Style.TONE3, neutral_tone_with_five=True))
