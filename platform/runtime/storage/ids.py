"""Keys: UUID version 7 (RFC 9562, 5.7), from the passed clock, ever increasing in one process."""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime

_lock = threading.Lock()
_last = [0]


def new_id(now: datetime) -> str:
    """48 bits of milliseconds, 12 + 62 bits that count up from a random start within one.

    Neither a timestamp nor a secret to rely on: only an order that suits an index.
    """
    fresh = (int(now.timestamp() * 1000) << 74) | secrets.randbits(73)
    with _lock:
        _last[0] = number = max(fresh, _last[0] + 1)
    milliseconds, rest = number >> 74, number & ((1 << 74) - 1)
    value = (
        milliseconds << 80 | 0x7 << 76 | (rest >> 62) << 64 | 0b10 << 62 | rest & ((1 << 62) - 1)
    )
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def moment_of(id_: str) -> datetime:
    """When an id was made, to the millisecond."""
    return datetime.fromtimestamp(int(id_.replace("-", "")[:12], 16) / 1000, UTC)
