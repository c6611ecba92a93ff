"""A path offers no move that a save would refuse, and says why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_field, a_package, a_permission_set, a_picklist, an_object
from tests.runtime.shop import FULL, Shop
from tests.workflow.approvals.graphs import LINE
from typecase.errors import Locked, RecordInvalid
from typecase.runtime import moves, reading, saving, sessions
from typecase.runtime.actors import SYSTEM, Actor
from typecase.web.app import create_app
from typecase.web.cookies import SESSION_COOKIE
from typecase.workflow.approvals import submitting

REVIEW = {"name": "reviewed_first", "field": "stage", "message": "Have it reviewed first.",
          "when": "changed(stage) and stage in ['won', 'paid'] and is_blank(code)"}  # fmt: skip
NOTE = {"name": "note_first", "field": "note", "message": "Say how it went.",
        "when": "stage == 'won' and is_blank(note)"}  # fmt: skip


class Deals(Shop):
    def __init__(self, database: str, folder: Path, **more: Any) -> None:
        validations = more.pop("validations", [REVIEW, NOTE])
        stage = {"default": "new", "sensitive": True, **more.pop("stage", {})}
        self.open(
            database,
            folder,
            a_package(
                an_object(
                    "deal",
                    a_picklist("stage", "new", "talks", "won", "paid", **stage),
                    a_field("code"), a_field("note"),
                    path={"field": "stage", "stages": []},
                    validations=validations,
                    **more,
                ),
                permissions=[
                    a_permission_set("sales", fields={"deal.stage": "edit"}, deal=FULL),
                    a_permission_set("fixed", fields={"deal.stage": "read"}, deal=FULL),
                ],
                roles=[{"name": "rep", "label": "Rep", "permissions": ["sales"]},
                       {"name": "clerk", "label": "Clerk", "permissions": ["fixed"]},
                       {"name": "boss", "label": "Boss", "permissions": ["sales"]},
                       {"name": "head", "label": "Head", "permissions": ["sales"]}],
            ),
        )  # fmt: skip
        self.ada, self.clerk = self.person("ada", "rep"), self.person("clerk", "clerk")
        self.boss, self.head = self.person("boss", "boss"), self.person("head", "head")
        self.app = create_app(self.platform)

    def make(self, **values: str) -> str:
        with self.workspace.write(self.ada) as unit:
            return saving.create(unit, "deal", {"name": "Big", **values})

    def refused(self, id_: str, actor: Actor | None = None) -> dict[str, str]:
        with self.workspace.read(actor or self.ada) as unit:
            stored = reading.stored(unit, "deal", id_)
            return moves.refused(unit, unit.catalog.object("deal"), stored)

    def page(self, id_: str, actor: Actor | None = None) -> str:
        with self.workspace.write(SYSTEM) as unit:
            cookie = sessions.begin(unit, (actor or self.ada).id, "127.0.0.1", "test")
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, cookie)
        return client.get(f"/o/deal/{id_}").text


Open = Callable[..., Deals]


@pytest.fixture
def deals_with(database: str, tmp_path: Path) -> Iterator[Open]:
    opened: list[Deals] = []

    def make(**more: Any) -> Deals:
        opened.append(Deals(database, tmp_path, **more))
        return opened[0]

    yield make
    for each in opened:
        each.close()


def test_what_a_validation_says_of_the_stage_is_a_reason(deals_with: Open) -> None:
    deals = deals_with()
    deal = deals.make()
    assert deals.refused(deal) == dict.fromkeys(("won", "paid"), "Have it reviewed first.")
    shown = deals.page(deal)
    assert 'name="to" value="talks"' in shown
    assert 'name="to" value="won"' not in shown and 'name="to" value="paid"' not in shown
    assert "Won, Paid: Have it reviewed first." in " ".join(shown.split())
    for stage in ("won", "paid"):
        with deals.workspace.write(deals.ada) as unit, pytest.raises(RecordInvalid):
            saving.update(unit, "deal", deal, {"stage": stage})
    with deals.workspace.write(deals.ada) as unit:
        saving.update(unit, "deal", deal, {"code": "7"})
    assert deals.refused(deal) == {}, "the note is asked for in place"
    assert 'name="to" value="won"' in deals.page(deal)


def test_what_an_automation_sets_beforehand_is_thought_of(deals_with: Open) -> None:
    sets = {"name": "codes", "label": "Codes", "on": ["update"], "when": "stage == 'paid'",
            "moment": "before", "do": [{"set": {"code": "'auto'"}}]}  # fmt: skip
    deals = deals_with(process={"automations": [sets]})
    assert set(deals.refused(deals.make())) == {"won"}


def test_what_an_approval_holds_is_not_offered(deals_with: Open) -> None:
    deals = deals_with(validations=[], approvals={"approvals": [_review()]})
    deal = deals.make()
    assert deals.refused(deal) == {}
    deals.workspace.run(deals.ada, lambda unit: submitting.submit(unit, "deal", deal))
    shown = deals.page(deal)
    assert 'name="to"' not in shown and "What it is decided about is locked." in shown
    with deals.workspace.write(deals.ada) as unit, pytest.raises(Locked):
        saving.update(unit, "deal", deal, {"stage": "talks"})


def test_who_may_not_write_the_stage_is_offered_nothing(deals_with: Open) -> None:
    deals = deals_with(validations=[], access={"default": "edit"})
    deal = deals.make()
    assert 'name="to"' in deals.page(deal, deals.boss)
    assert 'name="to"' not in deals.page(deal, deals.clerk)


def test_a_stage_that_is_closed_to_people_is_offered_to_none(deals_with: Open) -> None:
    deals = deals_with(validations=[], stage={"read_only": "note == 'done'"})
    assert deals.refused(deals.make()) == {}
    done = deals.refused(deals.make(note="done"))
    assert set(done) == {"talks", "won", "paid"}
    assert set(done.values()) == {"This field cannot be written."}


def _review() -> dict[str, Any]:
    ends = [{**node, "set": {}} if node["type"] == "end" else node for node in LINE["nodes"]]
    return {**LINE, "nodes": ends}
