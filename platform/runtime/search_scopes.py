"""Where an actor may search: objects they may read, by the fields of each that are open to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..metadata.definitions import Field, Object
from . import access
from .search_indexing import searchable, sort_of
from .search_query import Question, Scope
from .search_tokens import Word
from .storage.tables import first_name
from .storage.unit_of_work import Unit


@dataclass(frozen=True, slots=True)
class Opened:
    """An object the actor may search, with the fields open to them. ``wholly``: all there are."""

    object: Object
    fields: tuple[Field, ...]
    wholly: bool

    @property
    def name(self) -> str:
        return first_name(self.object.id)


@dataclass(frozen=True, slots=True)
class Scopes:
    """``all``: as few as possible for all objects together; ``of``: one for each, by its id."""

    all: tuple[Scope, ...]
    of: tuple[tuple[str, Scope], ...]

    def ask(self, words: tuple[Word, ...]) -> Question | None:
        """None: there is nothing to look for, or nowhere to look."""
        return Question(words, self.all, self.of) if words and self.all else None


def scopes(unit: Unit, wanted: Sequence[Object] | None = None) -> Scopes:
    """Where the actor may search, among ``wanted`` objects or everywhere. Kept for the actor."""
    key = ("search", unit.actor.key, tuple(o.name for o in wanted) if wanted is not None else None)
    kept: Scopes | None = unit.model.prepared.get(key)
    if kept is None:
        kept = _scopes(unit, wanted)
        unit.model.keep(key, kept)
    return kept


def whole_object(obj: Object) -> Question:
    """Asks for every record of an object."""
    scope = Scope((first_name(obj.id),), (), ())
    return Question((), (scope,), ((obj.id, scope),))


def _scopes(unit: Unit, wanted: Sequence[Object] | None) -> Scopes:
    every = list(_opened(unit))
    names = None if wanted is None else {obj.name for obj in wanted}
    open_ones = [each for each in every if names is None or each.object.name in names]
    readable = {each.name for each in every}
    closed = [n for o in unit.catalog.objects.values() if (n := first_name(o.id)) not in readable]
    apart = [_scope((each.name,), (), each.fields) for each in open_ones if not each.wholly]
    others = (*closed, *(each.name for each in every if not each.wholly))
    whole = [each for each in open_ones if each.wholly]
    together = tuple(_together(whole, others if wanted is None else None))
    of = ((each.object.id, _scope(None, (), each.fields)) for each in open_ones)
    return Scopes((*together, *apart), tuple(of))


def _opened(unit: Unit) -> Iterator[Opened]:
    for obj in unit.catalog.objects.values():
        if "read" in unit.actor.rights.on(obj.name):
            fields = searchable(unit.catalog, obj)
            mine = tuple(f for f in fields if access.may_read_field(unit.actor, obj, f))
            if mine:
                yield Opened(obj, mine, len(mine) == len(fields))


def _together(whole: list[Opened], others: tuple[str, ...] | None) -> Iterator[Scope]:
    """``others`` are all the objects that are not meant; None: say which ones are."""
    if not whole:
        return
    fields = tuple(field for each in whole for field in each.fields)
    if others is not None and len(others) <= len(whole):
        yield _scope(None, others, fields)
    else:
        yield _scope(tuple(each.name for each in whole), (), fields)


def _scope(
    objects: tuple[str, ...] | None, without: tuple[str, ...], of: tuple[Field, ...]
) -> Scope:
    numbers = {first_name(f.id) for f in of if sort_of(f) == "phone"}
    texts = {first_name(f.id) for f in of if sort_of(f) == "text"}
    return Scope(objects, without, tuple(sorted(texts)), tuple(sorted(numbers - texts)))
