"""An organisation as the package a customer would install."""

from __future__ import annotations

from typing import Any

from tests.builders import Files, a_field, a_lookup, a_package, a_permission_set, a_view, an_object
from typecase.metadata.sources import PackageSource

from .drawing import HEAVIEST
from .worlds import KINDS, RELATIONS, RIGHTS, Access, Organisation, Pool, Rule, Whom

LINKS = {"part": "thing", "note": "regarding", "leaf": "note", "thing": "origin"}
"""Kind → its field that points to the kind above. Notes are activities of their thing."""
APPROVALS = {
    "approvals": [
        {
            "name": "asking",
            "label": "Asking",
            "lock": False,
            "nodes": [
                {"name": "submitted", "type": "start"},
                {"name": "asked", "type": "approve", "assignees": [{"field": "contact"}]},
                {"name": "well", "type": "end"},
                {"name": "rejected", "type": "end", "outcome": "rejected"},
            ],
            "edges": [
                {"from": "submitted", "to": "asked"},
                {"from": "asked", "on": "approve", "to": "well"},
                {"from": "asked", "on": "reject", "to": "rejected"},
            ],
        }
    ]
}
"""Whoever a thing names is asked about it."""
TRACKS = ["history", "activities", "files", "comments"]


def package(of: Organisation, version: int) -> PackageSource:
    secret = a_field("secret", sensitive=True, search=True)
    part = {**a_lookup("thing", "thing", "parts", required=True), "type": "master"}
    return a_package(
        {"queues.json": {"queues": queues(of)}},
        an_object("place", a_lookup("above", "place", "below", tree=True), owner="none"),
        _one(of, "thing", secret, a_lookup("origin", "leaf", "things"), approvals=APPROVALS),
        _one(of, "part", part, owner="parent"),
        _one(of, "note", a_lookup("regarding", "thing", "notes")),
        _one(of, "leaf", a_lookup("note", "note", "leaves")),
        permissions=permission_sets(),
        roles=[
            {"name": name, "label": name, "outside": role.outside}
            | ({"above": role.above} if role.above else {})
            | ({"permissions": ["vip"]} if role.is_vip else {})
            for name, role in of.roles.items()
        ],
        version=f"1.0.{version}",
    )


def _one(of: Organisation, kind: str, *fields: dict[str, Any], **settings: Any) -> Files:
    told = (
        a_field("batch"),
        a_field("weight", "integer"),
        a_field("contact", "user"),
        a_lookup("region", "place", f"{RELATIONS[kind]}_there"),
    )
    view = a_view("all", "name", sort="-weight")
    more = {"tracks": TRACKS, "indexes": [["batch"]], "views": [view], **settings}
    return an_object(kind, *told, *fields, access=access(of.access.get(kind)), **more)


def permission_sets() -> list[dict[str, Any]]:
    sets = [
        a_permission_set(f"{kind}_{right}", **{kind: [right]}) for kind in KINDS for right in RIGHTS
    ]
    opened = a_permission_set("opened", fields={"thing.secret": "edit"})
    return [*sets, opened, a_permission_set("vip"), a_permission_set("office", system=["export"])]


def queues(of: Organisation) -> list[dict[str, Any]]:
    return [
        {"name": name, "label": name, "members": [people(each) for each in meant]}
        for name, meant in of.queues.items()
    ]


def access(of: Access | None) -> dict[str, Any] | None:
    if of is None:
        return None
    document: dict[str, Any] = {
        "default": of.default,
        "carries": [RELATIONS[kind] for kind in sorted(of.carries)],
        "sharing": [rule(n, each) for n, each in enumerate(of.rules)],
    }
    return document | ({"pool": pool(of.pool)} if of.pool else {})


def rule(number: int, of: Rule) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": f"rule{number}",
        "with": [people(w) for w in of.whom],
        "grant": of.grant,
    }
    return document | when(of.weight, number) | ({"owner": people(of.owner)} if of.owner else {})


def pool(of: Pool) -> dict[str, Any]:
    people_of = {"see": [people(w) for w in of.see], "claim": [people(w) for w in of.claim]}
    return {"name": "pool", "label": "Pool"} | people_of | when(of.weight)


def when(weight: int | None, turn: int = 0) -> dict[str, Any]:
    """Said in ways that the database is told in different words: those of the record alone have an
    index, what it is joined with and what calls a function have none."""
    if weight is None:
        return {}
    ways = (
        f"weight >= {weight}",
        f"weight >= {weight} and name != 'it\\'s 100%'",
        f"weight >= {weight} and created_by.login != 'nobody'",
        f"weight in {list(range(weight, HEAVIEST + 1))}",
        f"max(weight, 0) >= {weight}",
    )
    return {"when": ways[(weight + turn) % len(ways)]}


def people(of: Whom) -> dict[str, Any]:
    match of.kind:
        case "below":
            return {"role": of.name, "below": True}
        case "everyone":
            return {"everyone": True}
        case "field":
            return {"field": "contact"}
        case "branch":
            return {"branch": "region"}
        case "colleagues":
            return {"colleagues": "place"}
    return {of.kind: of.name}
