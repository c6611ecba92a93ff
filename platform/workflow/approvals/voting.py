"""When a step is decided: any, all, one after the other, a share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...metadata.approvals import Node
from .state import UNDECIDED, Task


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes of a step. ``needed``: how many have to agree; ``result`` is None while it is open."""

    groups: int
    approved: int
    rejected: int
    needed: int
    result: str | None


def tally(node: Node, tasks: Sequence[Task]) -> Tally:
    """A group (somebody asked, and whom they added) has one vote: no as soon as one of them whose
    vote counts says no, yes when all of them have acted."""
    groups = [_of_group(group) for group in _groups(tasks).values()]
    yes, no, many = groups.count("approve"), groups.count("reject"), len(groups)
    needed = _needed(node, many)
    result = None
    if node.mode == "any":
        result = "approve" if yes else "reject" if no else None
    elif many and yes >= needed:
        result = "approve"
    elif many - no < needed:
        result = "reject"
    return Tally(many, yes, no, needed, result)


def _needed(node: Node, many: int) -> int:
    if node.mode == "any":
        return min(1, many)
    share = node.percent if node.mode == "percent" else 100
    return -(-many * share // 100)


def _groups(tasks: Sequence[Task]) -> dict[str, list[Task]]:
    found: dict[str, list[Task]] = {}
    for task in tasks:
        if task.state != "delegated":
            found.setdefault(task.root, []).append(task)
    return {root: group for root, group in found.items() if not _has_dropped_out(group)}


def _has_dropped_out(group: Sequence[Task]) -> bool:
    """Whoever left while others were asked, too."""
    return all(task.state == "closed" for task in group)


def _of_group(tasks: Sequence[Task]) -> str | None:
    if any(task.votes and task.state == "rejected" for task in tasks):
        return "reject"
    acted = [task for task in tasks if task.state != "closed"]
    if not acted or any(task.state in (*UNDECIDED, "returned") for task in acted):
        return None
    return "approve"


def arranged(node: Node, tasks: Sequence[Task]) -> list[Task]:
    """The tasks of an open step, each undecided one waiting or queued behind another."""
    by_id = {task.id: task for task in tasks}
    first = None
    if node.mode == "sequence":
        open_ = {key for key, group in _groups(tasks).items() if _of_group(group) is None}
        first = min((task.place for task in tasks if task.root in open_), default=None)

    said = {key: _of_group(group) for key, group in _groups(tasks).items()}

    def waits(task: Task) -> bool:
        if said.get(task.root) is not None:
            return True  # their group has voted: nobody asks them any more
        before = (t for t in tasks if t.adder == task.id and t.kind == "before")
        if any(each.is_undecided for each in before):
            return True
        adder = by_id.get(task.adder or "")
        if task.kind == "after" and adder is not None and adder.is_undecided:
            return True
        return first is not None and task.place > first

    return [
        replace(task, state="queued" if waits(task) else "waiting") if task.is_undecided else task
        for task in tasks
    ]
