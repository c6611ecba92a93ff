"""Tags: words people put on records. The words are everybody's, a record's tags are its own."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import FieldProblem, NotFound, RecordInvalid
from . import access, parents, scopes
from .storage import collaboration, history_rows
from .storage.unit_of_work import Unit

LONGEST = 40
MOST_ON_A_RECORD = 50
COLORS = ("gray", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink")


@dataclass(frozen=True, slots=True)
class Tag:
    id: str
    name: str
    group: str | None
    color: str | None


def find(unit: Unit, text: str = "", limit: int = 50) -> tuple[Tag, ...]:
    """The tags there are, by group and name; ``text`` is found anywhere in the name."""
    return tuple(Tag(**row) for row in collaboration.tags(unit, text, limit))


def of_record(unit: Unit, object_name: str, record_id: str) -> tuple[Tag, ...]:
    """The tags of a record. Raises AccessDenied, NotFound."""
    return of_records(unit, object_name, [record_id])[record_id]


def of_records(unit: Unit, object_name: str, ids: Sequence[str]) -> Mapping[str, tuple[Tag, ...]]:
    """The tags of several records, in two statements. Raises NotFound when one is invisible."""
    parents.several(unit, object_name, ids, "tags")
    return _of(unit, ids)


def add(unit: Unit, object_name: str, ids: Sequence[str], names: Sequence[str]) -> int:
    """Puts tags on records; new words are made. Returns how many records changed.

    All or none. More than one record needs the right ``bulk``.
    Raises AccessDenied, NotFound, RecordInvalid.
    """
    found = _to_change(unit, object_name, ids)
    tags = collaboration.make_tags(unit, _clean(names))
    before = _of(unit, ids)
    if any(len({t.id for t in before[i]} | set(tags.values())) > MOST_ON_A_RECORD for i in ids):
        message = "A record has at most {most} tags."
        raise RecordInvalid([FieldProblem("tags", "too_many", message, {"most": MOST_ON_A_RECORD})])
    collaboration.put_tags(unit, found[0].object.id, ids, list(tags.values()))
    return _tell(unit, found, before)


def remove(unit: Unit, object_name: str, ids: Sequence[str], names: Sequence[str]) -> int:
    """Takes tags off records; what is not there is no mistake. Returns how many changed."""
    found = _to_change(unit, object_name, ids)
    before = _of(unit, ids)
    collaboration.take_tags(unit, ids, list(_clean(names)))
    return _tell(unit, found, before)


def describe(
    unit: Unit,
    tag_id: str,
    name: str | None = None,
    group: str | None = None,
    color: str | None = None,
) -> None:
    """Says what a tag is called, which group it is in and its colour. Needs ``designer``."""
    access.require_system(unit.actor, "designer")
    if color is not None and color not in COLORS:
        raise RecordInvalid([FieldProblem("color", "invalid", "There is no such colour.")])
    values: dict[str, str | None] = {"color": color}
    values["group"] = next(iter(_clean([group]))) if group else None
    if name is not None:
        values["name"] = next(iter(_clean([name])))
    if not collaboration.change_tag(unit, tag_id, values):
        raise NotFound()


def drop(unit: Unit, tag_id: str) -> None:
    """Removes a tag from everywhere. Needs ``designer``."""
    access.require_system(unit.actor, "designer")
    if not collaboration.delete_tag(unit, tag_id):
        raise NotFound()


# Inside -------------------------------------------------------------------------------------


def _to_change(unit: Unit, object_name: str, ids: Sequence[str]) -> list[parents.Parent]:
    scopes.require_write(unit.actor)
    if len(ids) > 1:
        access.require_system(unit.actor, "bulk")
    found = parents.several(unit, object_name, ids, "tags")
    parents.require_editable(found)
    return found


def _of(unit: Unit, ids: Sequence[str]) -> dict[str, tuple[Tag, ...]]:
    found: dict[str, list[Tag]] = {id_: [] for id_ in ids}
    for row in collaboration.tags_of(unit, ids):
        tag = {name: row[name] for name in ("id", "name", "group", "color")}
        found[row["record"]].append(Tag(**tag))
    return {id_: tuple(tags) for id_, tags in found.items()}


def _tell(
    unit: Unit, found: Sequence[parents.Parent], before: Mapping[str, tuple[Tag, ...]]
) -> int:
    """Writes into the history of each record what its tags were and are."""
    after = _of(unit, [parent.id for parent in found])
    entries = [
        (p.id, "update", {"tags": [_names(before[p.id]), _names(after[p.id])]})
        for p in found
        if before[p.id] != after[p.id]
    ]
    history_rows.write(unit, found[0].object, entries)
    return len(entries)


def _names(tags: Sequence[Tag]) -> list[str]:
    return [tag.name for tag in tags]


def _clean(names: Sequence[object]) -> tuple[str, ...]:
    """The words, tidied, each once."""
    found = {}
    for name in names:
        text = (
            " ".join(unicodedata.normalize("NFKC", name).split()) if isinstance(name, str) else ""
        )
        if not 1 <= len(text) <= LONGEST or not text.isprintable():
            message = "A tag has between 1 and {longest} characters."
            raise RecordInvalid([FieldProblem("tags", "invalid", message, {"longest": LONGEST})])
        found[text] = True
    if not found:
        raise RecordInvalid([FieldProblem("tags", "required", "Name a tag.")])
    return tuple(found)
