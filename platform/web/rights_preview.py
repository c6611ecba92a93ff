"""Who gains and who loses what by a change of sharing, as the pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..metadata.definitions import Object
from ..runtime.forms import titles_of
from ..runtime.reach import Comparison, Move
from ..runtime.storage.unit_of_work import Unit
from .labels import Labels

SHOWN = 20
"""People named; the rest is in the count."""


@dataclass(frozen=True, slots=True)
class MoveRow:
    person: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreviewModel:
    """``gained``, ``lost``: (address, title) of records for example."""

    label: str
    said: str
    rows: tuple[MoveRow, ...]
    more: int
    gained: tuple[tuple[str, str], ...]
    lost: tuple[tuple[str, str], ...]


def preview_model(
    unit: Unit, obj: Object, label: str, told: Comparison, labels: Labels
) -> PreviewModel:
    titles = titles_of(unit, {obj.name: {*told.gained, *told.lost}})

    def links(ids: Iterable[str]) -> tuple[tuple[str, str], ...]:
        return tuple((f"/o/{obj.name}/{id_}", titles.get(id_) or "–") for id_ in ids)

    plural = labels.plural(obj)
    people, asked = len(told.moves), told.asked
    losing = sum(1 for each in told.moves if each.unseen or each.uneditable)
    said = labels.text(
        "{people} of {asked} people gain records of {object} that they would not reach otherwise.",
        people=people - losing,
        asked=asked,
        object=plural,
    )
    if losing:
        said += " " + labels.text(
            "{people} {people:person loses|people lose} some of {object}.",
            people=losing,
            object=plural,
        )
    return PreviewModel(
        label=label,
        said=said,
        rows=tuple(MoveRow(m.person, m.name, _words(m, labels)) for m in told.moves[:SHOWN]),
        more=max(people - SHOWN, 0),
        gained=links(told.gained),
        lost=links(told.lost),
    )


def _words(move: Move, labels: Labels) -> tuple[str, ...]:
    """``+3 to see``, ``−2 to edit``; what is only edited anew was seen before."""
    said = []
    for gained, lost, what in (
        (move.seen, move.unseen, labels.text("to see")),
        (move.editable, move.uneditable, labels.text("to edit")),
    ):
        said += [f"+{gained:,} {what}"] if gained else []
        said += [f"−{lost:,} {what}"] if lost else []
    return tuple(said)
