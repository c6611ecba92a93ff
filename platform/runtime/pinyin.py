"""How Chinese characters are read, in the letters people type. Pure, and quick enough for a save.

The readings are pypinyin's, written down in ``readings.txt`` (see tools/make_readings.py): stored
sort keys are made of them, so they do not change with somebody else's release.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from ..resources import data_folder

LONGEST_PHRASE = 4
TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
UMLAUT = "\u0308"


def _read(text: str) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """Character → reading; phrase → a reading for each character, () where each has its usual."""
    characters: dict[str, str] = {}
    alone, _, together = text.partition("\n\n")
    for line in alone.splitlines()[1:]:
        reading, _, alike = line.partition("\t")
        characters |= dict.fromkeys(alike, reading)
    parted = (line.partition("\t") for line in together.splitlines())
    phrases = {phrase: tuple(spoken.split()) for phrase, _, spoken in parted}
    return characters, phrases


CHARACTERS, PHRASES = _read((data_folder("runtime") / "readings.txt").read_text("utf-8"))


def syllables(run: str) -> tuple[str, ...]:
    """One syllable for each character that has a reading, without tone: ``lü`` is ``lv``."""
    return tuple(_split(marked)[0] for marked in _marked(run))


def with_tones(run: str) -> tuple[str, ...]:
    """The same with the number of the tone, 5 for none: ``lv4``."""
    return tuple("".join(_split(marked)) for marked in _marked(run))


@lru_cache(maxsize=4_000)
def _marked(run: str) -> tuple[str, ...]:
    """As dictionaries write it: the longest known phrase first, then single characters."""
    found: list[str] = []
    place = 0
    while place < len(run):
        for length in range(min(LONGEST_PHRASE, len(run) - place), 1, -1):
            phrase = PHRASES.get(run[place : place + length])
            if phrase is not None:
                break
        else:
            length, phrase = 1, ()
        characters = run[place : place + length]
        found += phrase or [CHARACTERS[each] for each in characters if each in CHARACTERS]
        place += length
    return tuple(found)


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
