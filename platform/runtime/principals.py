"""Principals: to whom something is shared, as one text each. An actor answers to several."""

from __future__ import annotations

from collections.abc import Collection

from ..metadata.sharing import People

EVERYONE = "everyone"
"""All but people from outside."""


def person(user_id: str) -> str:
    return f"user:{user_id}"


def role(name: str) -> str:
    """Everyone in the role itself."""
    return f"role:{name}"


def role_and_below(name: str) -> str:
    return f"below:{name}"


def queue(user_id: str) -> str:
    """Members of a queue, by the id under which it owns records."""
    return f"queue:{user_id}"


def branch(record: str) -> str:
    """Those who belong to just this branch."""
    return f"branch:{record}"


def branch_and_below(record: str) -> str:
    return f"tree:{record}"


def permission_set(name: str) -> str:
    return f"set:{name}"


def of_queue_named(name: str) -> str:
    """Members of a queue, by its name: what definitions say."""
    return f"members:{name}"


def of_people(people: People) -> str | None:
    """The principal that ``people`` means; None where it depends on the record."""
    if people.role:
        return role_and_below(people.role) if people.below else role(people.role)
    if people.queue:
        return of_queue_named(people.queue)
    if people.permission_set:
        return permission_set(people.permission_set)
    return EVERYONE if people.everyone else None


def is_among(people: People, answers_to: Collection[str]) -> bool:
    """Whether somebody who answers to these principals is meant, whatever the record."""
    return of_people(people) in answers_to
