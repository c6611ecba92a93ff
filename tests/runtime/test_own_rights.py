"""Rights that a package brings, asked for by its own rules."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import a_field, a_package, a_permission_set, an_object
from tests.runtime.shop import FULL
from tests.web.pages.site import Place
from typecase.errors import RecordInvalid
from typecase.runtime import saving
from typecase.runtime.actors import SYSTEM, Actor


@pytest.fixture
def place(database: str, tmp_path: Path) -> Iterator[Place]:
    package = a_package(
        an_object("deal", a_field("name"),
                  validations=[{"name": "taken_over", "field": "name", "message": "No.",
                                "when": "is_new() and not has_permission('take_over')"}]),
        {"permissions.json": {
            "permissions": [{"name": "take_over", "label": "Take over"}],
            "permission_sets": [a_permission_set("sales", deal=FULL),
                                a_permission_set("all", deal=FULL, system=["take_over"])]}},
        roles=[{"name": "boss", "label": "Boss", "permissions": ["sales"]},
               {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["sales"]},
               {"name": "stranger", "label": "Stranger"}],
    )  # fmt: skip
    built = Place(database, tmp_path, package)
    yield built
    built.close()


def test_whoever_was_given_it_and_the_system_have_it(place: Place) -> None:
    def create(who: Actor) -> None:
        with place.workspace.write(who) as unit:
            saving.create(unit, "deal", {"name": "Old"})

    create(place.admin)
    create(SYSTEM)
    with pytest.raises(RecordInvalid):
        create(place.ada)
