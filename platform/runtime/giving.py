"""Many records given to one owner: what can be is, and each that stays says why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import FieldProblem, RecordInvalid, TypecaseError
from ..metadata.field_types.values import UUID
from . import access, saving
from .pools import Outcome
from .storage import people, records
from .storage.unit_of_work import Unit

TOO_MANY = "too_many"
"""Of records like this some may fit, one after the other."""

Refused = dict[str, TypecaseError]


def give(unit: Unit, object_name: str, ids: Sequence[str], to: str) -> tuple[Outcome, ...]:
    """Gives records to a person or a queue, each as if it were given alone.

    Raises AccessDenied for who may edit no such records, RecordInvalid where ``to`` is nobody.
    """
    of = unit.model.table(unit.catalog.object(object_name).name)
    access.require(unit.actor, "edit", of.object)
    if not UUID.fullmatch(to) or people.kind_of(unit, to) is None:
        message = "There is no such record for you to choose."
        raise RecordInvalid([FieldProblem("owner", "no_such_record", message)])
    wanted = list(dict.fromkeys(ids))
    stored = records.load(unit, of, wanted)
    refused: Refused = {}
    for id_ in wanted:
        try:
            saving.known_change(unit, of, stored.get(id_), {}, None)
        except TypecaseError as error:
            refused[id_] = error
    able = [id_ for id_ in wanted if id_ not in refused]
    refused |= _give(unit, of.object.name, able, to, {})
    return tuple(Outcome(id_, refused.get(id_)) for id_ in wanted)


def _give(
    unit: Unit, name: str, ids: list[str], to: str, full: dict[str, RecordInvalid]
) -> Refused:
    """All at once; else without those that are named, or a half of them and then the other.
    ``full``: of which records nothing more fits, with how that was said."""
    if not ids:
        return {}
    try:
        with unit.savepoint():
            saving.update_many(unit, name, [(id_, {"owner": to}, None) for id_ in ids])
    except TypecaseError as error:
        if len(ids) == 1:
            _note_full(error, full)
            return {ids[0]: error}
        named = _named(error, ids, full)
    else:
        return {}
    if named:
        return named | _give(unit, name, [id_ for id_ in ids if id_ not in named], to, full)
    middle = len(ids) // 2
    first = _give(unit, name, ids[:middle], to, full)
    return first | _give(unit, name, ids[middle:], to, full)


def _note_full(error: TypecaseError, full: dict[str, RecordInvalid]) -> None:
    """One alone was too many: so is each that comes after it."""
    for problem in error.problems if isinstance(error, RecordInvalid) else ():
        if problem.code == TOO_MANY:
            full[problem.data["object"]] = RecordInvalid([problem])


def _named(error: TypecaseError, ids: Sequence[str], full: Mapping[str, RecordInvalid]) -> Refused:
    """What each record has against it, where the rows say so; empty: nobody knows whose it is."""
    found: dict[str, list[FieldProblem]] = {}
    for problem in error.problems if isinstance(error, RecordInvalid) else ():
        row = problem.data.get("row")
        if not isinstance(row, int):
            return {}
        if problem.code == TOO_MANY:
            if problem.data["object"] not in full:
                return {}
            found.setdefault(ids[row], []).extend(full[problem.data["object"]].problems)
            continue
        data = {key: value for key, value in problem.data.items() if key != "row"}
        alone = FieldProblem(problem.field, problem.code, problem.message, data)
        found.setdefault(ids[row], []).append(alone)
    return {id_: RecordInvalid(problems) for id_, problems in found.items()}
