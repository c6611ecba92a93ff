"""``approvals.json`` of an object → graphs. What is wrong is reported at its place and left out.

A case keeps the document it began with and is read by the same function, so a definition that
changes does not reach into running cases.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, get_args

from .approvals import Edge, Graph, Lock, Node, Overdue, Person, PersonKind
from .catalog import Catalog
from .definitions import EMPTY
from .expressions.types import BOOLEAN, Kind, Type
from .steps import KINDS
from .steps.compiling import Compiling, Names, Path, Report, text_id

Document = Mapping[str, Any]
PERSON_KINDS: tuple[str, ...] = get_args(PersonKind)
SUBMITTER = Type(Kind.REFERENCE, targets=("user",))


def graphs_of(catalog: Catalog, object_name: str) -> tuple[Graph, ...]:
    """The graphs of an object of a catalog that was checked, in the order they are tried."""
    document = catalog.documents.get("approvals", EMPTY).get(object_name)
    if document is None:
        return ()
    return catalog.kept(
        ("approvals", object_name),
        lambda: read_graphs(catalog, object_name, document, _unexpected),
    )


def _unexpected(path: Path, message: str, data: Mapping[str, Any]) -> None:
    """The publication has refused what does not make sense: this would be a fault of ours."""
    raise AssertionError(f"{path}: {message} {dict(data)}")


def read_graphs(
    catalog: Catalog, object_name: str, document: Document, report: Report
) -> tuple[Graph, ...]:
    found = [
        read_graph(catalog, object_name, each, report) for each in document.get("approvals", ())
    ]
    return tuple(sorted(found, key=lambda graph: (graph.order, graph.name)))


def read_graph(catalog: Catalog, object_name: str, document: Document, report: Report) -> Graph:
    """One graph; ``review``, the short form, becomes a graph of one step."""
    reading = _Reading(catalog, object_name, document["name"], report)
    lock = document.get("lock", True)
    written = _reviewed(document["review"]) if "review" in document else document
    nodes = [reading.node(each) for each in written.get("nodes", ())]
    edges = [reading.edge(each, i) for i, each in enumerate(written.get("edges", ()))]
    return Graph(
        id=text_id(catalog, f"{object_name}/approvals/{document['name']}"),
        object=object_name,
        name=document["name"],
        label=document["label"],
        nodes=MappingProxyType({node.name: node for node in nodes}),
        edges=tuple(edges),
        entry=document.get("entry", True),
        order=document.get("order", 100),
        submit=reading.people(document.get("submit", ()), ("submit",)),
        lock=None if lock is False else _lock(lock),
        restores=document.get("on_withdraw") == "restore",
        feature=document.get("feature"),
        calendar=document.get("calendar"),
    )


def _reviewed(review: Document) -> Document:
    by = review["by"]
    people = [by] if isinstance(by, Mapping) else list(by)
    step = {"name": "review", "type": "approve", "assignees": people}
    return {
        "nodes": [
            {"name": "submit", "type": "start"},
            {**step, "editable": review.get("editable", ())},
            {"name": "approved", "type": "end", "set": review.get("set", {})},
            {"name": "rejected", "type": "end", "outcome": "rejected"},
        ],
        "edges": [
            {"from": "submit", "to": "review"},
            {"from": "review", "on": "approve", "to": "approved"},
            {"from": "review", "on": "reject", "to": "rejected"},
        ],
    }


def _lock(document: Any) -> Lock:
    if not isinstance(document, Mapping):
        return Lock()
    but = document.get("except", {})
    fields = frozenset(document.get("fields", ()))
    return Lock(
        fields,
        but.get("permission"),
        but.get("role"),
        document.get("stays", False),
        document.get("parts", not fields),
    )


class _Reading:
    def __init__(self, catalog: Catalog, object_name: str, name: str, report: Report) -> None:
        self.catalog, self.object, self.report = catalog, object_name, report
        self.path: Path = ("approvals", name)

    def node(self, document: Document) -> Node:
        path = ("nodes", document["name"])
        here = self._here(path)
        type_ = document["type"]
        people = document.get("to" if type_ == "notify" else "assignees", ())
        of = self.catalog.objects[self.object]
        until = document.get("until")
        return Node(
            name=document["name"],
            type=type_,
            id=text_id(self.catalog, "/".join((self.object, *map(str, self.path), path[1]))),
            label=document.get("label") or document["name"].replace("_", " ").capitalize(),
            assignees=self.people(people, (*path, "to" if type_ == "notify" else "assignees")),
            mode=document.get("mode", "any"),
            percent=document.get("percent", 100),
            self_approval=document.get("self_approval") == "allow",
            skip_if_already_approved=document.get("skip_if_already_approved", False),
            fallback=self.people(document.get("fallback", ()), (*path, "fallback")),
            due=document.get("for") or document.get("due"),
            overdue=self._overdue(document.get("overdue", {}), (*path, "overdue")),
            editable=tuple(document.get("editable", ())),
            steps=here.at("do").steps(document["do"]) if document.get("do") else (),
            until=here.at("until").condition(until) if until is not None else None,
            outcome=document.get("outcome", "approved"),
            values=here.at("set").values(document.get("set", {}), of),
            text=document.get("template"),
        )

    def edge(self, document: Document, index: int) -> Edge:
        when = document.get("when")
        here = self._here(("edges", index, "when"))
        return Edge(
            source=document["from"],
            target=document["to"],
            on=document.get("on"),
            when=here.value(when, BOOLEAN) if when is not None else None,
            is_else=document.get("else", False),
            label=document.get("label", ""),
        )

    def people(self, documents: Iterable[Document], path: Path) -> tuple[Person, ...]:
        found = (self._person(each, (*path, i)) for i, each in enumerate(documents))
        return tuple(each for each in found if each is not None)

    def _overdue(self, document: Document, path: Path) -> Overdue:
        asked = document.get("escalate")
        return Overdue(
            self._person(asked, (*path, "escalate")) if asked else None,
            document.get("remind", False),
            document.get("decide"),
        )

    def _person(self, document: Document, path: Path) -> Person | None:
        kinds = [key for key in PERSON_KINDS if key in document]
        if len(kinds) != 1:
            message = "Say who by exactly one of: {kinds}."
            self.report((*self.path, *path), message, {"kinds": ", ".join(PERSON_KINDS)})
            return None
        kind = kinds[0]
        if "of" in document and kind != "role":
            self.report((*self.path, *path), "“of” belongs to a role.", {})
        name = document[kind]
        checked = None
        if kind in ("expression", "field"):
            here = self._here((*path, kind))
            checked = here.value(name)
            if checked is None:
                return None
            one = checked.type.of if checked.type.kind is Kind.LIST else checked.type
            if one is None or one.kind is not Kind.REFERENCE or one.targets not in (("user",), ()):
                here.problem("{source} is no person.", source=name)
                return None
        return Person(kind, name, document.get("of"), document.get("levels", 1), checked)  # type: ignore[arg-type]

    def _here(self, path: Path) -> Compiling:
        names = Names({"submitter": SUBMITTER})
        return Compiling(self.catalog, self.object, names, self.report, (*self.path, *path), KINDS)
