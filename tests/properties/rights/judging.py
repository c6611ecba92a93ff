"""The judge at work: asks a stage in every way, as everybody, and compares with the model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from random import Random

import pytest

from tests.properties.rights import model, ways
from tests.properties.rights.staging import SECRET, Stage, title
from tests.properties.rights.worlds import ABOVE, KINDS, OWNED
from typecase.errors import SignInRequired
from typecase.runtime import history, reading, search
from typecase.runtime.storage import narrow
from typecase.runtime.storage.unit_of_work import Unit

OTHERS = tuple(way for way in ways.WAYS if way != "list")
PROBES = 2
"""How many rows each person is asked about one by one; all others they meet in lists."""


@contextmanager
def either_way(random: Random) -> Iterator[None]:
    """Lists are walked in one of two ways, short ones would always be asked row by row; and who
    sees few is searched for among their records, one by one or gathered."""
    with pytest.MonkeyPatch.context() as patch:
        if random.randrange(2):
            patch.setattr(narrow, "_is_sparse", lambda *_: True)
            patch.setattr(search, "FIRST_LOOK", random.choice((0, search.FIRST_LOOK)))
            patch.setattr(narrow, "HANDFUL", random.choice((0, narrow.HANDFUL)))
        yield


def judge(stage: Stage, random: Random) -> None:
    """Everybody asks in every way. Raises AssertionError where an answer is not the model's."""
    for who, door in enumerate(stage.doors):
        if not stage.world.people[who].active:
            with pytest.raises(SignInRequired), stage.workspace.read(door):
                pass
            continue
        probes = random.sample(sorted(stage.files), min(PROBES, len(stage.files)))
        readable = _may(stage, who, "read")
        with stage.workspace.read(door) as unit:
            _look(unit, stage, who, probes, readable, random)
        stage.workspace.run(door, partial(_try, stage=stage, who=who, probes=probes))


def glance(stage: Stage, random: Random) -> None:
    """Everybody asks for one list: what the platform keeps for them is kept from now on."""
    kind = random.choice(KINDS)
    for who, door in enumerate(stage.doors):
        ids = {stage.rows[n] for n in _may(stage, who, "read", kind)}
        with stage.workspace.read(door) as unit:
            _same(stage, who, "list", kind, ways.of_many(unit, stage, "list", kind), ids)


def _may(stage: Stage, who: int, doing: str, *kinds: str) -> set[int]:
    return {
        n
        for n, row in enumerate(stage.world.rows)
        if row.kind in (kinds or KINDS) and model.may(stage.world, who, doing, row)
    }


def _look(
    unit: Unit, stage: Stage, who: int, probes: list[int], readable: set[int], random: Random
) -> None:
    rows = stage.world.rows
    beside = random.choice(KINDS)
    other = {beside: OTHERS}
    for kind in KINDS:
        expected = {stage.rows[n] for n in readable if rows[n].kind == kind}
        for way in ("list", *other.get(kind, ())):
            _same(stage, who, way, kind, ways.of_many(unit, stage, way, kind), expected)
    if model.rights(stage.world, who, beside):
        _reflected(unit, stage, who, beside, readable)
    _asked(unit, stage, who, readable)
    expected = {stage.rows[n] for n in readable}
    _same(stage, who, "search", "all", ways.searched(unit, stage) & set(stage.rows), expected)
    for number in probes:
        for read in ways.READING:
            worked = ways.works(read, unit, stage, number)
            assert worked == (number in readable), (read.__name__, who, rows[number])
        if number in readable:
            _around(unit, stage, who, number, readable)
    _secrets(unit, stage, who, [n for n in probes if n in readable and rows[n].kind == "thing"])


def _reflected(unit: Unit, stage: Stage, who: int, kind: str, readable: set[int]) -> None:
    """What lists tell of records beside those they show: sums, titles above, counts below."""
    rows = stage.world.rows
    mine = [n for n in sorted(readable) if rows[n].kind == kind]
    weights = [rows[n].weight for n in mine]
    sums = {w: (weights.count(w), (w or 0) * weights.count(w)) for w in set(weights)}
    assert ways.weighed(unit, stage, kind) == sums, (kind, who)
    if not model.rights(stage.world, who, ABOVE[kind]):
        return
    above = {n: rows[n].above for n in mine}
    titles = {
        stage.rows[n]: title(stage, up) if up is not None and up in readable else None
        for n, up in above.items()
    }
    assert ways.named_above(unit, stage, kind) == titles, (kind, who)
    whole = {stage.rows[up] for n, up in above.items() if up is not None and up in readable}
    counted = ways.with_any_below(unit, stage, ABOVE[kind], kind)
    _same(stage, who, "count below", kind, counted, whole)


def _asked(unit: Unit, stage: Stage, who: int, readable: set[int]) -> None:
    """Who is asked sees the case in any case, and the record as far as they may."""
    cases = stage.world.cases
    waiting = {
        stage.rows[case.row]: case.row in readable
        for case in cases
        if case.asked == who and not case.is_over
    }
    assert ways.inbox(unit) == waiting, who
    for number, case in enumerate(cases):
        sees = case.row in readable if model.may_see_case(stage.world, who, case) else None
        assert ways.case_seen(unit, stage, number) == sees, (who, case)


def _around(unit: Unit, stage: Stage, who: int, number: int, readable: set[int]) -> None:
    """What a readable record shows of those that point to it."""
    for kind in ways.kinds_below(stage, number):
        if not model.rights(stage.world, who, kind):
            continue
        expected = {stage.rows[n] for n in ways.below(stage, number, kind) if n in readable}
        _same(stage, who, "related", kind, ways.related(unit, stage, number, kind), expected)
        if kind == "note":
            _same(stage, who, "timeline", kind, ways.activities(unit, stage, number), expected)


def _same(stage: Stage, who: int, way: str, kind: str, found: set[str], expected: set[str]) -> None:
    """Says which rows were wrongly shown and wrongly hidden, as the model knows them."""
    rows = dict(zip(stage.rows, stage.world.rows, strict=True))
    shown = [rows[id_] for id_ in found - expected]
    hidden = [rows[id_] for id_ in expected - found]
    assert not shown and not hidden, (way, kind, who, {"shown": shown, "hidden": hidden})


def _secrets(unit: Unit, stage: Stage, who: int, numbers: list[int]) -> None:
    """A sensitive field is there for whom it is opened; for the others it is not at all."""
    opened = stage.world.people[who].opened
    found = {hit.id for hit in search.search(unit, SECRET + stage.batch, ways.MOST).results}
    for number in numbers:
        kind, id_ = "thing", stage.rows[number]
        assert (id_ in found) == opened
        assert ("secret" in reading.get(unit, kind, id_).values) == opened
        entries = history.entries(unit, unit.catalog.object(kind), id_, 20)
        assert any(edit.field == "secret" for entry in entries for edit in entry.edits) == opened


def _try(unit: Unit, stage: Stage, who: int, probes: list[int]) -> None:
    for number in probes:
        world, row = stage.world, stage.world.rows[number]
        expected = {
            ways.edited: model.may(world, who, "edit", row),
            ways.commented_on: model.may(world, who, "read", row),
            ways.deleted: model.may(world, who, "delete", row),
        }
        if row.kind in OWNED:
            gives = model.may_give(world, who, row)
            expected |= {ways.handed_over: gives, ways.shared: gives}
        for write, allowed in expected.items():
            worked = ways.would_work(write, unit, stage, number)
            assert worked == allowed, (write.__name__, who, row)
