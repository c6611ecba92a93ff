"""Reading steps: what is bound where, which expressions fit, and every problem at its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...errors import TypecaseError
from ..catalog import Catalog
from ..definitions import Field, Object
from ..expressions import Checked, check
from ..expressions.scopes import RecordScope
from ..expressions.types import BOOLEAN, Kind, Type
from ..field_types import type_of
from ..spelling import nearest

Path = tuple[str | int, ...]
Report = Callable[[Path, str, Mapping[str, Any]], None]

SETTABLE = ("owner", "record_type")
"""What steps may write beside the fields."""


@dataclass(frozen=True, slots=True)
class Step:
    """What all kinds share. ``label`` names the step in messages and traces."""

    label: str


Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A field with what goes into it. ``target``: the object, where the field may point to
    several."""

    field: str
    checked: Checked
    target: str | None = None


@dataclass(frozen=True, slots=True)
class StepKind:
    """One kind of step. ``keys``: those of its document, the first of which says the kind;
    ``read`` checks a document and gives the step, None when something is wrong with it."""

    keys: tuple[str, ...]
    read: Callable[[Mapping[str, Any], str, Compiling], Step | None]

    @property
    def name(self) -> str:
        return self.keys[0]


SHARED_KEYS = ("name", "as")


@dataclass
class Names:
    """What steps have bound so far; loops and branches bind in a copy of their own.

    ``bound``: name (or ``inputs.amount``) → type, records being references. ``tables``: a list of
    rows without records (a table input) → its columns.
    """

    bound: dict[str, Type] = field(default_factory=dict)
    tables: dict[str, Mapping[str, Type]] = field(default_factory=dict)

    def copy(self) -> Names:
        return Names(dict(self.bound), dict(self.tables))


@dataclass(frozen=True, slots=True)
class Passing:
    """Time that passes, for steps that are done by the clock: the share of which target."""

    target_id: str
    target: str
    percent: int


@dataclass(frozen=True)
class Compiling:
    """One list of steps under way: of records of ``object``, at ``path`` of its document."""

    catalog: Catalog
    object: str
    names: Names
    report: Report
    path: Path
    kinds: tuple[StepKind, ...]
    """The kinds allowed here: before a save only ``set`` and ``if``."""
    spelled: Path | None = None
    """The same place with the names of steps inside steps, where they have one."""
    passing: Passing | None = None
    """Why the steps are done, where it is because time has passed."""

    def at(self, *steps: str | int) -> Compiling:
        """The same, further down the document."""
        spelled = (*(self.spelled or self.path), *steps)
        return replace(self, path=(*self.path, *steps), spelled=spelled)

    def inside(self, *steps: str | int) -> Compiling:
        """Steps inside a step: what they bind is gone afterwards."""
        return replace(self.at(*steps), names=self.names.copy())

    def problem(self, message: str, **data: Any) -> None:
        self.report(self.path, message, data)

    def steps(self, documents: Sequence[Mapping[str, Any]]) -> Steps:
        """The steps written at this place, those that make sense."""
        by_name = self.path[-1] == "steps"
        found = (
            self._at_step(each["name"] if by_name and "name" in each else i, each)._step(each, i)
            for i, each in enumerate(documents)
        )
        return tuple(each for each in found if each is not None)

    @property
    def text_id(self) -> str:
        """What translations call the text of the thing at this place."""
        return self.text_id_of("")

    def text_id_of(self, aspect: str) -> str:
        """The same for a text beside it: ``:text``."""
        path = self.spelled or self.path
        names = (self.object, path[0], *path[1::2])
        return text_id(self.catalog, "/".join(map(str, names)) + aspect)

    def _at_step(self, step: str | int, document: Mapping[str, Any]) -> Compiling:
        spelled = (*(self.spelled or self.path), document.get("name", step))
        return replace(self.at(step), spelled=spelled)

    def _step(self, document: Mapping[str, Any], index: int) -> Step | None:
        asked = [kind for kind in self.kinds if kind.name in document]
        if len(asked) != 1:
            names = ", ".join(kind.name for kind in self.kinds)
            self.problem("A step here says exactly one of: {kinds}.", kinds=names)
            return None
        kind = asked[0]
        for key in document:
            if key not in (*kind.keys, *SHARED_KEYS):
                self.at(key).problem("{key} means nothing to “{kind}”.", key=key, kind=kind.name)
        label = str(document.get("name") or f"{kind.name} {index + 1}")
        return kind.read(document, label, self)

    # Expressions ----------------------------------------------------------------------------

    def value(self, source: Any, expect: Type | None = None) -> Checked | None:
        """The expression at this place; a plain number, boolean or null stands for itself."""
        return self._checked(
            RecordScope(self.catalog, self.object, self.names.bound), source, expect
        )

    def condition(self, source: Any) -> Checked | None:
        return self.value(source, BOOLEAN)

    def filter(self, source: str, object_name: str) -> Checked | None:
        """A condition on other records, which ``record`` and what is bound may stand beside."""
        bound = {"record": Type(Kind.REFERENCE, targets=(self.object,)), **self.names.bound}
        checked = self._checked(RecordScope(self.catalog, object_name, bound), source, BOOLEAN)
        if checked is not None and checked.not_in_sql:
            message = "{name} cannot stand in a filter: the database cannot compute it."
            self.problem(message, name=min(checked.not_in_sql))
        return checked

    def _checked(self, scope: RecordScope, source: Any, expect: Type | None) -> Checked | None:
        try:
            return check(as_source(source), scope, expect)
        except TypecaseError as problem:
            self.problem(problem.message, **problem.data)
            return None

    # Records --------------------------------------------------------------------------------

    def record(self, source: str) -> tuple[Checked | None, Object | None]:
        """A record that steps work on: ``record``, what a step bound, or a lookup of these."""
        checked = self.value(source)
        if checked is None:
            return None, None
        targets = checked.type.targets if checked.type.kind is Kind.REFERENCE else ()
        if len(targets) != 1 or targets[0] not in self.catalog.objects:
            self.problem("{source} is no record.", source=source)
            return None, None
        return checked, self.catalog.objects[targets[0]]

    def other(self, name: str) -> Object | None:
        """The object called ``name``; that it is missing is told by the references."""
        return self.catalog.objects.get(name)

    def bind(self, name: str | None, type_: Type) -> None:
        """Gives a result its name for the steps that follow."""
        if name is None:
            return
        if name in ("record", "inputs", "user", "records") or name in self.names.bound:
            self.at("as").problem("{name} means something here already.", name=name)
            return
        self.names.bound[name] = type_

    def values(self, document: Mapping[str, Any], of: Object | None) -> tuple[Value, ...]:
        """What is written into the fields of a record of ``of``."""
        if of is None:
            return ()
        found = (self.at(name)._written(name, source, of) for name, source in document.items())
        return tuple(each for each in found if each is not None)

    def _written(self, name: str, source: Any, of: Object) -> Value | None:
        into = of.by_name.get(name)
        if into is None and name not in SETTABLE:
            hint = nearest(name, [*of.by_name, *SETTABLE])
            message = "{name}: no such field on {object}.{hint}"
            self.problem(message, name=name, object=of.name, hint=hint)
            return None
        if into is not None and type_of(into).computed:
            self.problem("{name} is computed; nobody writes it.", name=name)
            return None
        checked = self.value(source, type_of(into).expression_type(into) if into else None)
        if checked is None:
            return None
        return Value(into.name if into else name, checked, self._target(into, checked))

    def _target(self, into: Field | None, checked: Checked) -> str | None:
        """Where a field may point to several objects, the value has to say to which."""
        if into is None or len(into.targets) < 2 or checked.type.kind is Kind.NULL:
            return None
        if len(checked.type.targets) != 1:
            self.problem("Say which object the record is of.")
            return None
        return checked.type.targets[0]


def text_id(catalog: Catalog, key: str) -> str:
    """The id of the text called ``key`` by the package that says it."""
    ids = (f"{package.name}:{key}" for package in catalog.packages)
    return next((id_ for id_ in ids if id_ in catalog.texts), key)


def as_source(value: Any) -> str:
    """A plain value of a document as an expression."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def reference(object_name: str) -> Type:
    return Type(Kind.REFERENCE, targets=(object_name,))
