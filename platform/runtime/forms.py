"""A form as data: which inputs this actor has on this layout, with values, states and problems.

The states come from the same expressions, defaults and rights as the save itself: a form is a
save that stops before it writes. Knows no HTML; pages, dialogs and the API's clients draw it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import FieldProblem, NotFound
from ..metadata.definitions import EMPTY, Field, Object, Option
from ..metadata.field_types import type_of
from ..metadata.field_types.base import Format, StorageKind, Widget
from ..metadata.field_types.picklist import allowed_options
from ..metadata.layouts import Page, Pane, Placement, Section
from . import access, defaults, inputs, layouting, reading, saving
from .changes import Change
from .facts import Facts
from .queries import Query
from .storage import records
from .storage.people import names
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

Raw = Mapping[str, Any]

TYPED = (Widget.TEXT, Widget.TEXTAREA, Widget.NUMBER, Widget.MONEY, Widget.DURATION)
"""Widgets whose input holds just what somebody wrote."""


@dataclass(frozen=True, slots=True)
class Input:
    """One field on a form. ``text`` is what its HTML input holds: what was typed, else the value.

    ``is_live``: something else on the form depends on it. ``parts`` are the values stored beside
    the main one, without the field's name (``currency``, ``object``).
    """

    field: Field
    widget: Widget
    value: Any = None
    text: Any = ""
    parts: Mapping[str, Any] = EMPTY
    required: bool = False
    visible: bool = True
    read_only: bool = False
    is_live: bool = False
    wide: bool = False
    is_made: bool = False
    """Nobody typed it: a default, or it follows another field until somebody overrides it."""
    options: tuple[Option, ...] = ()
    titles: Mapping[str, str] = EMPTY
    problems: tuple[FieldProblem, ...] = ()

    @property
    def name(self) -> str:
        return self.field.name


@dataclass(frozen=True, slots=True)
class FormSection:
    definition: Section
    visible: bool
    inputs: tuple[Input, ...]


@dataclass(frozen=True, slots=True)
class Form:
    object: Object
    id: str | None
    version: int
    title: str
    page: Page
    sections: tuple[FormSection, ...]
    problems: tuple[FieldProblem, ...] = ()
    """What belongs to no input on the form."""
    record_type: str | None = None

    @property
    def inputs(self) -> Iterator[Input]:
        return (each for section in self.sections for each in section.inputs)

    @property
    def line_panes(self) -> tuple[Pane, ...]:
        """The related lists that are edited as tables inside this form."""
        return tuple(pane for tab in self.page.tabs for pane in tab.panes if pane.lines)

    def writable(self) -> frozenset[str]:
        """The names this form may write: shown, and open to this actor."""
        return frozenset(
            each.name
            for section in self.sections
            if section.visible
            for each in section.inputs
            if each.visible and not each.read_only
        )

    def required(self) -> tuple[str, ...]:
        """The fields this form asks for beyond what the object itself does."""
        return tuple(i.name for i in self.inputs if i.required and i.visible and not i.read_only)


@dataclass(frozen=True)
class Draft:
    """A record as it would be if what was typed so far were saved."""

    unit: Unit
    of: ObjectTable
    change: Change
    facts: Facts


def draft(unit: Unit, object_name: str, id_: str | None, raw: Raw) -> Draft:
    """The record with ``raw`` on top, defaults and follows applied, nothing checked or written.

    Raises AccessDenied, NotFound, UnknownName.
    """
    of = unit.model.table(unit.catalog.object(object_name).name)
    if id_ is None:
        access.require(unit.actor, "create", of.object)
        change = saving.new_change(unit, of.object, raw)
    else:
        access.require(unit.actor, "edit", of.object)
        stored = records.load(unit, of, [id_]).get(id_)
        if stored is None:
            raise NotFound()
        change = saving.known_change(unit, of, stored, raw, None)
    inputs.parse(unit, of, [change])
    defaults.apply(unit, of, [change])
    return Draft(unit, of, change, Facts(unit, of, [change]))


def form(
    unit: Unit,
    object_name: str,
    id_: str | None = None,
    raw: Raw = EMPTY,
    problems: Sequence[FieldProblem] = (),
) -> Form:
    """The form for a new record (``id_`` None) or a known one, with ``raw`` typed into it."""
    sketch = draft(unit, object_name, id_, raw)
    page = layouting.page_for(sketch.facts, sketch.change, "edit")
    maker = InputMaker(sketch, live_names(unit, sketch.of.object, page), problems)
    sections = tuple(maker.section(s) for tab in page.tabs for s in tab.sections)
    placed = {i.name for s in sections if s.visible for i in s.inputs if i.visible}
    values = sketch.change.values
    return Form(
        object=sketch.of.object,
        id=id_,
        version=sketch.change.before.get("version", 0),
        title=str(values.get(sketch.of.object.title) or ""),
        page=page,
        sections=tuple(s for s in sections if s.inputs),
        problems=tuple(p for p in problems if p.field not in placed and "line" not in p.data),
        record_type=values.get("record_type"),
    )


class InputMaker:
    """Makes the inputs of one draft. ``titles``: of what its lookups point to, where known."""

    def __init__(
        self,
        sketch: Draft,
        live: frozenset[str],
        problems: Sequence[FieldProblem] = (),
        titles: Mapping[str, str] | None = None,
    ) -> None:
        self.sketch, self.unit, self.of = sketch, sketch.unit, sketch.of
        self.problems, self.live = problems, live
        self.how = Format(self.unit.actor.language, self.unit.zone, self.unit.settings.currency)
        self.titles = (
            titles_of(self.unit, pointed_to(self.of, [sketch.change.values]))
            if titles is None
            else titles
        )

    def section(self, section: Section) -> FormSection:
        made = (self.input(p) for p in section.fields)
        visible = self.sketch.facts.holds(section.visible, self.sketch.change)
        return FormSection(section, visible, tuple(each for each in made if each is not None))

    def input(self, placement: Placement) -> Input | None:
        """None: the field is off, not this actor's to see, or not for forms."""
        field = self.of.object.by_name.get(placement.field)
        if field is None or not placement.edit or self.unit.catalog.is_off(field):
            return None
        if not access.may_read_field(self.unit.actor, self.of.object, field):
            return None
        holds, change = self.sketch.facts.holds, self.sketch.change
        kind = type_of(field)
        closed = kind.computed or not access.may_write_field(self.unit.actor, self.of.object, field)
        value = change.values.get(field.name)
        if field.type == "formula":
            value = self.sketch.facts.value(field.settings["expression"], change)
        return Input(
            field=field,
            widget=kind.widget,
            value=value,
            text=self._text(field, value),
            parts=self._parts(field),
            required=holds(field.required, change)
            or holds(placement.required, change)
            or self._stage_requires(field),
            visible=holds(field.visible, change) and holds(placement.visible, change),
            read_only=closed
            or holds(field.read_only, change)
            or holds(placement.read_only, change),
            is_live=field.name in self.live,
            wide=placement.wide,
            is_made=self._is_made(field, value),
            options=self._options(field),
            titles=self.titles,
            problems=tuple(p for p in self.problems if p.field == field.name),
        )

    def _stage_requires(self, field: Field) -> bool:
        """Whether the stage the record is being moved into asks for the field."""
        path, change = self.of.object.path, self.sketch.change
        if path is None or change.values.get(path.field) == change.before.get(path.field):
            return False
        stage = path.stage(str(change.values.get(path.field)))
        return stage is not None and field.name in stage.requires

    def _is_made(self, field: Field, value: Any) -> bool:
        change = self.sketch.change
        if value is None or field.name in change.raw or type_of(field).computed:
            return False
        return change.is_new or bool(field.follows) or field.fill is not None

    def _text(self, field: Field, value: Any) -> Any:
        typed = self.sketch.change.raw.get(field.name)
        if typed is not None and (value is None or type_of(field).widget in TYPED):
            return typed  # stays as it was typed, also where it could not be read
        return "" if value is None else type_of(field).to_input(field, value, self.how)

    def _parts(self, field: Field) -> dict[str, Any]:
        values = self.sketch.change.values
        start = len(field.name) + 1
        return {n[start:]: values.get(n) for n in type_of(field).parts(field)}

    def _options(self, field: Field) -> tuple[Option, ...]:
        values = self.sketch.change.values
        allowed = allowed_options(field, values) if field.options else ()
        kind = next(
            (t for t in self.of.object.record_types if t.name == values.get("record_type")), None
        )
        names = kind.options.get(field.name) if kind else None
        present = values.get(field.name)
        return tuple(o for o in allowed if names is None or o.name in names or o.name == present)


def live_names(unit: Unit, obj: Object, page: Page) -> frozenset[str]:
    """The fields that a condition, default, fill, formula or list of options depends on."""
    found: set[str] = set()
    for source in _sources(unit, obj, page):
        checked = unit.catalog.expression(obj.name, source)
        found |= {path[0] for path in checked.paths}
    if obj.path is not None:
        found.add(obj.path.field)
    for each in obj.fields:
        found |= set(each.follows) | set((each.fill or EMPTY).get("when_changed", ()))
        depends = each.settings.get("depends_on")
        if depends:
            found.add(depends["field"])
    return frozenset(found)


def _sources(unit: Unit, obj: Object, page: Page) -> Iterator[str]:
    sections = [s for tab in page.tabs for s in tab.sections]
    conditions: list[bool | str] = [s.visible for s in sections]
    for placement in (p for s in sections for p in s.fields):
        conditions += [placement.visible, placement.required, placement.read_only]
    for each in obj.fields:
        conditions += [each.visible, each.required, each.read_only]
        if each.type == "formula":
            yield each.settings["expression"]
    yield from (c for c in conditions if isinstance(c, str))


def pointed_to(of: ObjectTable, several: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Object name → ids of what the lookups of these records point to."""
    wanted: dict[str, set[str]] = {}
    for values in several:
        for each in of.object.fields:
            value = values.get(each.name)
            target = _target(of, each, values)
            if value and target:
                wanted.setdefault(target, set()).update(
                    [value] if isinstance(value, str) else value
                )
    return wanted


def titles_of(unit: Unit, wanted: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Object name → ids, as titles by id; what the actor may not see has none."""
    found: dict[str, str] = {}
    for target, ids in wanted.items():
        chosen = tuple(sorted(set(ids)))
        if not chosen:
            continue
        if target == "user":
            found |= names(unit, chosen)
        elif "read" in unit.actor.rights.on(target):
            title = unit.catalog.object(target).title
            query = Query(target, (title,), among=chosen, limit=min(len(chosen), 500))
            found |= {row.id: str(row[title] or "") for row in reading.find(unit, query).rows}
    return found


def _target(of: ObjectTable, field: Field, values: Mapping[str, Any]) -> str | None:
    if field.type in ("user", "multi_user"):
        return "user"
    if not field.targets:
        return None
    if of.storages[field.name].kind is StorageKind.LINK:
        return values.get(f"{field.name}_object") or field.targets[0]
    return field.targets[0]
