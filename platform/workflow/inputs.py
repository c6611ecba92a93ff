"""What a person gives an action: read like the fields of a record, chosen with their own rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..errors import BadRequest, FieldProblem, RecordInvalid
from ..metadata.catalog import nearest
from ..metadata.definitions import Field
from ..metadata.expressions import Checked, check
from ..metadata.expressions.scopes import RecordScope
from ..metadata.expressions.types import BOOLEAN, Type
from ..metadata.field_types import type_of
from ..metadata.field_types.base import ParseContext, ValueProblem
from ..metadata.processes import Action, Automation, Input
from ..runtime.facts import surroundings
from ..runtime.storage.lookups import choosable
from ..runtime.storage.names import About
from ..runtime.storage.unit_of_work import Unit
from .scope import Ref, Scope, Table

MOST_TABLE_ROWS = 500
LOOKUPS = ("lookup", "user")


def bind_inputs(
    unit: Unit, action: Action | Automation, raw: Mapping[str, Any], scope: Scope
) -> None:
    """Gives ``scope`` the inputs by name. Raises BadRequest for a name there is not,
    RecordInvalid with every mistake (its field: ``inputs.amount``, ``inputs.lines.0.amount``)."""
    reading = _Reading(unit, action, scope)
    _refuse_unknown(raw, [each.name for each in action.inputs])
    for each in action.inputs:
        scope.bind(f"inputs.{each.name}", reading.input(each, raw.get(each.name)))
    for each in action.inputs:
        reading.require(each)
    if reading.problems:
        raise RecordInvalid(reading.problems)


def chosen_records(
    unit: Unit, action: Action | Automation, raw: Mapping[str, Any]
) -> set[tuple[str, str]]:
    """The records named in the inputs, as (object, id). What makes no sense is left to
    ``bind_inputs``, which says so."""
    context = ParseContext(unit.zone, unit.now, unit.settings.currency)
    found: set[tuple[str, str]] = set()
    for field, value in _given_lookups(action, raw):
        try:
            link = type_of(field).parse(field, value, context)
        except ValueProblem:
            continue
        found.add(link if isinstance(link, tuple) else (field.targets[0], str(link)))
    return {(name, id_) for name, id_ in found if name in unit.catalog.objects}


def _given_lookups(
    action: Action | Automation, raw: Mapping[str, Any]
) -> Iterator[tuple[Field, Any]]:
    """Lookups among the inputs and the columns of tables, with what was given for them."""
    for each in action.inputs:
        given = raw.get(each.name)
        if not each.is_table:
            rows, fields = [raw], [each.field]
        elif isinstance(given, Sequence) and not isinstance(given, str):
            rows, fields = [row for row in given if isinstance(row, Mapping)], [*each.columns]
        else:
            continue
        lookups = [field for field in fields if field.type == "lookup" and field.targets]
        yield from ((f, row[f.name]) for row in rows for f in lookups if row.get(f.name))


def condition_of(
    unit: Unit, action: Action | Automation, source: str, expect: Type | None = BOOLEAN
) -> Checked:
    """An expression of an input: it sees the record and the other inputs."""
    key = ("input", action.id, source, str(expect))
    scope = RecordScope(unit.catalog, action.object, _types(action))
    return unit.catalog.kept(key, lambda: check(source, scope, expect))


def _types(action: Action | Automation) -> dict[str, Type]:
    types: dict[str, Type] = {}
    for each in action.inputs:
        if not each.is_table:
            types[f"inputs.{each.name}"] = type_of(each.field).expression_type(each.field)
    return types


def first_values(unit: Unit, action: Action | Automation, scope: Scope) -> dict[str, Any]:
    """What the form begins with: the defaults, by input."""
    found: dict[str, Any] = {}
    for each in action.inputs:
        scope.bind(f"inputs.{each.name}", Table(()) if each.is_table else None)
    for each in action.inputs:
        if each.field.default is not None:
            expect = type_of(each.field).expression_type(each.field)
            found[each.name] = scope.value(condition_of(unit, action, each.field.default, expect))
            if each.field.targets and len(each.field.targets) == 1:
                scope.bind(f"inputs.{each.name}", Ref(each.field.targets[0], found[each.name]))
            else:
                scope.bind(f"inputs.{each.name}", found[each.name])
    return found


class _Reading:
    def __init__(self, unit: Unit, action: Action | Automation, scope: Scope) -> None:
        self.unit, self.action, self.scope = unit, action, scope
        self.problems: list[FieldProblem] = []
        self._context = ParseContext(unit.zone, unit.now, unit.settings.currency)

    def input(self, each: Input, raw: Any) -> Any:
        if each.is_table:
            return self.table(each, raw)
        return self.value(each.field, raw, f"inputs.{each.name}")

    def table(self, each: Input, raw: Any) -> Table:
        place = f"inputs.{each.name}"
        rows = raw if raw is not None else ()
        if not isinstance(rows, Sequence) or isinstance(rows, str):
            self._refuse(place, "not_a_list", "A list of rows is needed.")
            return Table(())
        if len(rows) > MOST_TABLE_ROWS:
            message = "{most} rows at most."
            self._refuse(place, "too_many", message, most=MOST_TABLE_ROWS)
            return Table(())
        return Table(tuple(self.row(each, row, f"{place}.{i}") for i, row in enumerate(rows)))

    def row(self, each: Input, raw: Any, place: str) -> Mapping[str, Any]:
        if not isinstance(raw, Mapping):
            raise BadRequest("A row of {name} is an object.", name=each.name)
        _refuse_unknown(raw, [column.name for column in each.columns])
        values = {}
        for column in each.columns:
            at = f"{place}.{column.name}"
            values[column.name] = self.value(column, raw.get(column.name), at)
            is_told = any(each.field == at for each in self.problems)
            if column.required is True and _is_blank(values[column.name]) and not is_told:
                self._refuse(at, "required", "Please fill this in.")
        return values

    def value(self, field: Field, raw: Any, place: str) -> Any:
        empty = raw is None or (isinstance(raw, str) and not raw.strip())
        value = None if empty else self._parsed(field, raw, place)
        if field.type in LOOKUPS or len(field.targets) == 1:
            return self._chosen(field, value, place)
        return value

    def require(self, each: Input) -> None:
        asked = each.field.required
        if isinstance(asked, str):
            asked = self.scope.holds(condition_of(self.unit, self.action, asked))
        place = f"inputs.{each.name}"
        given = self.scope.names[place]
        if asked and _is_blank(given) and all(each.field != place for each in self.problems):
            self._refuse(place, "required", "Please fill this in.")

    def _parsed(self, field: Field, raw: Any, place: str) -> Any:
        try:
            value = type_of(field).parse(field, raw, self._context)
            if value is not None:
                type_of(field).check(field, value)
        except ValueProblem as problem:
            self.problems.append(problem.at(place))
            return None
        return value

    def _chosen(self, field: Field, value: Any, place: str) -> Any:
        """A record the person may see and the filter offers."""
        target = field.targets[0] if field.targets else "user"
        id_ = value
        if isinstance(value, tuple) and len(field.targets) > 1:
            target, id_ = value
        if id_ is None or isinstance(id_, (list, tuple)):
            return Ref(target, None) if id_ is None else id_
        record = self.scope.record
        about = About(record.object, lambda path: self.scope.known([path])[".".join(path)])
        around = surroundings(self.unit)
        if not choosable(self.unit, target, field.filter, about, {id_}, around):
            message = "There is no such record for you to choose."
            self._refuse(place, "no_such_record", message)
            return Ref(target, None)
        return Ref(target, id_)

    def _refuse(self, place: str, code: str, message: str, **data: Any) -> None:
        self.problems.append(FieldProblem(place, code, message, data))


def _is_blank(value: Any) -> bool:
    if isinstance(value, Ref):
        return value.id is None
    if isinstance(value, Table):
        return not value.rows
    return value in (None, "", (), [])


def _refuse_unknown(raw: Mapping[str, Any], known: Sequence[str]) -> None:
    for name in raw:
        if name not in known:
            hint = nearest(name, known)
            raise BadRequest("There is no input {name}.{hint}", name=name, hint=hint)
