"""Since when deals, leads and tickets are in their stage: most move on in time, some stall."""

from __future__ import annotations

import re

from .tables import Company, Row, moment

STALLED_AFTER = {
    "opportunity": {"discovery": 30, "qualification": 30, "proposal": 21, "bidding": 30,
                    "negotiation": 14, "signing": 14},
    "lead": {"new": 3, "contacting": 7, "interested": 14},
    "ticket": {"new": 1, "in_progress": 3, "waiting_customer": 5, "waiting_parts": 10,
               "resolved": 7},
}  # fmt: skip
"""Days, as the paths of the package have them."""
FIELDS = {
    "opportunity": ("stage", "stage_since", "closed_on"),
    "lead": ("status", "status_since", "converted_on"),
    "ticket": ("status", "status_since", "resolved_at"),
}
"""The stage, since when, and what says the day it ended."""
ONE_STALLED_IN = 4


def date_stages(company: Company) -> None:
    for object_, (stage, since, ended) in FIELDS.items():
        for row in company.of(object_):
            row[since] = _since(company, row, STALLED_AFTER[object_].get(row[stage]), ended)


def _since(company: Company, row: Row, limit: int | None, ended: str) -> str:
    made, end = str(row["created_at"]), str(row.get(ended) or "")
    if end:
        return end if " " in end else f"{end} 16:00"
    if limit is None:
        days = company.random.randint(5, 24)
    elif company.random.randrange(ONE_STALLED_IN):
        days = company.random.randrange(limit)
    else:
        days = limit + company.random.randint(1, 5)
    return moment(-days, 9) if -days > _day(made) else made


def _day(written: str) -> int:
    match = re.match(r"today([+-]\d+)?", written)
    assert match is not None
    return int(match[1] or 0)
