"""``process.json`` of an object, read: its actions and automations with their steps, checked.

Reading reports every problem at its place; of what has problems nothing is handed out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from ..errors import TypecaseError
from .catalog import Catalog
from .definitions import EMPTY, Condition, Field, Option
from .expressions import Checked, check
from .expressions.scopes import RecordScope
from .expressions.types import BOOLEAN, Kind, Type
from .field_types import BY_NAME, type_of
from .parser import frozen
from .spelling import nearest
from .steps import BEFORE_KINDS, KINDS
from .steps.compiling import Compiling, Names, Path, Report, Steps, as_source, text_id
from .steps.looping import rows_of

TABLE = "table"
EVENTS = ("create", "update", "delete", "restore")
OWN_KEYS = frozenset(
    ("name", "type", "label", "help", "required", "visible", "default", "filter", "target",
     "options", "fields", "rows")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offers:
    """Rows that a table holds at first: one for each record that ``source`` leads to and that the
    lookup ``column`` may take. ``defaults``: other columns → what they hold then."""

    source: tuple[str, ...]
    object: str
    column: Field
    defaults: Mapping[str, Checked]


@dataclass(frozen=True, slots=True)
class Input:
    """What a person is asked for. ``columns`` are those of a table, empty for a single value."""

    field: Field
    columns: tuple[Field, ...] = ()
    offers: Offers | None = None
    """Tables: what they hold at first."""

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def is_table(self) -> bool:
        return self.field.type == TABLE


@dataclass(frozen=True, slots=True)
class Action:
    id: str
    object: str
    name: str
    label: str
    steps: Steps
    inputs: tuple[Input, ...] = ()
    visible: Condition = True
    permission: str | None = None
    as_system: bool = False
    icon: str = "bolt"
    help: str | None = None
    confirm: str | None = None
    done: str | None = None
    opens: str | None = None
    batch: bool = False
    """Offered for many records of a list at once, too."""


@dataclass(frozen=True, slots=True)
class Automation:
    """``events`` for those after or before a change; else ``field`` with ``offset`` (on a date)
    or ``cron`` (on a schedule)."""

    id: str
    object: str
    name: str
    label: str
    steps: Steps
    order: int
    on: Literal["change", "date", "schedule", "webhook"]
    events: frozenset[str] = frozenset()
    moment: Literal["before", "after"] = "after"
    when: Condition = True
    as_system: bool = False
    field: str | None = None
    offset: str = "0d"
    repeat: str = "never"
    cron: str | None = None
    filter: str | None = None
    inputs: tuple[Input, ...] = ()
    """On a webhook: what its body holds."""


@dataclass(frozen=True, slots=True)
class Process:
    actions: Mapping[str, Action] = EMPTY
    automations: tuple[Automation, ...] = ()
    """In the order they run."""


NO_PROCESS = Process()


def process_of(catalog: Catalog, object_name: str) -> Process:
    """The process of an object of a catalog that was checked before it was handed out."""
    document = catalog.documents.get("process", EMPTY).get(object_name)
    if document is None:
        return NO_PROCESS
    return catalog.kept(
        ("process", object_name),
        lambda: read_process(catalog, object_name, document, _unexpected),
    )


def _unexpected(path: Path, message: str, data: Mapping[str, Any]) -> None:
    """The publication has refused what does not make sense: this would be a fault of ours."""
    raise AssertionError(f"{path}: {message} {dict(data)}")


def read_process(
    catalog: Catalog, object_name: str, document: Mapping[str, Any], report: Report
) -> Process:
    """The process of one object. ``report`` is told the path, the message and its data of every
    problem; what is wrong is left out."""
    reading = _Reading(catalog, object_name, report)
    actions = {
        each["name"]: reading.action(each, ("actions", each["name"]))
        for each in document.get("actions", ())
    }
    automations = [
        reading.automation(each, ("automations", each["name"]))
        for each in document.get("automations", ())
    ]
    ordered = sorted(automations, key=lambda each: (each.order, each.name))
    return Process(MappingProxyType(actions), tuple(ordered))


class _Reading:
    def __init__(self, catalog: Catalog, object_name: str, report: Report) -> None:
        self.catalog, self.object, self.report = catalog, object_name, report
        self.of = catalog.objects[object_name]

    # Actions --------------------------------------------------------------------------------

    def action(self, document: Mapping[str, Any], path: Path) -> Action:
        names = Names()
        inputs = tuple(
            self.input(each, (*path, "inputs", each["name"]), names)
            for each in document.get("inputs", ())
        )
        self._check_inputs(document.get("inputs", ()), path, names)
        here = Compiling(self.catalog, self.object, names, self.report, (*path, "steps"), KINDS)
        steps = here.steps(document["steps"])
        self._check_opens(document, path, names)
        return Action(
            id=text_id(self.catalog, f"{self.object}/actions/{document['name']}"),
            object=self.object,
            name=document["name"],
            label=document["label"],
            steps=steps,
            inputs=inputs,
            visible=document.get("visible", True),
            permission=document.get("permission"),
            as_system=document.get("run_as") == "system",
            icon=document.get("icon", "bolt"),
            help=document.get("help"),
            confirm=document.get("confirm"),
            done=document.get("done"),
            opens=document.get("opens"),
            batch=document.get("batch", False),
        )

    def _check_opens(self, document: Mapping[str, Any], path: Path, names: Names) -> None:
        opens = document.get("opens")
        known = ["record", *(n for n, t in names.bound.items() if t.kind is Kind.REFERENCE)]
        if opens is not None and opens not in known:
            message = "{name} is nothing that could be shown afterwards.{hint}"
            data = {"name": opens, "hint": nearest(opens, known)}
            self.report((*path, "opens"), message, data)

    def input(self, document: Mapping[str, Any], path: Path, names: Names) -> Input:
        """Binds what the person will give, too: ``inputs.amount``, columns as lists."""
        name = document["name"]
        if document["type"] != TABLE:
            field = self.field(document, path)
            names.bound[f"inputs.{name}"] = type_of(field).expression_type(field)
            return Input(field)
        columns = tuple(
            self.field(each, (*path, "fields", each["name"])) for each in document.get("fields", ())
        )
        types = {each.name: type_of(each).expression_type(each) for each in columns}
        names.tables[f"inputs.{name}"] = types
        for column, type_ in types.items():
            names.bound[f"inputs.{name}.{column}"] = Type(Kind.LIST, of=type_)
        field = self._made(document, path, TABLE)
        return Input(field, columns, self._offers(document, columns, path))

    def _offers(
        self, document: Mapping[str, Any], columns: Sequence[Field], path: Path
    ) -> Offers | None:
        """``rows`` of a table, and the defaults of its columns, which see the record offered."""
        if "rows" not in document:
            return None
        source = str(document["rows"]).strip()
        names = Names({"record": Type(Kind.REFERENCE, targets=(self.object,))})
        here = Compiling(self.catalog, self.object, names, self.report, path, ())
        of = rows_of(source, here.at("rows"))
        column = next((each for each in columns if each.targets == (of,)), None)
        if of is None or column is None:
            if of is not None:
                message = "No column of this table takes the records of {source}."
                self.report((*path, "rows"), message, {"source": source})
            return None
        names.bound[column.name] = Type(Kind.REFERENCE, targets=(of,))
        defaults = {}
        for each in columns:
            if each.default is not None:
                at, expect = ("fields", each.name, "default"), type_of(each).expression_type(each)
                if (checked := here.at(*at).value(each.default, expect)) is not None:
                    defaults[each.name] = checked
        return Offers(tuple(source.split(".")), of, column, MappingProxyType(defaults))

    def field(self, document: Mapping[str, Any], path: Path) -> Field:
        """An input as the field type machinery understands it."""
        known = [name for name, each in BY_NAME.items() if not each.computed]
        type_ = document["type"]
        if type_ not in known:
            message = "There is no type {name} of inputs.{hint}"
            self.report((*path, "type"), message, {"name": type_, "hint": nearest(type_, known)})
            type_ = "text"
        return self._made(document, path, type_)

    def _made(self, document: Mapping[str, Any], path: Path, type_: str) -> Field:
        names = (self.object, path[0], *path[1::2])
        return _field(text_id(self.catalog, "/".join(map(str, names))), document, type_)

    def _check_inputs(
        self, documents: Iterable[Mapping[str, Any]], path: Path, names: Names
    ) -> None:
        """Conditions and defaults of inputs see the record and the other inputs."""
        for each in documents:
            here = Compiling(
                self.catalog, self.object, names, self.report, (*path, "inputs", each["name"]), ()
            )
            for key in ("required", "visible"):
                if isinstance(each.get(key), str):
                    here.at(key).condition(each[key])
            if "default" in each:
                here.at("default").value(each["default"], names.bound.get(f"inputs.{each['name']}"))
            if "filter" in each:
                self._check_filter(each, here)

    def _check_filter(self, document: Mapping[str, Any], here: Compiling) -> None:
        target = document.get("target")
        for name in [target] if isinstance(target, str) else target or ():
            if name in self.catalog.objects:
                bound = {"record": Type(Kind.REFERENCE, targets=(self.object,))}
                try:
                    check(document["filter"], RecordScope(self.catalog, name, bound), BOOLEAN)
                except TypecaseError as problem:
                    here.at("filter").problem(problem.message, **problem.data)

    # Automations ----------------------------------------------------------------------------

    def automation(self, document: Mapping[str, Any], path: Path) -> Automation:
        on = document["on"]
        events = (on,) if on in EVENTS else on if isinstance(on, (list, tuple)) else ()
        moment = document.get("moment", "after")
        kinds = BEFORE_KINDS if moment == "before" else KINDS
        if moment == "before" and not {"create", "update"}.issuperset(events or ("?",)):
            message = "Before a save there is only create and update."
            self.report((*path, "on"), message, {})
        names = Names()
        inputs = self._inputs_of_webhook(document, path, names)
        here = Compiling(self.catalog, self.object, names, self.report, (*path, "do"), kinds)
        self._check_moments(document, path)
        return Automation(
            id=text_id(self.catalog, f"{self.object}/automations/{document['name']}"),
            object=self.object,
            name=document["name"],
            label=document.get("label", document["name"]),
            steps=here.steps(document["do"]),
            order=document.get("order", 100),
            on="change" if events else on,
            events=frozenset(events),
            moment=moment,
            when=document.get("when", True),
            as_system=document.get("run_as") == "system" or not events,
            field=document.get("field"),
            offset=document.get("offset", "0d"),
            repeat=document.get("repeat", "never"),
            cron=document.get("cron"),
            filter=document.get("for"),
            inputs=inputs,
        )

    def _inputs_of_webhook(
        self, document: Mapping[str, Any], path: Path, names: Names
    ) -> tuple[Input, ...]:
        asked = document.get("inputs", ())
        if asked and document["on"] != "webhook":
            self.report((*path, "inputs"), "Only a webhook brings something along.", {})
        found = tuple(self.input(each, (*path, "inputs", each["name"]), names) for each in asked)
        self._check_inputs(asked, path, names)
        return found

    def _check_moments(self, document: Mapping[str, Any], path: Path) -> None:
        needed = {"date": ("field",), "schedule": ("cron", "for")}
        on = document["on"] if isinstance(document["on"], str) else ""
        for key in needed.get(on, ()):
            if key not in document:
                self.report(path, "On a {on} it needs “{key}”.", {"on": on, "key": key})
        field = self.of.by_name.get(document.get("field", ""))
        if on == "date" and field is not None and field.type not in ("date", "datetime"):
            message = "{name} is a {type}: a date or a moment is needed."
            self.report((*path, "field"), message, {"name": field.name, "type": field.type})


def _field(id_: str, document: Mapping[str, Any], type_: str) -> Field:
    target = document.get("target", ())
    options = (
        Option(f"{id_}/{each['name']}", each["name"], each["label"])
        for each in document.get("options", ())
    )
    default = document.get("default")
    return Field(
        id=id_,
        name=document["name"],
        type=type_,
        label=document.get("label", document["name"].replace("_", " ").capitalize()),
        settings=frozen({k: v for k, v in document.items() if k not in OWN_KEYS}),
        options=tuple(options),
        targets=(target,) if isinstance(target, str) else tuple(target),
        filter=document.get("filter"),
        required=document.get("required", False),
        visible=document.get("visible", True),
        default=None if default is None else as_source(default),
        help=document.get("help"),
    )
