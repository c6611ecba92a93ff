"""Writes platform/runtime/readings.txt: how Chinese characters are read, alone and in phrases.

The readings are those of pypinyin (MIT licence), in a form that is read in a few milliseconds and
does not change with pypinyin's releases: stored sort keys are made of them. Run it to take over
newer readings, and then index and sort anew what is stored; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterator

from pypinyin.phrases_dict import phrases_dict
from pypinyin.pinyin_dict import pinyin_dict

from typecase.resources import data_folder

HEAD = "# Made by tools/make_readings.py of pypinyin's readings (MIT licence).\n"
LONGEST_PHRASE = 4

CHARACTERS = {chr(code): readings.partition(",")[0] for code, readings in pinyin_dict.items()}
PHRASES = {
    phrase: tuple(readings[0] for readings in spoken)
    for phrase, spoken in phrases_dict.items()
    if 1 < len(phrase) <= LONGEST_PHRASE
}


def plain(phrase: str) -> tuple[str | None, ...]:
    return tuple(CHARACTERS.get(character) for character in phrase)


def lines() -> Iterator[str]:
    """``reading TAB characters``, then ``phrase TAB reading reading``; a phrase that is read as
    its characters are stands without: it only keeps others from beginning in its middle."""
    alike: dict[str, list[str]] = {}
    for character, reading in sorted(CHARACTERS.items()):
        alike.setdefault(reading, []).append(character)
    for reading, characters in sorted(alike.items()):
        yield f"{reading}\t{''.join(characters)}"
    yield ""
    for phrase, spoken in sorted(PHRASES.items()):
        yield phrase if spoken == plain(phrase) else f"{phrase}\t{' '.join(spoken)}"


def text() -> str:
    return HEAD + "\n".join(lines()) + "\n"


if __name__ == "__main__":
    (data_folder("runtime") / "readings.txt").write_text(text(), "utf-8")
