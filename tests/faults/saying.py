"""How a worker tells the test what was acknowledged to it."""

from __future__ import annotations


def say(*words: object) -> None:
    print(*words, flush=True)
