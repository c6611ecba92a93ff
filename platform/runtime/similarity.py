"""How alike two texts are, and the keys by which an index finds texts that may be alike. Pure.

Comparing with every record is out of the question, so each text gets a few keys: its rarest pairs
of characters, three at a time (short texts: two; those between: both, to meet either). Two texts
that are alike share some, strangers hardly ever do.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from hashlib import blake2b
from itertools import combinations, pairwise
from zlib import crc32

from .search_tokens import fold, national

LONGEST = 120
SIGNATURE = 6
"""How many of the rarest pairs of characters take part in the keys."""
WORDS_ONLY = re.compile(r"[\W_]+")
LEGAL_FORMS = re.compile(
    r"股份有限公司|有限责任公司|有限公司|集团|公司"
    r"|\b(?:co|ltd|limited|inc|incorporated|corp|corporation|company|llc|gmbh|group|plc|sa)\b\.?"
)


def normalised(text: str, type_name: str = "text") -> str:
    """What remains of a value when writing habits are taken away; '' when nothing does.

    Telephone numbers are their digits without China's code, everything else its letters and
    digits, half-width and lower case.
    """
    folded = fold(text)
    if type_name == "phone":
        digits = "".join(c for c in folded if c.isdigit())
        return national(folded, digits)
    if type_name == "email":
        return "".join(folded.split())
    return WORDS_ONLY.sub("", folded)


def essence(text: str) -> str:
    """A name without its legal form: what two spellings of one company have in common."""
    folded = fold(text[:LONGEST])
    bare = WORDS_ONLY.sub("", LEGAL_FORMS.sub(" ", folded))
    return bare or WORDS_ONLY.sub("", folded)


def is_alike(one: str, other: str, threshold: float) -> bool:
    """Whether two essences have enough in common: twice the characters in common over all of
    them is at least ``threshold`` (0 to 1). Length and letters tell most strangers apart."""
    if one == other:
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return (
        matcher.real_quick_ratio() >= threshold
        and matcher.quick_ratio() >= threshold
        and matcher.ratio() >= threshold
    )


def alike_keys(essence_: str) -> tuple[str, ...]:
    """Keys of which two alike essences share at least one, nearly always; '' has none.

    They are made of letters and digits.
    """
    if len(essence_) <= 3:
        return (essence_,) if essence_ else ()
    pairs = set(map("".join, pairwise(essence_)))
    rare = sorted(sorted(pairs, key=_rank)[:SIGNATURE])
    sizes = (2,) if len(pairs) < SIGNATURE else (2, 3) if len(pairs) < SIGNATURE + 2 else (3,)
    return tuple("".join(some) for size in sizes for some in combinations(rare, size))


def digest(*parts: str) -> str:
    """A short name for several texts together."""
    return blake2b("\0".join(parts).encode(), digest_size=6).hexdigest()


def _rank(pair: str) -> int:
    """An order that is the same everywhere and has nothing to do with the language."""
    return crc32(pair.encode())
