"""My queues as values for their page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from ..runtime.queues import Waiting
from ..runtime.storage.unit_of_work import Unit
from .labels import Labels

HOW: Mapping[str, str] = {
    "by_hand": "Members take what they work on.",
    "round_robin": "Given to its members in turn; what waits here found nobody with room.",
    "least_loaded": "Given to whoever has least to do; what waits here found nobody with room.",
}


@dataclass(frozen=True, slots=True)
class Pile:
    label: str
    icon: str
    count: str
    url: str


@dataclass(frozen=True, slots=True)
class QueueModel:
    label: str
    how: str
    waiting: tuple[Pile, ...]


def build(unit: Unit, queues: Sequence[Waiting], labels: Labels) -> tuple[QueueModel, ...]:
    return tuple(_queue(unit, each, labels) for each in queues)


def _queue(unit: Unit, waiting: Waiting, labels: Labels) -> QueueModel:
    piles = []
    for name, count in waiting.counts.items():
        obj = unit.catalog.object(name)
        query = urlencode({"filter": f"owner == '{waiting.id}'"})
        piles.append(Pile(labels.plural(obj), obj.icon, f"{count:,}", f"/o/{name}?{query}"))
    how = labels.text(HOW[waiting.queue.assign])
    return QueueModel(labels.thing(waiting.queue), how, tuple(piles))
