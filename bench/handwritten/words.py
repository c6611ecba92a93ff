"""What the search index holds of a text: its words, and pairs of Chinese characters."""

from __future__ import annotations

import re
import unicodedata

RUN = re.compile(r"([\u4e00-\u9fff]+)|([a-z0-9]+)")


def tokens(text: str) -> str:
    found: list[str] = []
    for chinese, word in RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if word:
            found.append(word)
        else:
            found += [chinese[i : i + 2] for i in range(max(1, len(chinese) - 1))]
    return " ".join(dict.fromkeys(found))
