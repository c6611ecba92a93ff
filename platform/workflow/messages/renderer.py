"""The process that fills templates: a line of JSON in, a line of JSON out, until it is stopped.

It is given plain values and texts, has no database, no files and no secrets, and little memory.
Whoever talks to it (``rendering``) kills it when it takes too long.
"""

from __future__ import annotations

import json
import resource
import sys
from decimal import Decimal
from typing import Any

from ...metadata.templates.language import pieces

MOST_MEMORY = 512 * 1024 * 1024
MOST_SECONDS = 120
"""Of processor time over all texts; it is replaced long before."""
MOST_CHARACTERS = 1_000_000
NUMBER = "$number"


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    for line in sys.stdin.buffer:
        asked = json.loads(line, object_hook=_number)
        sys.stdout.buffer.write(json.dumps(_answer(asked)).encode() + b"\n")
        sys.stdout.buffer.flush()


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        return {
            "texts": [_filled(source, html, asked["values"]) for source, html in asked["texts"]]
        }
    except (MemoryError, TooMuch):
        return {"error": "large"}
    except ValueError as error:
        return {"error": "wrong", "why": str(error)[:300]}


class TooMuch(Exception):
    """More text than a message may have."""


def _filled(source: str, html: bool, values: dict[str, Any]) -> str:
    found, length = [], 0
    for piece in pieces(source, html, values):
        length += len(piece)
        if length > MOST_CHARACTERS:
            raise TooMuch
        found.append(piece)
    return "".join(found)


def _number(found: dict[str, Any]) -> Any:
    return Decimal(found[NUMBER]) if NUMBER in found else found


if __name__ == "__main__":
    main()
