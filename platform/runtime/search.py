"""Finding records by what people type, in every object and field they may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..metadata.definitions import Field, Object
from . import access
from .facts import surroundings
from .search_indexing import searchable, sort_of, text_of
from .search_query import Question
from .search_scopes import scopes, whole_object
from .search_tokens import Word, holds, parse, tokens
from .storage import narrow, search_finding, search_index
from .storage.lookups import select_from
from .storage.narrow import Reach
from .storage.search_finding import Candidate
from .storage.unit_of_work import Unit

FIRST_LOOK, SECOND_LOOK = 3, 30
"""How many candidates are looked at for each hit that is wanted."""
MOST_CANDIDATES = search_finding.CAP
LONGEST_SNIPPET = 80
MOST_RECENT = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found. ``field``: where; ``snippet``: what stands there, beside a title."""

    object: str
    id: str
    title: str
    snippet: str
    field: str


@dataclass(frozen=True, slots=True)
class SearchResults:
    """Hits, the latest saved first. ``more``: there are others. ``capped``: the words stand in so
    many records that only the MOST_CANDIDATES latest were looked at."""

    results: tuple[Hit, ...]
    capped: bool = False
    more: bool = False


# Searching ----------------------------------------------------------------------------------


def search(
    unit: Unit, text: str, limit: int = 20, objects: Iterable[str] | None = None
) -> SearchResults:
    """The records in which every word of ``text`` is found, in fields the actor may read.

    ``objects`` (names) narrows the search. Raises UnknownName.
    """
    words, wanted = parse(text), _objects(unit, objects)
    question = scopes(unit, wanted).ask(words)
    if question is None:
        return SearchResults(())
    goes_on = search_finding.goes_on(unit)
    reaches = {} if goes_on else _reaches(unit, wanted)
    first = [Source(question)]
    hits, complete = ([], False) if reaches else _look(unit, words, first, limit * FIRST_LOOK)
    if len(hits) < limit and not complete:
        further = _look_on(unit, words, question, limit, bool(hits)) if goes_on else None
        reaches = _reaches(unit, wanted) if goes_on and not further else reaches
        hits, complete = further or _look_closer(unit, words, wanted, reaches, limit)
    short = len(hits) < limit
    more = len(hits) > limit or not complete
    return SearchResults(tuple(hits[:limit]), short and not complete, more)


@dataclass(frozen=True, slots=True)
class Source:
    """What is asked, and within which records; None: within all."""

    question: Question
    reach: Reach | None = None


def _look_on(
    unit: Unit, words: tuple[Word, ...], question: Question, limit: int, sees_some: bool
) -> tuple[list[Hit], bool] | None:
    """The same way on, where it may do: the words stand in few records, or the actor sees some of
    those looked at first. None: it does not."""
    found = search_finding.candidates(unit, question, limit * SECOND_LOOK)
    if not found.complete and not sees_some:
        return None
    hits = _hits(unit, words, found.candidates)
    return (hits, found.complete) if found.complete or len(hits) >= limit else None


def _reaches(unit: Unit, wanted: list[Object] | None) -> dict[str, Reach]:
    """By name, the objects of which the actor sees few."""
    objects = list(unit.catalog.objects.values()) if wanted is None else wanted
    readable = [obj for obj in objects if "read" in unit.actor.rights.on(obj.name)]
    return {obj.name: reach for obj in readable if (reach := _reach(unit, obj)) is not None}


def _look_closer(
    unit: Unit,
    words: tuple[Word, ...],
    wanted: list[Object] | None,
    reaches: Mapping[str, Reach],
    limit: int,
) -> tuple[list[Hit], bool]:
    """Objects of which the actor sees few are asked for among the records they see."""
    objects = list(unit.catalog.objects.values()) if wanted is None else wanted
    apart = [obj for obj in objects if obj.name in reaches]
    others = [obj for obj in objects if obj.name not in reaches] if apart else wanted
    asked = [(others, None), *(([obj], reaches[obj.name]) for obj in apart)]
    sources = [
        Source(question, reach)
        for some, reach in asked
        if (question := scopes(unit, some).ask(words)) is not None
    ]
    hits: list[Hit] = []
    complete = False
    for most in (limit * FIRST_LOOK, limit * SECOND_LOOK, MOST_CANDIDATES)[0 if apart else 1 :]:
        hits, complete = _look(unit, words, sources, most)
        if complete or len(hits) >= limit:
            break
    return hits, complete


def _look(
    unit: Unit, words: tuple[Word, ...], sources: Sequence[Source], most: int
) -> tuple[list[Hit], bool]:
    """What the actor may see of the ``most`` latest candidates of each source, and whether those
    were all. Until the last look only as far back as every source was looked at, so that an older
    hit of one does not take the place of a later one of another."""
    found = [search_finding.candidates(unit, s.question, most, s.reach) for s in sources]
    ends = [one.candidates[-1].seq for one in found if most and len(one.candidates) == most]
    seen = max(ends, default=0) if most < MOST_CANDIDATES else 0
    several = [each for one in found for each in one.candidates if each.seq >= seen]
    several.sort(key=lambda each: -each.seq)
    return _hits(unit, words, several), all(one.complete for one in found)


def _reach(unit: Unit, obj: Object) -> Reach | None:
    around = surroundings(unit, stored=False)
    selection = select_from(unit, obj.name, around, unit.actor, is_kept=True)
    return narrow.reach(unit, selection, around.now.astimezone(around.zone).date())


def _objects(unit: Unit, names: Iterable[str] | None) -> list[Object] | None:
    if names is None:
        return None
    return [unit.catalog.object(name) for name in names]


def _hits(unit: Unit, words: tuple[Word, ...], found: Sequence[Candidate]) -> list[Hit]:
    """The candidates the actor may see, in their order: one statement for each object."""
    objects = {obj.id: obj for obj in unit.catalog.objects.values()}
    by_object: dict[str, list[str]] = {}
    for each in found:
        by_object.setdefault(each.object, []).append(each.record)
    hits: dict[str, Hit] = {}
    for id_, records in by_object.items():
        if id_ in objects:
            hits |= _hits_of(unit, objects[id_], words, records)
    return [hits[each.record] for each in found if each.record in hits]


def _hits_of(
    unit: Unit,
    obj: Object,
    words: tuple[Word, ...],
    records: Sequence[str],
    filter_: str | None = None,
) -> dict[str, Hit]:
    if not records:
        return {}
    fields = [
        f
        for f in searchable(unit.catalog, obj)
        if f.name != obj.title and access.may_read_field(unit.actor, obj, f)
    ]
    names = [field.name for field in fields]
    around = surroundings(unit, stored=False)
    rows = search_index.visible(unit, obj.name, records, names, around, filter_)
    return {id_: _hit(obj, fields, words, row) for id_, row in rows.items()}


def _hit(obj: Object, fields: list[Field], words: tuple[Word, ...], row: Mapping[str, Any]) -> Hit:
    """Says where a word was found that the title does not hold."""
    title = "" if row["*"] is None else str(row["*"])
    if not fields or all(holds(tokens(title), word) for word in words):
        return Hit(obj.name, row["id"], title, "", obj.title)
    for field in fields:
        text = text_of(field, row[field.name])
        if text and any(holds(tokens(text, sort_of(field)), word) for word in words):
            return Hit(obj.name, row["id"], title, text[:LONGEST_SNIPPET], field.name)
    return Hit(obj.name, row["id"], title, "", obj.title)


# Choosing -----------------------------------------------------------------------------------


def lookup(
    unit: Unit, object_name: str, text: str = "", limit: int = 20, filter_: str | None = None
) -> tuple[Hit, ...]:
    """What a lookup at ``object_name`` offers: records the actor may see that meet ``filter_``.

    Without ``text`` those the actor opened last, then those anybody saved last. Raises
    AccessDenied, UnknownName.
    """
    obj = unit.catalog.object(object_name)
    access.require(unit.actor, "read", obj)
    words = parse(text)
    blank = not text.strip()
    question = whole_object(obj) if blank else scopes(unit, [obj]).ask(words)
    if question is None:
        return ()
    hits: dict[str, Hit] = {}
    if blank:
        recent = search_index.opened_last(unit, obj.name, MOST_RECENT)
        hits |= _in_order(recent, _hits_of(unit, obj, words, recent, filter_))
    reach = _reach(unit, obj) if len(hits) < limit else None
    for most in (limit * FIRST_LOOK, limit * SECOND_LOOK, MOST_CANDIDATES):
        if len(hits) >= limit:
            break
        found = search_finding.candidates(unit, question, most, reach)
        records = [each.record for each in found.candidates if each.record not in hits]
        hits |= _in_order(records, _hits_of(unit, obj, words, records, filter_))
        if found.complete:
            break
    return tuple(hits.values())[:limit]


def _in_order(records: Iterable[str], hits: Mapping[str, Hit]) -> dict[str, Hit]:
    return {record: hits[record] for record in records if record in hits}
