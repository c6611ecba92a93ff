"""Fields: what each type needs, and settings that contradict each other."""

from __future__ import annotations

from ..definitions import EMPTY, Field, Object
from ..field_types import type_of
from ..layers import Layered
from ..spelling import nearest
from .checking import Checking

NEEDS = {
    "lookup": ("target",),
    "multi_lookup": ("target",),
    "master": ("target", "related"),
    "picklist": ("options",),
    "multi_picklist": ("options",),
    "formula": ("expression", "returns"),
    "rollup": ("function",),
    "clock": ("of",),
}
"""Keys without which a field of this type makes no sense."""

SEARCHED = frozenset(
    {
        *("text", "long_text", "rich_text", "email", "phone", "url", "autonumber"),
        *("person_name", "address", "integer", "picklist", "lookup"),
    }
)


def check_fields(checking: Checking) -> None:
    for document, of in checking.objects():
        written = {each["name"]: each for each in document.content["fields"]}
        for field in of.fields:
            _check_needs(checking, document, field, written[field.name])
            _check_computed(checking, document, field)
            _check_limits(checking, document, field)
            _check_rollup(checking, document, of, field)
            _check_clock(checking, document, of, field)
            _check_following(checking, document, field)
            _check_dependent(checking, document, of, field)
        _check_circles_of_defaults(checking, document, of)


def _check_needs(
    checking: Checking, document: Layered, field: Field, written: dict[str, object]
) -> None:
    for key in NEEDS.get(field.type, ()):
        if not written.get(key):
            message = "A {type} needs {key}."
            checking.at(document, ("fields", field.name), message, type=field.type, key=key)


def _check_computed(checking: Checking, document: Layered, field: Field) -> None:
    """Nobody fills in what is computed."""
    if not type_of(field).computed:
        return
    for key, said in (
        ("required", field.required is not False),
        ("default", field.default is not None),
        ("fill", field.fill is not None),
        ("unique", field.unique and field.type != "autonumber"),
    ):
        if said:
            message = "{name} is computed: it takes no {key}."
            at = ("fields", field.name, key)
            checking.at(document, at, message, name=field.name, key=key)


def _check_limits(checking: Checking, document: Layered, field: Field) -> None:
    low, high = field.settings.get("minimum"), field.settings.get("maximum")
    if low is not None and high is not None and low > high:
        message = "The minimum {minimum} is above the maximum {maximum}."
        at = ("fields", field.name, "minimum")
        checking.at(document, at, message, minimum=low, maximum=high)
    if field.search and field.type not in SEARCHED:
        message = "A {type} cannot be searched for by its words."
        checking.at(document, ("fields", field.name, "search"), message, type=field.type)


def _check_rollup(checking: Checking, document: Layered, of: Object, field: Field) -> None:
    if field.type != "rollup":
        return
    at = ("fields", field.name)
    settings = field.settings
    if ("of" in settings) == ("object" in settings):
        checking.at(document, at, "A rollup says either of, or object and where.")
        return
    relation, _, path = str(settings.get("of", "")).partition(".")
    known = checking.catalog.reverses.get(of.name, {})
    if "of" in settings and relation not in known and relation in of.by_name:
        message = "{name} is a field; a rollup goes over a relation: {known}."
        data = {"name": relation, "known": ", ".join(sorted(known)) or "–"}
        checking.at(document, (*at, "of"), message, **data)
    needs_value = settings.get("function", "count") != "count"
    if needs_value and not (path or settings.get("value")):
        message = "{function} needs a field: of is relation.field."
        checking.at(document, (*at, "of"), message, function=settings["function"])


def _check_clock(checking: Checking, document: Layered, of: Object, field: Field) -> None:
    """A clock is of a target that some policy of the object has."""
    if field.type != "clock" or "of" not in field.settings:
        return
    process = checking.catalog.documents["process"].get(of.name, EMPTY)
    targets = [t for policy in process.get("sla", ()) for t in policy["targets"]]
    known = sorted({each["name"] for each in targets})
    name = field.settings["of"]
    if name not in known and not any(name in each.get("was", ()) for each in targets):
        message = "{name}: no policy of {object} has such a target.{hint}"
        data = {"name": name, "object": of.name, "hint": nearest(name, known)}
        checking.at(document, ("fields", field.name, "of"), message, **data)


def _check_following(checking: Checking, document: Layered, field: Field) -> None:
    if field.follows and field.default is None:
        message = "follows takes the default again, but there is no default."
        checking.at(document, ("fields", field.name, "follows"), message)
    fill = field.fill
    if fill is not None and ("find" in fill) == ("plugin" in fill):
        message = "fill says either find, with value, or plugin, with map."
        checking.at(document, ("fields", field.name, "fill"), message)


def _check_dependent(checking: Checking, document: Layered, of: Object, field: Field) -> None:
    """Dependent options name options of the other picklist, and options of this one."""
    depends = field.settings.get("depends_on")
    other = of.by_name.get(depends["field"]) if depends else None
    if depends is None or other is None:
        return
    if other.type not in ("picklist", "multi_picklist"):
        message = "{name} is no picklist."
        at = ("fields", field.name, "depends_on")
        checking.at(document, at, message, name=other.name)
        return
    _check_when(checking, document, field, other)
    for name, offered in depends["map"].items():
        for option, owner in ((name, other), *((each, field) for each in offered)):
            if owner.option(option) is None:
                message = "{name}: no such option of {field}.{hint}"
                at = ("fields", field.name, "depends_on")
                checking.at(document, at, message, name=option, field=owner.name, hint="")


def _check_when(checking: Checking, document: Layered, field: Field, other: Field) -> None:
    written = next(e for e in document.content["fields"] if e["name"] == field.name)
    for option in written.get("options", ()):
        for name in option.get("when", ()):
            if other.option(name) is None:
                message = "{name}: no such option of {field}.{hint}"
                at = ("fields", field.name, "options", option["name"], "when", name)
                checking.at(document, at, message, name=name, field=other.name, hint="")


def _check_circles_of_defaults(checking: Checking, document: Layered, of: Object) -> None:
    """Two fields that take their defaults again from each other would never come to rest."""
    follows = {each.name: each.follows for each in of.fields if each.follows}
    for start in follows:
        trail, at = [start], start
        while at in follows and len(trail) <= len(follows) + 1:
            at = next((name for name in follows[at] if name in follows), "")
            if at == start:
                message = "These fields follow each other in a circle: {circle}."
                circle = " → ".join([*trail, start])
                checking.at(document, ("fields", start, "follows"), message, circle=circle)
                break
            trail.append(at)
