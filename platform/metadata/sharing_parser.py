"""Folded access documents and queues → who else sees a record."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .definitions import Access
from .layers import Layered
from .parser import identifier
from .rights_parser import named
from .sharing import Limits, People, Pool, Queue, RecycleRule, SharingRule

Document = Mapping[str, Any]


def parse_access(source: Layered | None, first: str) -> Access:
    """``first``: the name the object was born with."""
    if source is None:
        return Access()
    content = source.content
    pool = content.get("pool")
    return Access(
        default=content.get("default", "private"),
        rights=content.get("rights", "own"),
        carries=tuple(content.get("carries", ())),
        sharing=tuple(_rule(source, first, each) for each in content.get("sharing", ())),
        sensitive=tuple(content.get("sensitive", ())),
        pool=_pool(source, first, pool) if pool else None,
    )


def parse_queues(source: Layered | None) -> Mapping[str, Queue]:
    queues = (
        Queue(
            id=id_,
            name=each["name"],
            label=each["label"],
            objects=tuple(each.get("objects", ())),
            members=_people(each.get("members", ())),
            assign=each.get("assign", "by_hand"),
        )
        for id_, each in named(source, "queues")
    )
    return MappingProxyType({queue.name: queue for queue in queues})


def _rule(source: Layered, first: str, document: Document) -> SharingRule:
    name = document["name"]
    owner = document.get("owner")
    return SharingRule(
        id=identifier(source.package_of("sharing", name), first, "sharing", name),
        name=name,
        label=document.get("label", name),
        people=_people(document["with"]),
        grant=document["grant"],
        when=_condition(document.get("when", True)),
        owner=People(**owner) if owner else None,
    )


def _pool(source: Layered, first: str, document: Document) -> Pool:
    return Pool(
        id=identifier(source.package_of("pool"), first, "pool"),
        name=document["name"],
        label=document["label"],
        when=_condition(document.get("when", True)),
        see=_people(document.get("see", ())),
        claim=_people(document.get("claim", ())),
        manage=_people(document.get("manage", ())),
        limits=Limits(**document.get("limits", {})),
        recycle=tuple(_recycle(source, first, each) for each in document.get("recycle", ())),
        protected=_condition(document.get("protected", False), absent=False),
        feature=document.get("feature"),
    )


def _recycle(source: Layered, first: str, document: Document) -> RecycleRule:
    name = document["name"]
    return RecycleRule(
        id=identifier(source.package_of("pool", "recycle", name), first, "pool", "recycle", name),
        name=name,
        label=document.get("label", document["name"]),
        after_days=document["after_days"],
        when=_condition(document.get("when", True)),
        since=document.get("since"),
        counts=document.get("counts", "follow_up"),
        warn_days=document.get("warn_days", 0),
    )


def _people(documents: Any) -> tuple[People, ...]:
    return tuple(People(**each) for each in documents)


def _condition(value: bool | str, absent: bool = True) -> str | None:
    """The condition as an expression; None where it says no more than ``absent``."""
    if value is absent:
        return None
    return str(value).lower() if isinstance(value, bool) else value
