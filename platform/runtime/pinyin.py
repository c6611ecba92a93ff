"""How Chinese characters are read, in the letters people type. Pure, and quick enough for a save.

The readings are pypinyin's; its own functions give the same (they judge this in the tests) but
take ten times as long.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

LONGEST_PHRASE = 4
TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
UMLAUT = "\u0308"


def syllables(run: str) -> tuple[str, ...]:
    """One syllable for each character that has a reading, without tone: ``lü`` is ``lv``."""
    return tuple(_split(marked)[0] for marked in _marked(run))


def with_tones(run: str) -> tuple[str, ...]:
    """The same with the number of the tone, 5 for none: ``lv4``."""
    return tuple("".join(_split(marked)) for marked in _marked(run))


def _marked(run: str) -> Iterator[str]:
    """As dictionaries write it: the longest known phrase first, then single characters."""
    place = 0
    while place < len(run):
        for length in range(min(LONGEST_PHRASE, len(run) - place), 1, -1):
            phrase = phrases_dict.get(run[place : place + length])
            if phrase is not None:
                yield from (readings[0] for readings in phrase)
                place += length
                break
        else:
            readings = pinyin_dict.get(ord(run[place]))
            if readings is not None:
                yield readings.partition(",")[0]
            place += 1


@lru_cache(maxsize=4_000)
def _split(marked: str) -> tuple[str, str]:
    letters, tone = "", "5"
    for character in unicodedata.normalize("NFD", marked):
        if character in TONES:
            tone = TONES[character]
        elif character == UMLAUT:
            letters = f"{letters[:-1]}v"
        elif character.isascii():
            letters += character
    return letters, tone
