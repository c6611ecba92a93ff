"""A running case goes over to another version of its graph: whether it fits, how it then stands.

Pure, like the verbs. Steps that are done stay as they are; those that are open are asked for anew,
by what the new version says of their nodes, and what somebody has decided there still counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...metadata.approvals import Graph, Node
from .engine import Walk, World
from .state import VOTED, Asked, Case, Step, Task

Said = tuple[str, Node]


def places(case: Case) -> tuple[Step, ...]:
    """Where a case stands, with the steps that are kept for a return."""
    return tuple(step for step in case.steps if step.state in ("open", "parked"))


def against(old: Graph, new: Graph, case: Case) -> Said | None:
    """Why the case cannot go over: a template that names a node of ``old``; None: it can."""
    for step in places(case):
        was, now = old.nodes[step.node], new.nodes.get(step.node)
        if now is None:
            return "“{node}”, where it stands, is not in the new version.", was
        if now.type != was.type:
            return "“{node}”, where it stands, is another kind of step in the new version.", was
        if _sides(old, step.node) != _sides(new, step.node):
            return "The branches around “{node}” are others in the new version.", was
    return None


def _sides(graph: Graph, name: str) -> set[tuple[str, str]]:
    """The branches a node lies on: (where they part, their first node)."""
    forks = [node.name for node in graph.nodes.values() if node.type == "parallel"]
    return {
        (fork, way.target)
        for fork in forks
        for way in graph.after(fork)
        if name in _branch(graph, way.target, len(forks))
    }


def _branch(graph: Graph, first: str, deepest: int) -> Iterator[str]:
    """The nodes from ``first`` to the join where its branch meets the others, that one too."""
    seen: set[tuple[str, int]] = set()
    waiting = [(first, 1)]
    while waiting:
        name, depth = here = waiting.pop()
        if here in seen or depth > deepest:
            continue
        seen.add(here)
        yield name
        depth += {"parallel": 1, "join": -1}.get(graph.nodes[name].type, 0)
        if depth:
            waiting += [(edge.target, depth) for edge in graph.after(name)]


def moved(new: Graph, case: Case, world: World, by: str) -> Case:
    """The case in ``new``, where it fits (``against``).

    Open steps get new ids, so that the timers of the old version find nothing more to do. Raises
    Conflict where a step has nobody at all to ask.
    """
    walk = Walk(new, _with_new_steps(case, world), world, by)
    for step in [each for each in walk.steps.values() if each.state == "open"]:
        if new.nodes[step.node].asks and walk.steps[step.id].state == "open":
            _ask_anew(walk, step, world.people(new.nodes[step.node]))
            walk.settle(step.id)
    return walk.result()


def _with_new_steps(case: Case, world: World) -> Case:
    ids = {step.id: world.new_id() for step in case.open}
    steps = (
        replace(
            step,
            id=ids.get(step.id, step.id),
            causes=tuple(ids.get(each, each) for each in step.causes),
            parked_by=ids.get(step.parked_by or "", step.parked_by),
        )
        for step in case.steps
    )
    tasks = (replace(task, step=ids.get(task.step, task.step)) for task in case.tasks)
    return replace(case, steps=tuple(steps), tasks=tuple(tasks))


def _ask_anew(walk: Walk, step: Step, people: Sequence[Asked]) -> None:
    """Who is still asked keeps their task with all that hangs on it, and who has decided, their
    word. Who is asked no more and has not decided drops out; who is new is asked."""
    groups: dict[str, list[Task]] = {}
    for task in walk.of(step.id):
        groups.setdefault(task.root, []).append(task)
    place_of = {asked.person: place for place, asked in enumerate(people)}
    there: set[str] = set()
    for group in groups.values():
        asked = [task for task in group if task.kind == "asked" and task.state != "closed"]
        known = {task.person for task in asked}
        place = min((place_of[each] for each in known & place_of.keys()), default=None)
        for task in group:
            if place is not None:
                walk.put(replace(task, place=place))
            elif task.is_undecided and not any(t.state in VOTED for t in group):
                walk.put(replace(task, state="closed", number=walk.number))
        there |= known
    asked_before = set(walk.tasks)
    walk.ask(step, [each for each in people if each.person not in there])
    for task in walk.of(step.id):
        if task.id not in asked_before:
            walk.put(replace(task, place=place_of[task.person]))
