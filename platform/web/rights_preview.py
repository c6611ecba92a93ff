"""Who gains and who loses what by a change of sharing, as the pages show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..metadata.definitions import Object
from ..runtime import reach_after
from ..runtime.forms import titles_of
from ..runtime.reach import Comparison, Move
from ..runtime.storage.unit_of_work import Unit
from .labels import Labels
from .rights_edit import Edit, proposal_of

SHOWN = 20
"""People named; the rest is in the count."""


@dataclass(frozen=True, slots=True)
class MoveRow:
    person: str
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreviewModel:
    """``gained``, ``lost``: (address, title) of records for example; ``sums``: how many people gain
    and lose, in a word each."""

    label: str
    said: str
    rows: tuple[MoveRow, ...]
    more: int
    gained: tuple[tuple[str, str], ...]
    lost: tuple[tuple[str, str], ...]
    sums: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EffectModel:
    """What other roles and permission sets would do: ``parts``, an object each."""

    label: str
    said: str
    people: tuple[tuple[str, str], ...]
    more: int
    parts: tuple[PreviewModel, ...]


def effect_model(unit: Unit, edit: Edit, form: Mapping[str, str], labels: Labels) -> EffectModel:
    """Who gains and loses what by a change of roles or permission sets; it is checked as for
    publishing. Raises Overtaken, DefinitionsInvalid."""
    told = reach_after.effect(unit, proposal_of(unit, edit, form).catalog)
    return EffectModel(
        label=edit.reason,
        said=labels.text(
            "{people} of {asked} people {people:has|have} other rights then.",
            people=len(told.others),
            asked=told.asked,
        ),
        people=told.others[:SHOWN],
        more=max(len(told.others) - SHOWN, 0),
        parts=tuple(
            preview_model(unit, obj, labels.plural(obj), moves, labels)
            for obj, moves in told.objects
        ),
    )


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
        sums=_sums(people - losing, losing, labels),
    )


def _sums(gaining: int, losing: int, labels: Labels) -> tuple[str, ...]:
    gain = labels.text("{people} {people:person gains|people gain}", people=gaining)
    lose = labels.text("{people} {people:person loses|people lose}", people=losing)
    return (*([gain] if gaining else []), *([lose] if losing else []))


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
