"""Shares, teams, rules, queues, branches: who sees what, and why, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import (
    a_field,
    a_lookup,
    a_package,
    a_permission_set,
    a_picklist,
    an_object,
)
from tests.runtime.shop import FULL, NOON, Shop
from typecase.errors import AccessDenied, NotFound, RecordInvalid
from typecase.runtime import branches, explaining, reading, saving, sharing
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.queries import Query
from typecase.runtime.sharing import To
from typecase.runtime.storage.people import load_actor

STAFF = {"account": FULL, "deal": FULL, "region": ["read"]}


def package() -> Any:
    desk = {"name": "desk", "label": "Desk", "members": [{"role": "service"}]}
    return a_package(
        {"queues.json": {"queues": [desk]}},
        an_object(
            "region", a_field("name"), {**a_lookup("above", "region", "below"), "tree": True},
            owner="none",
        ),
        an_object(
            "account", a_field("name"), a_picklist("kind", "customer", "prospect"),
            a_lookup("region", "region", "accounts"), a_field("keeper", "user"),
            access={
                "carries": ["deals"],
                "sharing": [
                    {"name": "service", "label": "Service sees customers",
                     "when": "kind == 'customer'", "with": [{"role": "service"}], "grant": "read"},
                    {"name": "region", "with": [{"branch": "region"}], "grant": "edit"},
                    {"name": "keeper", "with": [{"field": "keeper"}], "grant": "read"},
                ],
            },
        ),
        an_object("deal", a_field("name"), a_lookup("account", "account", "deals")),
        permissions=[
            a_permission_set("staff", **STAFF),
            a_permission_set("all", **{k: [*v, "view_all", "edit_all"] for k, v in STAFF.items()},
                             system=["manage_rights"]),
        ],
        roles=[
            {"name": "boss", "label": "Boss", "permissions": ["staff"]},
            {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["staff"]},
            {"name": "service", "label": "Service", "permissions": ["staff"]},
            {"name": "dealer", "label": "Dealer", "permissions": ["staff"], "outside": True},
        ],
    )  # fmt: skip


class Office(Shop):
    def __init__(self, database: str, folder: Path) -> None:
        self.open(database, folder, package())
        for name, role in (("boss", "boss"), ("ada", "rep"), ("bob", "rep"), ("sue", "service"),
                           ("deb", "dealer")):  # fmt: skip
            setattr(self, name, self.person(name, role))
        self.admin = self.person("admin", None, "all")
        self.again()

    def again(self) -> None:
        """Everybody as their next request finds them."""
        with self.workspace.read(SYSTEM) as unit:
            for name in ("boss", "ada", "bob", "sue", "deb", "admin"):
                id_ = getattr(self, name).id
                actor = load_actor(unit.connection, id_, unit.opening.rights, unit.catalog)
                setattr(self, name, actor)

    def make(self, who: Actor, object_: str, /, **raw: Any) -> str:
        return self.workspace.run(who, lambda unit: saving.create(unit, object_, raw))

    def sees(self, who: Actor, id_: str, name: str = "account") -> bool:
        query = Query(name, ("id",), limit=200)
        listed = self.workspace.look(who, lambda unit: reading.find(unit, query)).rows
        try:
            self.workspace.look(who, lambda unit: reading.get(unit, name, id_))
        except (NotFound, AccessDenied):
            assert id_ not in {row.id for row in listed}
            return False
        assert id_ in {row.id for row in listed}
        return True

    def edits(self, who: Actor, id_: str, name: str = "account") -> bool:
        try:
            change = {"name": f"by {who.login}"}
            self.workspace.run(who, lambda unit: saving.update(unit, name, id_, change))
        except (NotFound, AccessDenied):
            return False
        return True

    def share(self, who: Actor, id_: str, to: To, level: str, **more: Any) -> None:
        self.workspace.run(who, lambda u: sharing.share(u, "account", id_, to, level, **more))

    def why(self, who: Actor, id_: str, person: Actor | None = None, name: str = "account") -> Any:
        asked = person.id if person else None
        return self.workspace.look(who, lambda u: explaining.explain(u, name, id_, asked))


@pytest.fixture
def office(database: str, tmp_path: Path) -> Iterator[Office]:
    built = Office(database, tmp_path)
    yield built
    built.close()


def test_a_share_opens_one_record_at_its_level_until_it_is_taken_back(office: Office) -> None:
    mine, other = office.make(office.ada, "account"), office.make(office.ada, "account")
    to = To("user", office.bob.id)
    office.share(office.ada, mine, to, "read")
    assert office.sees(office.bob, mine) and not office.sees(office.bob, other)
    assert not office.edits(office.bob, mine)
    office.share(office.ada, mine, to, "edit")
    assert office.edits(office.bob, mine)
    office.workspace.run(office.ada, lambda u: sharing.unshare(u, "account", mine, to))
    assert not office.sees(office.bob, mine)


def test_a_share_ends_by_itself(office: Office) -> None:
    id_ = office.make(office.ada, "account")
    until = NOON + timedelta(hours=1)
    office.share(office.ada, id_, To("user", office.bob.id), "read", expires_at=until)
    assert office.sees(office.bob, id_)
    office.clock.advance(timedelta(hours=1))
    assert not office.sees(office.bob, id_)


def test_shares_to_roles_and_queues(office: Office) -> None:
    id_ = office.make(office.ada, "account", kind="prospect")
    assert not office.sees(office.sue, id_)
    office.share(office.ada, id_, To("below", "boss"), "read")
    assert office.sees(office.bob, id_) and not office.sees(office.sue, id_)
    desk = queue_id(office)
    office.share(office.ada, id_, To("queue", desk), "edit")
    assert office.edits(office.sue, id_)


def test_what_is_shared_carries_its_deals(office: Office) -> None:
    id_ = office.make(office.ada, "account")
    deal = office.make(office.ada, "deal", account=id_)
    office.share(office.ada, id_, To("user", office.bob.id), "read")
    later = office.make(office.ada, "deal", account=id_)
    assert office.sees(office.bob, deal, "deal") and office.sees(office.bob, later, "deal")
    assert not office.edits(office.bob, deal, "deal")


def test_only_who_holds_a_record_in_full_shares_it(office: Office) -> None:
    id_ = office.make(office.ada, "account")
    office.share(office.ada, id_, To("user", office.bob.id), "edit")
    for who in (office.bob, office.sue):
        with pytest.raises((AccessDenied, NotFound)):
            office.share(who, id_, To("user", office.deb.id), "read")
    office.share(office.boss, id_, To("user", office.deb.id), "read")
    assert office.sees(office.deb, id_)


@pytest.mark.parametrize(
    ("kind", "name", "level", "field"),
    [("user", "nobody", "read", "to"), ("role", "king", "read", "to"), ("god", "x", "read", "to"),
     ("role", "rep", "delete", "level")],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(
    office: Office, kind: str, name: str, level: str, field: str
) -> None:
    id_ = office.make(office.ada, "account")
    with pytest.raises(RecordInvalid) as refused:
        office.share(office.ada, id_, To(kind, name), level)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_rules_open_by_values_by_names_and_by_branch(office: Office) -> None:
    north = office.make(SYSTEM, "region", name="North")
    town = office.make(SYSTEM, "region", name="Town", above=north)
    customer = office.make(office.ada, "account", kind="customer")
    prospect = office.make(office.ada, "account", kind="prospect", keeper=office.bob.id)
    there = office.make(office.ada, "account", region=town)
    assert office.sees(office.sue, customer) and not office.sees(office.sue, prospect)
    assert not office.edits(office.sue, customer)
    assert office.sees(office.bob, prospect) and not office.sees(office.bob, there)
    belongs = {north: "region"}
    office.workspace.run(SYSTEM, lambda u: branches.set_of_person(u, office.bob.id, belongs))
    office.again()
    assert office.edits(office.bob, there)
    office.workspace.run(SYSTEM, lambda u: saving.update(u, "region", town, {"above": None}))
    office.again()
    assert not office.sees(office.bob, there)


def test_people_from_outside_see_what_is_shared_with_them_alone(office: Office) -> None:
    customer = office.make(office.ada, "account", kind="customer")
    assert not office.sees(office.deb, customer)
    office.share(office.ada, customer, To("user", office.deb.id), "read")
    assert office.sees(office.deb, customer)


def test_a_queue_owns_for_its_members(office: Office) -> None:
    id_ = office.make(office.ada, "account", kind="prospect")
    give = {"owner": queue_id(office)}
    office.workspace.run(office.ada, lambda u: saving.update(u, "account", id_, give))
    assert office.edits(office.sue, id_) and not office.sees(office.ada, id_)


def test_owners_change_by_those_who_hold_in_full_and_what_they_own_goes_along(
    office: Office,
) -> None:
    id_ = office.make(office.ada, "account")
    office.share(office.ada, id_, To("user", office.bob.id), "edit")
    give = {"owner": office.bob.id}
    with pytest.raises(RecordInvalid):
        office.workspace.run(office.bob, lambda u: saving.update(u, "account", id_, give))
    hers = office.make(office.ada, "deal", account=id_)
    others = office.make(SYSTEM, "deal", account=id_, owner=office.sue.id)
    office.workspace.run(office.ada, lambda u: saving.update(u, "account", id_, give))
    assert office.edits(office.bob, hers, "deal")
    assert office.edits(office.sue, others, "deal")


def test_the_explanation_says_what_happens(office: Office) -> None:
    id_ = office.make(office.ada, "account", kind="customer")
    deal = office.make(office.ada, "deal", account=id_)
    office.share(office.ada, id_, To("user", office.bob.id), "edit", team_role="Advisor")
    for who in (office.boss, office.ada, office.bob, office.sue, office.deb, office.admin):
        told = office.why(office.admin, id_, who)
        assert told.may("read") == office.sees(who, id_), who.login
        assert told.may("edit") == office.edits(who, id_), who.login
    said = [r.text() for r in office.why(office.admin, id_, office.bob).answers[0].reasons]
    assert said[1] == "They are of its team (Advisor), by Ada on 2026-11-21."
    rule = office.why(office.admin, id_, office.sue).answers[0].reasons[1]
    assert rule.text() == "The sharing rule “Service sees customers” opens it to them."
    along = office.why(office.admin, deal, office.bob, "deal").answers[0].reasons[1]
    assert along.because[0].text() == said[1]
    with pytest.raises(AccessDenied):
        office.why(office.bob, id_, office.ada)
    with pytest.raises(NotFound):
        office.why(office.deb, id_)


def queue_id(office: Office) -> str:
    members = replace(office.sue).principals
    return next(p for p in members if p.startswith("queue:")).removeprefix("queue:")
