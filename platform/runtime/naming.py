"""Names of what administrators make, from what they call it: ``x_`` and plain letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from ..metadata.customer import PREFIX
from .pinyin import CHARACTERS, syllables

LONGEST = 32
OTHERS = re.compile(r"[^a-z0-9]+", re.ASCII)


def name_of(label: str, taken: Collection[str]) -> str:
    """A name for a new thing called ``label``: Chinese as it is read, other letters without their
    marks; with a number behind where it is ``taken``."""
    spoken = "".join(f" {' '.join(syllables(c))} " if c in CHARACTERS else c for c in label)
    plain = unicodedata.normalize("NFKD", spoken).encode("ascii", "ignore").decode().lower()
    stem = PREFIX + (OTHERS.sub("_", plain).strip("_")[:LONGEST].strip("_") or "own")
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}_{number}", number + 1
    return name
