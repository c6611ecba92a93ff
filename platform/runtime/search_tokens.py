"""Texts → the tokens of the search index, and what somebody typed → the tokens to look for. Pure.

Two sorts of token make every search a plain look-up, however short the word:

- *whole*: words of four letters or more (``huawei``) and the pinyin of a Chinese text from each
  syllable on (``kejigongsi``), found by their beginning; any two neighbouring Chinese characters
  (``科技``), found exactly.
- *edge*: ``~`` with the first two or three letters of those, or a single first one, and ``^`` with
  two or three neighbouring initials (``^kjg``); found exactly. Without them a search for ``zh``
  would walk through every word that begins so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from .pinyin import syllables

Sort = Literal["text", "phone"]

EDGE, INITIALS = "~", "^"
SHORT = 3
"""Words up to this long are looked up by their edge token."""
LONGEST_PINYIN = 12
MOST_INITIALS = 14
LONGEST_WORD = 32
LONGEST_TEXT = 2_000
MOST_TOKENS = 400
MOST_WORDS = 6
LONGEST_QUERY = 100

HAN = "々〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
KANA_HANGUL = "ぁ-ヿ가-힣"
RUN = re.compile(f"([{HAN}]+)|([{KANA_HANGUL}]+)|((?:(?![{HAN}{KANA_HANGUL}])[^\\W_])+)")
DIGITS = re.compile(r"\d+")
NUMBER_WITH_PUNCTUATION = re.compile(r"[+(]*\d[\d\s()+./-]*")
COUNTRY = re.compile(r"^(?:00|\+)\s*")


@dataclass(frozen=True, slots=True)
class Atom:
    """A token to look for: exactly, or as the beginning of one."""

    text: str
    prefix: bool = False


Phrase = tuple[Atom, ...]
"""Atoms that must all stand in one field."""


@dataclass(frozen=True, slots=True)
class Word:
    """One typed word: any of its phrases will do."""

    phrases: tuple[Phrase, ...]


# What stands in the index -------------------------------------------------------------------


@lru_cache(maxsize=20_000)
def tokens(text: str, sort: Sort = "text") -> tuple[str, ...]:
    """The tokens of a field's text, without the field; no more than MOST_TOKENS."""
    folded = fold(text[:LONGEST_TEXT])
    found = dict.fromkeys(_phone(folded) if sort == "phone" else _text(folded))
    return tuple(found)[:MOST_TOKENS]


def fold(text: str) -> str:
    """Half-width, lower case, without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return unicodedata.normalize("NFKC", bare)


def _text(folded: str) -> list[str]:
    found: list[str] = []
    for place, (han, other, word) in enumerate(RUN.findall(folded)):
        if word:
            found += _word(word[:LONGEST_WORD], first=place == 0)
        else:
            found += _pairs(han or other)
        if han:
            found += _pinyin(han)
    return found


def _word(word: str, first: bool) -> list[str]:
    found = _beginning(word, first)
    if not word.isalpha():
        for number in DIGITS.findall(word):
            for form in {number, number.lstrip("0")} - {word, ""}:
                found += _beginning(form, first=False)
    return found


def _beginning(word: str, first: bool) -> list[str]:
    found = [EDGE + word[0]] if first or len(word) == 1 else []
    if len(word) > 1:
        found.append(EDGE + word[:2])
    if len(word) > 2:
        found.append(EDGE + word[:3])
    if len(word) > SHORT:
        found.append(word)
    return found


def _pairs(run: str) -> list[str]:
    return [EDGE + run[0], *map("".join, pairwise(run))]


def _pinyin(run: str) -> list[str]:
    """From each character on: its pinyin, and the initials."""
    spoken = syllables(run)
    if not spoken:
        return []
    initials = "".join([syllable[0] for syllable in spoken])
    joined, start = "".join(spoken), 0
    found = _beginning(spoken[0], first=True)
    for syllable in spoken:
        found.append(EDGE + joined[start : start + SHORT])
        if start + SHORT < len(joined):
            found.append(joined[start : start + LONGEST_PINYIN])
        start += len(syllable)
    for length in (2, 3):
        found += [INITIALS + initials[n : n + length] for n in range(len(initials) - length + 1)]
    return found


def _phone(folded: str) -> list[str]:
    """Every tail of the digits, so that any part of a number is the beginning of a token."""
    digits = "".join(DIGITS.findall(folded))[:20]
    found = [digits[place:] for place in range(len(digits) - SHORT)]
    for number in (digits, national(folded, digits)):
        found += _beginning(number, first=False) if number else []
    return found


def national(text: str, digits: str) -> str:
    """The digits of a phone number without 00 and China's code; others keep their code."""
    if COUNTRY.match(text):
        digits = digits.removeprefix("00")
    return digits.removeprefix("86") if len(digits) > 11 else digits


# What is looked for -------------------------------------------------------------------------


def parse(typed: str) -> tuple[Word, ...]:
    """The words of a search, all of which must be found; nothing to look for: ()."""
    folded = fold(typed[:LONGEST_QUERY]).strip()
    if NUMBER_WITH_PUNCTUATION.fullmatch(folded):
        return (_number(folded),)
    return tuple(_searched(run) for run in list(RUN.findall(folded))[:MOST_WORDS])


def _searched(run: tuple[str, str, str]) -> Word:
    han, other, word = run
    characters = han or other
    if characters:
        return Word((_characters(characters),))
    phrases: list[Phrase] = [(_begins(word[:LONGEST_WORD]),)]
    if len(word) > LONGEST_PINYIN:
        phrases.append((Atom(word[:LONGEST_PINYIN]),))
    if 1 < len(word) <= MOST_INITIALS and word.isascii() and word.isalpha():
        length = min(len(word), 3)
        places = range(len(word) - length + 1)
        phrases.append(tuple(Atom(INITIALS + word[n : n + length]) for n in places))
    return Word(tuple(phrases))


def _characters(run: str) -> Phrase:
    if len(run) == 1:
        return (Atom(EDGE + run),)
    return tuple(Atom(run[place : place + 2]) for place in range(len(run) - 1))[:12]


def _number(folded: str) -> Word:
    """A number with any punctuation: as one, without its country's code, or run by run."""
    runs = DIGITS.findall(folded)
    digits = "".join(runs)[:20]
    wholes = dict.fromkeys((digits, national(folded, digits)))
    phrases: list[Phrase] = [(_begins(whole),) for whole in wholes if whole]
    if len(runs) > 1:
        phrases.append(tuple(_begins(run) for run in runs[:MOST_WORDS]))
    return Word(tuple(phrases))


def _begins(word: str) -> Atom:
    return Atom(EDGE + word) if len(word) <= SHORT else Atom(word, prefix=True)


def holds(found: tuple[str, ...], word: Word) -> bool:
    """Whether a field with the tokens ``found`` answers to ``word``."""
    return any(all(_is_in(found, atom) for atom in phrase) for phrase in word.phrases)


def _is_in(found: tuple[str, ...], atom: Atom) -> bool:
    if atom.prefix:
        return any(token.startswith(atom.text) for token in found)
    return atom.text in found
