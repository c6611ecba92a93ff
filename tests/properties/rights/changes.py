"""What happens in a world while people work in it; the next request of everybody obeys.

Each change is done to the world, for the model, and in the database, by the platform's own calls.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from typecase.runtime import saving, sharing, users
from typecase.workflow.approvals import deciding, submitting

from . import drawing
from .staging import Stage, Theatre, belong, sets
from .worlds import ABOVE, OWNED, Case, Owner

Change = Callable[[Random, Theatre, Stage], None]


def time_passes(random: Random, theatre: Theatre, stage: Stage) -> None:
    theatre.wait(stage, random.randint(1, 3))


def share_removed(random: Random, theatre: Theatre, stage: Stage) -> None:
    if stage.world.shares:
        share = stage.world.shares.pop(random.randrange(len(stage.world.shares)))
        kind, id_ = stage.world.rows[share.row].kind, stage.rows[share.row]
        theatre.do(lambda unit: sharing.unshare(unit, kind, id_, stage.to(share.whom)))


def person_disabled(random: Random, theatre: Theatre, stage: Stage) -> None:
    who = random.randrange(len(stage.people))
    stage.world.people[who].active = False
    theatre.do(lambda unit: users.disable(unit, stage.people[who]))


def role_changed(random: Random, theatre: Theatre, stage: Stage) -> None:
    """And with it whose records they see and the queues they are in."""
    who = random.randrange(len(stage.people))
    role = stage.world.people[who].role = random.choice((None, *drawing.ROLES))
    theatre.do(lambda unit: users.update(unit, stage.people[who], {"role": role}))


def rights_changed(random: Random, theatre: Theatre, stage: Stage) -> None:
    who = random.randrange(len(stage.people))
    fresh = drawing.person(random)
    person = stage.world.people[who]
    person.grants, person.is_vip, person.opened = fresh.grants, fresh.is_vip, fresh.opened
    given = {"permission_sets": sets(person)}
    theatre.do(lambda unit: users.update(unit, stage.people[who], given))


def moved_to_other_branches(random: Random, theatre: Theatre, stage: Stage) -> None:
    who = random.randrange(len(stage.people))
    chosen = stage.world.people[who].branches = drawing.person(random).branches
    theatre.do(lambda unit: belong(unit, stage, who, chosen))


def branch_moved(random: Random, theatre: Theatre, stage: Stage) -> None:
    number = random.randrange(len(stage.places))
    above = stage.world.branches[number] = random.choice((None, *range(number)))
    raw = {"above": None if above is None else stage.places[above]}
    theatre.do(lambda unit: saving.update(unit, "place", stage.places[number], raw))


def values_changed(random: Random, theatre: Theatre, stage: Stage) -> None:
    number = random.randrange(len(stage.rows))
    row = stage.world.rows[number]
    row.weight = drawing.weight(random)
    row.named = random.choice((None, *_active(stage)))
    row.region = random.choice((None, *range(len(stage.places))))
    raw = {
        "weight": row.weight,
        "contact": None if row.named is None else stage.people[row.named],
        "region": None if row.region is None else stage.places[row.region],
    }
    theatre.do(lambda unit: saving.update(unit, row.kind, stage.rows[number], raw))


def handed_over(random: Random, theatre: Theatre, stage: Stage) -> None:
    """To somebody active, to a queue, or back to the pool."""
    owners: list[Owner] = [None, *(("queue", name) for name in drawing.QUEUES)]
    owners += [("person", n) for n in _active(stage)]
    owned = [n for n, row in enumerate(stage.world.rows) if row.kind in OWNED]
    if owned:
        number, owner = random.choice(owned), random.choice(owners)
        kind, raw = stage.world.rows[number].kind, {"owner": stage.owner(owner)}
        theatre.do(lambda unit: saving.update(unit, kind, stage.rows[number], raw))
        _goes_along(stage, number, owner)


def _active(stage: Stage) -> list[int]:
    """Whoever left is no longer named."""
    return [n for n, each in enumerate(stage.world.people) if each.active]


def _goes_along(stage: Stage, number: int, owner: Owner) -> None:
    """What is carried goes along, as far as the same one owned it, or nobody like it."""
    world, moved = stage.world, stage.world.rows[number]
    before, moved.owner = moved.owner, owner
    if before == owner:
        return
    for below, row in enumerate(world.rows):
        carried = row.kind in OWNED and row.kind in world.access(moved.kind).carries
        if (
            carried
            and ABOVE[row.kind] == moved.kind
            and row.above == number
            and row.owner == before
        ):
            _goes_along(stage, below, owner)


def published_anew(random: Random, theatre: Theatre, stage: Stage) -> None:
    """Other rules, pools and defaults; and roles and queues like those of another organisation."""
    if random.randrange(4) == 0:
        stage.world.organisation = drawing.organisation(random)
        theatre.publish(stage.world.organisation)


def submitted(random: Random, theatre: Theatre, stage: Stage) -> None:
    """Somebody is asked about a thing, whatever they may see of it."""
    busy = {case.row for case in stage.world.cases if not case.is_over}
    active = _active(stage)
    waiting = [
        n
        for n, row in enumerate(stage.world.rows)
        if row.kind == "thing" and row.named in active and n not in busy
    ]
    for number in random.sample(waiting, min(3, len(waiting))):
        id_, asked = stage.rows[number], stage.world.rows[number].named
        assert asked is not None
        theatre.do(lambda unit, id_=id_: stage.cases.append(submitting.submit(unit, "thing", id_)))
        stage.world.cases.append(Case(number, asked))


def withdrawn(random: Random, theatre: Theatre, stage: Stage) -> None:
    running = [n for n, case in enumerate(stage.world.cases) if not case.is_over]
    if running:
        number = random.choice(running)
        stage.world.cases[number].is_over = True
        theatre.do(lambda unit: deciding.withdraw(unit, stage.cases[number]))


CHANGES: tuple[Change, ...] = (
    time_passes,
    share_removed,
    person_disabled,
    role_changed,
    rights_changed,
    moved_to_other_branches,
    branch_moved,
    values_changed,
    handed_over,
    published_anew,
    submitted,
    submitted,
    withdrawn,
)


def some(random: Random, theatre: Theatre, stage: Stage, count: int) -> None:
    for _ in range(count):
        random.choice(CHANGES)(random, theatre, stage)
