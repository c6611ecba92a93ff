"""Who sees what: a naive model, and every way to ask, over random organisations and worlds.

A list, a group, a lookup, an export, the search, a record, its history, timeline, related lists,
comments and files must all say what the model says; so must every attempt to change something.
The long run, 500 worlds of 20 people and 200 records, is one command for each database:

    RIGHTS_WORLDS=500 pytest -s tests/properties/test_rights_agree.py -k "large and sqlite"

With `-s` it says which worlds have agreed. Earlier worlds stay in the tables, so parts of it, each
begun at another `RIGHTS_FIRST`, take less time together.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.properties.rights import changes, drawing
from tests.properties.rights.judging import either_way, glance, judge
from tests.properties.rights.staging import Theatre

WORLDS = int(os.environ.get("RIGHTS_WORLDS", "15"))
PEOPLE = int(os.environ.get("RIGHTS_PEOPLE", "20"))
ROWS = int(os.environ.get("RIGHTS_ROWS", "200"))
FIRST = int(os.environ.get("RIGHTS_FIRST", "0"))
"""Number of the first world, to go on where a run ended."""


@pytest.fixture(scope="module")
def simple() -> drawing.Organisation:
    return drawing.organisation(Random(0))


@pytest.fixture
def theatre(database: str, tmp_path: Path, simple: drawing.Organisation) -> Iterator[Theatre]:
    built = Theatre(database, tmp_path, simple)
    yield built
    built.close()


LENIENT = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.mark.timeout(300)
@settings(max_examples=10, deadline=None, suppress_health_check=LENIENT, derandomize=True)
@given(random=st.randoms(use_true_random=False))
def test_small_worlds_agree_with_the_model(theatre: Theatre, random: Random) -> None:
    stage = theatre.stage(drawing.world(random, people=4, rows=8), with_files=8)
    with either_way(random):
        judge(stage, random)
        changes.some(random, theatre, stage, 2)
        judge(stage, random)


@pytest.mark.slow
@pytest.mark.timeout(0)  # the long run takes as long as it is made
def test_large_worlds_agree_with_the_model(theatre: Theatre) -> None:
    for number in range(FIRST, FIRST + WORLDS):
        random = Random(number)
        stage = theatre.stage(drawing.world(random, PEOPLE, ROWS), with_files=12)
        try:
            with either_way(random):
                glance(stage, random)
                changes.some(random, theatre, stage, 5)
                judge(stage, random)
        except Exception as error:
            error.add_note(f"world {number}: RIGHTS_FIRST={number} RIGHTS_WORLDS=1 asks it again")
            raise
        theatre.settle()
        if number % 10 == 9:
            gc.collect()  # the tests put it off; a long run would take gigabytes
            print(f"worlds {FIRST} to {number} agree", flush=True)
