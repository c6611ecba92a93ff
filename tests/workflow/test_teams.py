"""Teams are told of every change of status; nobody is told what they did themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.builders import a_field, a_package, a_permission_set, a_picklist, an_object
from tests.runtime.shop import FULL, Shop
from typecase.runtime import saving, sharing, users
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.sharing import To
from typecase.runtime.storage.system_tables import user
from typecase.workflow import notices


def package() -> Any:
    return a_package(
        an_object(
            "deal",
            a_field("name"),
            a_picklist("stage", "new", "won", required=True, default="new"),
            tracks=["history", "team"],
            path={"field": "stage"},
        ),
        permissions=[a_permission_set("sales", deal=FULL)],
        roles=[{"name": "rep", "label": "Rep", "permissions": ["sales"]}],
    )


class Team(Shop):
    def __init__(self, database: str, folder: Path) -> None:
        self.open(database, folder, package())
        self.ada, self.bob, self.eve, self.late = (
            self.person(name, "rep") for name in ("ada", "bob", "eve", "late")
        )
        chinese = sa.update(user).where(user.c.id == self.eve.id).values(language="zh")
        with self.workspace.write(SYSTEM) as unit:
            unit.execute(chinese)
        self.deal = self.workspace.run(
            self.ada, lambda unit: saving.create(unit, "deal", {"name": "Label"})
        )
        until = self.clock.now() + timedelta(hours=1)
        self.join(self.bob, "edit")
        self.join(self.eve, "read")
        self.join(self.late, "read", expires_at=until)
        self.clock.advance(timedelta(hours=2))

    def join(self, who: Actor, level: str, **more: Any) -> None:
        to = To("user", who.id)
        self.workspace.run(
            self.ada,
            lambda u: sharing.share(u, "deal", self.deal, to, level, team_role="Help", **more),
        )

    def told(self, who: Actor) -> list[str]:
        return [each.text for each in self.workspace.look(who, notices.mine)]

    def change(self, who: Actor, **values: Any) -> None:
        self.workspace.run(who, lambda u: saving.update(u, "deal", self.deal, values))


@pytest.fixture
def team(database: str, tmp_path: Path) -> Iterator[Team]:
    built = Team(database, tmp_path)
    yield built
    built.close()


def test_a_team_is_told_of_a_change_of_status(team: Team) -> None:
    team.change(team.bob, stage="won", name="Labels")
    assert team.told(team.bob) == team.told(team.ada) == team.told(team.late) == []
    assert team.told(team.eve) == ["Bob将其从“New”改为“Won”。"]
    team.change(team.ada, stage="new")
    assert team.told(team.bob) == ["Ada moved it from “Won” to “New”."]
    assert len(team.told(team.eve)) == 2


def test_other_changes_are_no_news(team: Team) -> None:
    team.change(team.ada, name="Labels")
    assert team.told(team.bob) == []


def test_what_was_read_is_not_new_again(team: Team) -> None:
    team.change(team.ada, stage="won")
    assert team.workspace.look(team.bob, notices.unread) == 1
    team.workspace.run(team.bob, notices.mark_read)
    assert team.workspace.look(team.bob, notices.unread) == 0
    assert team.workspace.look(team.eve, notices.unread) == 1
    assert team.told(team.bob) != []


def test_a_change_undone_tells_nobody(team: Team) -> None:
    with pytest.raises(ZeroDivisionError), team.workspace.write(team.ada) as unit:
        saving.update(unit, "deal", team.deal, {"stage": "won"})
        raise ZeroDivisionError
    assert team.told(team.bob) == []


def test_who_may_no_longer_read_the_record_is_not_told(team: Team) -> None:
    """A place in the team outlives the rights that made it of use."""
    told = {"role": None, "permission_sets": []}
    team.workspace.run(SYSTEM, lambda unit: users.update(unit, team.bob.id, told))
    team.change(team.ada, stage="won")
    team.workspace.run(SYSTEM, lambda unit: users.update(unit, team.bob.id, {"role": "rep"}))
    assert (team.told(team.bob), len(team.told(team.eve))) == ([], 1)
