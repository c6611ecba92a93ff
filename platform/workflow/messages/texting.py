"""Texts of text messages: made plain, and counted as networks count them.

A text of the letters of GSM 03.38 has 160 of them in one part; a single other character makes all
of it UCS-2, with 70. Texts of several parts give up some of each for being put together again.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWICE = frozenset("^{}\\[~]|€\f")
"""Letters that take the room of two."""
GSM_ROOM, UCS_ROOM = (160, 153), (70, 67)
"""Of a text of one part, and of each part of several."""
MOST_PARTS = 10


@dataclass(frozen=True, slots=True)
class Counted:
    """``room`` is what its parts hold together; ``is_plain``: of the letters of GSM only."""

    length: int
    parts: int
    room: int
    is_plain: bool


def tidied(text: str) -> str:
    """Without what is no character, and without empty lines at its ends."""
    kept = "".join(
        each
        for each in text.replace("\r\n", "\n").replace("\t", " ")
        if each == "\n" or not unicodedata.category(each).startswith("C") or each == "\u200d"
    )
    return "\n".join(line.rstrip() for line in kept.strip().split("\n"))


def count(text: str) -> Counted:
    """How long a text is, and in how many parts it comes."""
    if all(each in GSM or each in TWICE for each in text):
        sizes, (whole, part), is_plain = (
            [2 if each in TWICE else 1 for each in text],
            GSM_ROOM,
            True,
        )
    else:
        sizes = [len(each.encode("utf-16-le")) // 2 for each in text]
        (whole, part), is_plain = UCS_ROOM, False
    length = sum(sizes)
    if length <= whole:
        return Counted(length, 1, whole, is_plain)
    parts = _parts(sizes, part)
    return Counted(length, parts, parts * part, is_plain)


def _parts(sizes: list[int], room: int) -> int:
    """A letter of two is not cut in the middle: it goes to the next part."""
    parts, left = 1, room
    for size in sizes:
        if size > left:
            parts, left = parts + 1, room
        left -= size
    return parts
