"""The inputs of an action in its form: as fields and tables, and back from what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import FieldProblem
from ..metadata.definitions import Field
from ..metadata.field_types import type_of
from ..metadata.field_types.base import Format
from ..metadata.field_types.values import UUID
from ..metadata.processes import Action
from ..metadata.processes import Input as Asked
from ..runtime.forms import Input, titles_of
from ..runtime.storage.unit_of_work import Unit
from . import lookups
from .form_input import Posted, row_numbers, typed_value
from .labels import Labels

BLANK_ROWS = 3


@dataclass(frozen=True, slots=True)
class TableInput:
    """A table of an action: ``rows`` of inputs, the last ones blank."""

    name: str
    label: str
    help: str | None
    rows: tuple[tuple[Input, ...], ...]
    problems: tuple[FieldProblem, ...]


def typed(action: Action, posted: Posted) -> dict[str, Any]:
    """The posted inputs as ``actions.run`` takes them; rows left blank are left out, and those
    offered to which nothing was said."""
    raw: dict[str, Any] = {}
    for each in action.inputs:
        if each.is_table:
            raw[each.name] = [row for row in _rows(each, posted) if _says_something(each, row)]
        else:
            raw |= _one(each.field, posted, each.name)
    return raw


def _rows(asked: Asked, posted: Posted) -> list[dict[str, Any]]:
    start = f"{asked.name}."
    return [
        {k: v for c in asked.columns for k, v in _one(c, posted, f"{start}{n}.{c.name}").items()}
        for n in row_numbers(posted, start)
    ]


def _says_something(asked: Asked, row: Mapping[str, Any]) -> bool:
    offered = asked.offers.column.name if asked.offers and len(asked.columns) > 1 else None
    return any(value for name, value in row.items() if name != offered)


def _one(field: Field, posted: Posted, name: str) -> dict[str, Any]:
    return {k: v for k, v in typed_value(field, type_of(field).widget, posted, name).items()
            if k == field.name}  # fmt: skip


class Making:
    """Makes the inputs of one form. ``raw`` is None where nothing was typed yet."""

    def __init__(
        self,
        unit: Unit,
        values: Mapping[str, Any],
        raw: Mapping[str, Any] | None,
        problems: Sequence[FieldProblem],
    ) -> None:
        self.unit, self.values, self.raw, self.problems = unit, values, raw, problems
        self.how = Format(unit.actor.language, unit.zone, unit.settings.currency)

    def input(self, field: Field) -> Input:
        given = self.values.get(field.name) if self.raw is None else self.raw.get(field.name)
        return self._made(field, given, f"inputs.{field.name}", self.raw is not None)

    def table(self, asked: Asked, labels: Labels) -> TableInput:
        is_typed = self.raw is not None
        rows = (self.raw if self.raw is not None else self.values).get(asked.name) or ()
        titles = {c.name: self._told_apart(c, rows, labels) for c in asked.columns}
        made = [
            tuple(self._made(c, row.get(c.name), f"inputs.{asked.name}.{n}.{c.name}", is_typed,
                             titles[c.name]) for c in asked.columns)
            for n, row in enumerate([*rows, *({} for _ in range(BLANK_ROWS))])
        ]  # fmt: skip
        place = f"inputs.{asked.name}"
        problems = tuple(p for p in self.problems if p.field == place)
        label = labels.field(asked.field)
        return TableInput(asked.name, label, labels.help(asked.field), tuple(made), problems)

    def _told_apart(
        self, field: Field, rows: Sequence[Mapping[str, Any]], labels: Labels
    ) -> Mapping[str, str]:
        """The titles of the records in a column, each with what tells it from its namesakes."""
        ids = [row[field.name] for row in rows if isinstance(row.get(field.name), str)]
        ids = [id_ for id_ in ids if UUID.fullmatch(id_)]
        if len(field.targets) != 1 or not ids:
            return self._titles(field, ids)
        target = self.unit.catalog.object(field.targets[0])
        if "read" not in self.unit.actor.rights.on(target.name):
            return self._titles(field, ids)
        seconds = lookups.second_lines(self.unit, target, ids, labels)
        titles = self._titles(field, ids)
        return {id_: " · ".join([title, *seconds.get(id_, ())]) for id_, title in titles.items()}

    def _titles(self, field: Field, ids: Sequence[str]) -> Mapping[str, str]:
        if not ids or not (field.targets or field.type == "user"):
            return {}
        return titles_of(self.unit, {field.targets[0] if field.targets else "user": list(ids)})

    def _made(
        self,
        field: Field,
        value: Any,
        place: str,
        is_typed: bool,
        titles: Mapping[str, str] | None = None,
    ) -> Input:
        kind = type_of(field)
        text = value if is_typed else kind.to_input(field, value, self.how)
        if titles is None:
            titles = self._titles(field, [value] if value and isinstance(value, str) else [])
        return Input(
            field=field,
            widget=kind.widget,
            value=value,
            text="" if text is None else text,
            required=field.required is True,
            options=field.options,
            titles=titles,
            problems=tuple(p for p in self.problems if p.field == place),
        )
