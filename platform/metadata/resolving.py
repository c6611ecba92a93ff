"""Names in documents → the things they name, or UnknownName with the nearest name there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ..errors import UnknownName
from .catalog import Catalog
from .definitions import EMPTY, Object
from .expressions.scopes import SYSTEM_TYPES, RecordScope
from .rights import SYSTEM_RIGHTS
from .spelling import nearest
from .walking import Mention

BUILT_IN_ACTIONS = frozenset(
    {
        *("new", "edit", "clone", "delete", "change_owner", "share", "submit_for_approval"),
        *("print", "merge", "convert", "follow", "log_activity"),
    }
)
USER = "user"
"""The people: known everywhere, defined by no package."""


class Node(NamedTuple):
    """A thing: ``("field", "opportunity.stage")``, ``("role", "rep")``."""

    kind: str
    name: str


Nodes = tuple[Node, ...]


def nodes_on(catalog: Catalog, object_name: str, path: Iterable[str]) -> Iterator[Node]:
    """The fields a path goes through, over lookups and relations. ``path`` is known to be right."""
    at: list[str] = [object_name]
    for name in path:
        following: list[str] = []
        for each in at:
            field = catalog.objects[each].by_name.get(name) if each in catalog.objects else None
            reverse = catalog.reverses.get(each, EMPTY).get(name)
            if field is not None:
                yield Node("field", f"{each}.{field.name}")
                following += field.targets
            elif reverse is not None:
                yield Node("field", f"{reverse.object}.{reverse.field}")
                following.append(reverse.object)
        at = following


class Resolver:
    """Knows the catalog and the documents beside it; ``resolve`` raises UnknownName."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def resolve(self, mention: Mention) -> Nodes:
        return RESOLVERS[mention.refers](self, mention)

    # what names may stand for ------------------------------------------------------------

    def named(self, kind: str, name: str, known: Iterable[str]) -> Nodes:
        if name not in (names := list(known)):
            raise UnknownName(
                "There is no {kind} {name}.{hint}",
                kind=kind.replace("_", " "),
                name=name,
                hint=nearest(name, names),
            )
        return (Node(kind, name),)

    def object(self, mention: Mention) -> Nodes:
        if mention.name == USER:
            return ()
        return (Node("object", self.catalog.object(mention.name).name),)

    def at_hand(self, mention: Mention) -> Object | None:
        """The object at hand; None when that is itself unknown (told elsewhere) or people."""
        return self.catalog.objects.get(mention.object or "")

    def field(self, mention: Mention) -> Nodes:
        of = self.at_hand(mention)
        return self.field_of(of, mention.name) if of else ()

    def field_of_record(self, mention: Mention) -> Nodes:
        return self.field_of(self.catalog.object(mention.document.name), mention.name)

    def field_of(self, of: Object, name: str) -> Nodes:
        if name in SYSTEM_TYPES or name in ("id", "record_type"):
            return ()
        if name not in of.by_name:
            message = "{name}: no such field on {object}.{hint}"
            hint = nearest(name, [*of.by_name, *SYSTEM_TYPES])
            raise UnknownName(message, name=name, object=of.name, hint=hint)
        return (Node("field", f"{of.name}.{of.by_name[name].name}"),)

    def path(self, mention: Mention) -> Nodes:
        of = self.at_hand(mention)
        return self.path_of(of, mention.name) if of else ()

    def path_of(self, of: Object, name: str) -> Nodes:
        parts = tuple(name.split("."))
        if len(parts) == 1 and parts[0] not in self.catalog.reverses.get(of.name, EMPTY):
            return self.field_of(of, name)
        RecordScope(self.catalog, of.name).type_of(parts)
        return tuple(nodes_on(self.catalog, of.name, parts))

    def sort(self, mention: Mention) -> Nodes:
        of = self.at_hand(mention)
        names = [part.strip().removeprefix("-") for part in mention.name.split(",")]
        return tuple(node for name in names if of for node in self.path_of(of, name))

    def relation(self, mention: Mention) -> Nodes:
        of = self.at_hand(mention)
        if of is None:
            return ()
        known = self.catalog.reverses.get(of.name, EMPTY)
        if mention.name not in known:
            message = "{name}: no such relation of {object}.{hint}"
            hint = nearest(mention.name, known)
            raise UnknownName(message, name=mention.name, object=of.name, hint=hint)
        reverse = known[mention.name]
        return (Node("field", f"{reverse.object}.{reverse.field}"),)

    def stage(self, mention: Mention) -> Nodes:
        of = self.catalog.object(mention.document.name)
        field = of.by_name.get(of.path.field) if of.path else None
        return self.option(of, field.name, mention.name) if field else ()

    def option_of_key(self, mention: Mention) -> Nodes:
        of = self.catalog.object(mention.document.name)
        key = str(mention.path[-2])
        return self.option(of, key, mention.name) if key in of.by_name else ()

    def option(self, of: Object, field: str, name: str) -> Nodes:
        options = of.by_name[field].options
        if of.by_name[field].option(name) is None:
            message = "{name}: no such option of {field}.{hint}"
            hint = nearest(name, [each.name for each in options])
            raise UnknownName(message, name=name, field=field, hint=hint)
        return (Node("option", f"{of.name}.{field}.{name}"),)

    def action(self, mention: Mention) -> Nodes:
        """An action of the object at hand or of the page's object, or a built-in one."""
        if mention.name in BUILT_IN_ACTIONS:
            return ()
        known: dict[str, str] = {}
        for of in (mention.document.name, mention.object or ""):
            process = self.catalog.documents["process"].get(of, EMPTY)
            known |= {each["name"]: of for each in process.get("actions", ())}
        self.named("action", mention.name, [*known, *BUILT_IN_ACTIONS])
        return (Node("action", f"{known[mention.name]}.{mention.name}"),)

    def view(self, mention: Mention) -> Nodes:
        of = self.at_hand(mention)
        return self.view_of(of.name, mention.name) if of else ()

    def object_view(self, mention: Mention) -> Nodes:
        object_name, _, view = mention.name.partition(".")
        return self.view_of(self.catalog.object(object_name).name, view)

    def view_of(self, of: str, name: str) -> Nodes:
        views = [each.name for each in self.catalog.views.get(of, ())]
        self.named("view", name, views)
        return (Node("view", f"{of}.{name}"),)

    def page(self, mention: Mention) -> Nodes:
        pages = [each["name"] for each in mention.document.content["pages"]]
        self.named("page", mention.name, pages)
        return ()

    def permission(self, mention: Mention) -> Nodes:
        if mention.name in SYSTEM_RIGHTS:
            return ()
        return self.named("permission", mention.name, [*self.catalog.permissions, *SYSTEM_RIGHTS])

    def home(self, mention: Mention) -> Nodes:
        apps = [each.name for each in self.catalog.apps]
        for kind, known in (
            ("app", apps),
            ("dashboard", self.catalog.documents["dashboard"]),
            ("object", self.catalog.objects),
        ):
            if mention.name in known:
                return (Node(kind, mention.name),)
        names = [*apps, *self.catalog.documents["dashboard"], *self.catalog.objects]
        message = "There is no app, dashboard or object {name}.{hint}"
        raise UnknownName(message, name=mention.name, hint=nearest(mention.name, names))

    def object_or_all(self, mention: Mention) -> Nodes:
        return () if mention.name == "*" else self.object(mention)

    def object_field(self, mention: Mention) -> Nodes:
        object_name, _, field = mention.name.partition(".")
        return self.field_of(self.catalog.object(object_name), field)

    def approval(self, mention: Mention) -> Nodes:
        known = [
            each["name"]
            for document in self.catalog.documents["approvals"].values()
            for each in document.get("approvals", ())
        ]
        return self.named("approval", mention.name, known)

    def node(self, mention: Mention) -> Nodes:
        """A node of the graph the edge belongs to."""
        graph = _item(mention.document.content["approvals"], mention.path[1])
        return self._beside(mention, "node", graph.get("nodes", ()))

    def sla_target(self, mention: Mention) -> Nodes:
        policy = _item(mention.document.content["sla"], mention.path[1])
        former = [{"name": old} for t in policy.get("targets", ()) for old in t.get("was", ())]
        return self._beside(mention, "target", [*policy.get("targets", ()), *former])

    def _beside(self, mention: Mention, kind: str, items: Iterable[Mapping[str, Any]]) -> Nodes:
        self.named(kind, mention.name, [each["name"] for each in items])
        return ()


def _item(items: Iterable[Mapping[str, Any]], name: Any) -> Mapping[str, Any]:
    return next((each for each in items if each["name"] == name), EMPTY)


Resolve = Callable[[Resolver, Mention], Nodes]


def _of_documents(kind: str, documents: str) -> Resolve:
    """One of the things the catalog keeps as plain documents."""
    return lambda resolver, mention: resolver.named(
        kind, mention.name, resolver.catalog.documents[documents]
    )


def _free(resolver: Resolver, mention: Mention) -> Nodes:
    """A name whose meaning is looked at elsewhere."""
    return ()


RESOLVERS: Mapping[str, Resolve] = MappingProxyType(
    {
        "object": Resolver.object,
        "object_or_all": Resolver.object_or_all,
        "object_field": Resolver.object_field,
        "object_view": Resolver.object_view,
        "field": Resolver.field,
        "field_of_record": Resolver.field_of_record,
        "path": Resolver.path,
        "sort": Resolver.sort,
        "relation": Resolver.relation,
        "stage": Resolver.stage,
        "option_of_key": Resolver.option_of_key,
        "action": Resolver.action,
        "view": Resolver.view,
        "page": Resolver.page,
        "home": Resolver.home,
        "permission": Resolver.permission,
        "approval": Resolver.approval,
        "node": Resolver.node,
        "sla_target": Resolver.sla_target,
        "role": lambda r, m: r.named("role", m.name, r.catalog.roles),
        "permission_set": lambda r, m: r.named("permission_set", m.name, r.catalog.permission_sets),
        "number": lambda r, m: r.named("number", m.name, r.catalog.numbering),
        "feature": lambda r, m: r.named("feature", m.name, r.catalog.feature_definitions),
        "queue": lambda r, m: r.named("queue", m.name, r.catalog.queues),
        "calendar": _of_documents("calendar", "calendars"),
        "plugin": _of_documents("plugin", "plugins"),
        "report": _of_documents("report", "report"),
        "dashboard": _of_documents("dashboard", "dashboard"),
        "template": _of_documents("template", "template"),
        "free": _free,
    }
)
"""Every word ``x-refers`` and ``x-keys`` may say; a test compares with the schemas."""
