"""What people do with a case: each verb is a pure function from one state to the next.

Who may do it is asked before; here it is only asked whether the case allows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...errors import Conflict, NotFound
from ...metadata.approvals import Graph, Node
from .engine import Walk, World, require_running
from .state import UNDECIDED, VOTED, AlreadyDecided, Asked, Case, Found, Task, TaskState

SUBMITTER = "submitter"
"""A return to whoever submitted; else the name of a node."""


def vote(graph: Graph, case: Case, world: World, task: str, decision: str, by: str) -> Case:
    """``approve``, ``reject`` or ``acknowledge``. Raises Conflict, AlreadyDecided, NotFound."""
    walk, found = _begun(graph, case, world, task, by)
    node = graph.nodes[walk.steps[found.step].node]
    fitting = {"acknowledge": ("acknowledge",), "start": ("approve",)}
    if decision not in fitting.get(node.type, ("approve", "reject")):
        raise Conflict("“{decision}” is not asked for here.", decision=decision)
    states: dict[str, TaskState] = {"reject": "rejected", "acknowledge": "acknowledged"}
    walk.decide(found, states.get(decision, "approved"))
    if node.type == "start":
        walk.go(found.step, "approve")
    else:
        walk.settle(found.step)
    return walk.result()


def send_back(
    graph: Graph, case: Case, world: World, task: str, to: str, straight: bool, by: str
) -> Case:
    """A return: to the submitter or to an earlier node of this run. ``straight``: what comes back
    comes here at once; else the steps between are gone through again."""
    walk, found = _begun(graph, case, world, task, by)
    name = graph.start if to == SUBMITTER else to
    earlier = next((s for s in case.ancestors(found.step) if s.node == name), None)
    node = graph.nodes.get(name)
    if earlier is None or node is None or not (node.asks or node.type == "start"):
        raise Conflict("It cannot be returned to “{to}”: that is no earlier step.", to=to)
    if node.type == "start":
        people = [Asked(case.submitter)]
    else:
        people = list(world.people(node))
    step = walk.open(node, earlier.causes)
    for id_ in case.descending(earlier.id):
        if walk.steps[id_].state not in ("open", "parked"):
            continue
        if straight:
            _park(walk, id_, step.id)
        else:
            _cancel_or_thin(walk, id_, case.descending(earlier.id) | {earlier.id}, found)
    walk.ask(step, people)
    return walk.result()


def _park(walk: Walk, id_: str, by: str) -> None:
    step = walk.steps[id_]
    if step.state == "open" and walk.graph.nodes[step.node].type != "join":
        walk.steps[id_] = replace(step, state="parked", parked_by=by)
        walk.close(id_, "paused")


def _cancel_or_thin(walk: Walk, id_: str, gone: set[str], returned: Task) -> None:
    """A join keeps what has come to it from elsewhere."""
    step = walk.steps[id_]
    left = tuple(each for each in step.causes if each not in gone)
    if walk.graph.nodes[step.node].type == "join" and left:
        walk.steps[id_] = replace(step, causes=left)
        return
    if id_ == returned.step:
        walk.decide(returned, "returned")
    walk.cancel(id_)


def delegate(graph: Graph, case: Case, world: World, task: str, to: str, by: str) -> Case:
    """Somebody else decides in one's place; the trail names both."""
    walk, found = _begun(graph, case, world, task, by)
    _require_free(graph, walk, found, to)
    walk.decide(found, "delegated")
    hand(walk, found, to)
    return walk.result()


def hand(walk: Walk, task: Task, to: str, found: Found | None = None) -> Task:
    """The task with all that hangs on it, as one of ``to``."""
    given = Task(
        id=walk.world.new_id(),
        step=task.step,
        person=to,
        root=task.root,
        for_person=task.for_person or task.person,
        kind=task.kind,
        adder=task.adder,
        votes=task.votes,
        place=task.place,
        found=found or task.found,
    )
    walk.put(given)
    for each in walk.of(task.step):
        if each.adder == task.id:
            walk.put(replace(each, adder=given.id))
    walk.arrange(task.step)
    return given


def add_signer(
    graph: Graph,
    case: Case,
    world: World,
    task: str,
    to: str,
    after: bool,
    votes: bool,
    by: str,
) -> Case:
    """One more is asked, before or after one decides oneself. Their vote counts, or advises."""
    walk, found = _begun(graph, case, world, task, by)
    if not graph.nodes[walk.steps[found.step].node].asks:
        raise Conflict("Nobody can be added here.")
    _require_free(graph, walk, found, to)
    walk.put(
        Task(
            id=world.new_id(),
            step=found.step,
            person=to,
            root=found.root,
            kind="after" if after else "before",
            adder=found.id,
            votes=votes,
            place=found.place,
        )
    )
    walk.arrange(found.step)
    return walk.result()


def _require_free(graph: Graph, walk: Walk, task: Task, to: str) -> None:
    node = graph.nodes[walk.steps[task.step].node]
    if node.asks and not may_decide(node, walk.submitter, to):
        raise Conflict("Whoever submitted it does not decide here.")
    if node.type == "start":
        raise Conflict("Only whoever submitted it can do this.")
    if any(each.person == to and each.state != "delegated" for each in walk.of(task.step)):
        raise Conflict("They are asked at this step already.")


def take_back(graph: Graph, case: Case, world: World, task: str, by: str) -> Case:
    """A decision is as if it had not been made, while nobody has acted on it."""
    found = case.task(task)
    if found is None:
        raise NotFound()
    require_running(case)
    if found.state not in VOTED:
        raise Conflict("There is no decision to take back.")
    walk = Walk(graph, case, world, by)
    step = case.step(found.step)
    if step.state == "done":
        _undo(walk, case, found.step)
    elif step.state != "open":
        raise Conflict("The case has gone another way since.")
    elif _acted_since(case, found):
        raise Conflict("The next step has been acted on already.")
    walk.put(replace(found, state="waiting", by=None, at=None, number=0))
    walk.arrange(found.step)
    return walk.result()


def _acted_since(case: Case, task: Task) -> bool:
    """Somebody whose turn came because of it has decided."""
    behind = [t for t in case.tasks_of(task.step) if t.adder == task.id or t.place > task.place]
    adder = [t for t in case.tasks_of(task.step) if t.id == task.adder]
    later = (t for t in (*behind, *adder) if t.state in VOTED)
    return any(each.number > task.number for each in later)


def _undo(walk: Walk, case: Case, id_: str) -> None:
    ended = case.step(id_)
    followed = case.descending(id_)
    if any(case.step(each).node not in walk.graph.nodes for each in (id_, *followed)):
        raise Conflict("The case has gone over to a new version of the graph since.")
    for each in followed:
        acted = any(t.number > ended.number and t.by for t in case.tasks_of(each))
        if acted or case.step(each).acted:
            raise Conflict("The next step has been acted on already.")
    for each in followed:
        _take_away(walk, each, followed | {id_}, id_)
    walk.steps[id_] = replace(ended, state="open", result=None, number=0)
    for task in case.tasks_of(id_):
        if task.state == "closed" and task.number == ended.number:
            walk.put(replace(task, state="waiting", number=0))


def _take_away(walk: Walk, id_: str, gone: set[str], because: str) -> None:
    step = walk.steps[id_]
    left = tuple(each for each in step.causes if each not in gone)
    if step.parked_by == because:
        walk.steps[id_] = replace(step, state="parked", causes=left)
        walk.close(id_, "paused")
    elif walk.graph.nodes[step.node].type == "join" and left:
        walk.steps[id_] = replace(step, state="open", causes=left, number=0)
    elif step.state != "cancelled":
        walk.cancel(id_)


def withdraw(graph: Graph, case: Case, world: World, by: str) -> Case:
    """The submitter wants it no more."""
    require_running(case)
    walk = Walk(graph, case, world, by)
    walk.finish("withdrawn")
    return walk.result()


# By the clock -------------------------------------------------------------------------------


def go_on(graph: Graph, case: Case, world: World, step: str, result: str, by: str) -> Case:
    """A wait is over, or time decides a step."""
    require_running(case)
    walk = Walk(graph, case, world, by)
    walk.go(step, result)
    return walk.result()


def escalate(
    graph: Graph, case: Case, world: World, step: str, to: Callable[[Task], str | None], by: str
) -> Case:
    """Everybody who is still asked is asked no more; somebody else is in their place."""
    require_running(case)
    walk = Walk(graph, case, world, by)
    asked = {task.person for task in walk.of(step) if task.state in UNDECIDED}
    for task in walk.of(step):
        person = to(task) if task.state == "waiting" else None
        if person is not None and person not in asked:
            walk.decide(task, "delegated")
            hand(walk, task, person)
            asked.add(person)
    return walk.result()


def pass_on(
    graph: Graph,
    case: Case,
    world: World,
    person: str,
    to: Callable[[Case, Task], Asked | None],
    drops_out: bool,
    by: str,
) -> Case:
    """Whatever is still asked of ``person`` is asked of whom ``to`` names; None: it stays.

    ``drops_out``: where one of several is enough and another one is asked, nobody comes instead.
    """
    walk = Walk(graph, case, world, by)
    mine = [task for task in case.tasks if task.person == person and task.is_undecided]
    for task in mine:
        step = walk.steps[task.step]
        others = [t for t in walk.of(step.id) if t.is_undecided and t.root != task.root]
        if drops_out and others and task.kind == "asked" and graph.nodes[step.node].mode == "any":
            walk.decide(task, "closed")
            continue
        instead = to(case, task)
        if instead is not None:
            walk.decide(task, "delegated")
            given = hand(walk, task, instead.person, instead.found)
            if step.state == "parked":
                walk.put(replace(given, state="paused"))
    return case if tuple(walk.tasks.values()) == case.tasks else walk.result()


def may_decide(node: Node, submitter: str, person: str) -> bool:
    """Whoever submitted it decides only where the node says so."""
    return node.self_approval or person != submitter


def _begun(graph: Graph, case: Case, world: World, task: str, by: str) -> tuple[Walk, Task]:
    found = case.task(task)
    if found is None:
        raise NotFound()
    if found.state in (*VOTED, "returned", "delegated") and found.by:
        raise AlreadyDecided(found.by, found.at)
    if found.state == "closed":
        decided = [t for t in case.tasks_of(found.step) if t.by and t.state in (*VOTED, "returned")]
        if decided:
            last = max(decided, key=lambda each: each.number)
            raise AlreadyDecided(str(last.by), last.at)
    require_running(case)
    if found.state != "waiting":
        raise Conflict("It is not your turn yet, or no longer.")
    return Walk(graph, case, world, by), found
