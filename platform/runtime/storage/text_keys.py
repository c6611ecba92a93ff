"""The key by which lists sort a text: casefolded, full-width folded, Chinese by pinyin."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from ..pinyin import with_tones

CHINESE = re.compile("([㐀-鿿〇]+)")
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
    parts = CHINESE.split(folded)
    if len(parts) == 1:
        return folded
    return " ".join(" ".join(with_tones(p)) if CHINESE.match(p) else p for p in parts if p)
