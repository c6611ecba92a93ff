"""Many records that change hands at once: claimed, assigned, released or given to an owner, each on
its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from ..errors import RecordInvalid
from ..metadata.definitions import Object
from ..runtime import pools, reading
from ..runtime.pools import Outcome
from ..runtime.queries import MOST_ROWS, Query
from ..runtime.storage.unit_of_work import Unit
from .answers import Answer, Go, Page
from .labels import Labels

HEADINGS: Mapping[str, str] = {
    "claim": "Claim",
    "assign": "Assign",
    "release": "Release into the pool",
    "owner": "Change owner",
}
DONE: Mapping[str, str] = {
    "claim": "{count} {count:record is|records are} yours now.",
    "assign": "{count} {count:record has|records have} a new owner.",
    "release": "{count} {count:record lies|records lie} in the pool now.",
    "owner": "{count} {count:record has|records have} a new owner.",
}
MOST_NAMED = 50
"""Records that are named with one reason; of more it says how many."""

LEFT = "{count} {count:record was left as it is|records were left as they are}"


@dataclass(frozen=True, slots=True)
class AskModel:
    """What is still to be said: who gets them, why; the chosen records ride along."""

    object: str
    plural: str
    action: str
    heading: str
    count: int
    hidden: tuple[tuple[str, str], ...]
    back: str
    asks_owner: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    message: str
    records: tuple[str, ...]
    """Their titles, as far as they may be seen."""


@dataclass(frozen=True, slots=True)
class ResultsModel:
    plural: str
    heading: str
    done: str | None
    left: str
    rows: tuple[Refusal, ...]
    back: str


def ask(
    obj: Object,
    action: str,
    count: int,
    hidden: tuple[tuple[str, str], ...],
    back: str,
    labels: Labels,
) -> Page:
    model = AskModel(
        object=obj.name,
        plural=labels.plural(obj),
        action=url_for("bulk.act", name=obj.name),
        heading=labels.text(HEADINGS[action]),
        count=count,
        hidden=hidden,
        back=back,
        asks_owner=action == "assign",
    )
    return Page("pools/ask.html", {"model": model})


def do(
    unit: Unit,
    obj: Object,
    action: str,
    ids: Sequence[str],
    posted: Mapping[str, str],
    back: str,
    labels: Labels,
) -> Answer:
    """Does it; where some were refused, a page says which and why."""
    outcomes = pools.each(unit, ids, _work(unit, obj, action, posted))
    return told(unit, obj, action, outcomes, back, labels)


def told(
    unit: Unit, obj: Object, action: str, outcomes: Sequence[Outcome], back: str, labels: Labels
) -> Answer:
    """Back to the list; where some were refused, a page that says which and why."""
    refused = [each for each in outcomes if each.error is not None]
    done = len(outcomes) - len(refused)
    said = labels.text(DONE[action], count=done) if done else None
    if not refused:
        return Go(back, said)
    model = ResultsModel(
        plural=labels.plural(obj),
        heading=labels.text(HEADINGS[action]),
        done=said,
        left=labels.text(LEFT, count=len(refused)),
        rows=_refusals(unit, obj, refused, labels),
        back=back,
    )
    return Page("pools/results.html", {"model": model})


def _work(unit: Unit, obj: Object, action: str, posted: Mapping[str, str]) -> Callable[[str], None]:
    to, reason = posted.get("owner", ""), posted.get("reason")
    match action:
        case "claim":
            return lambda id_: pools.claim(unit, obj.name, id_)
        case "assign":
            return lambda id_: pools.assign(unit, obj.name, id_, to, reason)
        case _:
            return lambda id_: pools.release(unit, obj.name, id_, reason)


def _refusals(
    unit: Unit, obj: Object, refused: Sequence[Outcome], labels: Labels
) -> tuple[Refusal, ...]:
    found: dict[str, list[str]] = {}
    for each in refused:
        found.setdefault(_said(each, labels), []).append(each.id)
    shown = [id_ for ids in found.values() for id_ in ids[:MOST_NAMED]]
    titles = _titles(unit, obj, shown[:MOST_ROWS])
    unseen = labels.text("a record that is out of sight now")
    return tuple(
        Refusal(message, (*(titles.get(id_) or unseen for id_ in ids[:MOST_NAMED]),
                          *_more(len(ids) - MOST_NAMED, labels)))
        for message, ids in found.items()
    )  # fmt: skip


def _more(count: int, labels: Labels) -> tuple[str, ...]:
    return (labels.text("{count} more", count=count),) if count > 0 else ()


def _said(outcome: Outcome, labels: Labels) -> str:
    error = outcome.error
    if isinstance(error, RecordInvalid):
        return " ".join(problem.text(labels.locale) for problem in error.problems)
    return error.text(labels.locale) if error else ""


def _titles(unit: Unit, obj: Object, ids: Sequence[str]) -> dict[str, str]:
    query = Query(obj.name, (obj.title,), among=tuple(ids), limit=MOST_ROWS)
    return {row.id: str(row[obj.title] or "") for row in reading.find(unit, query).rows}
