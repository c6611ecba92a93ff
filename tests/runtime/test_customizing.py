"""The customer's own layer in a database: published, refused, taken back, kept through upgrades."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.shop import Shop, shop_package
from typecase.errors import AccessDenied, BadRequest, Conflict, DefinitionsInvalid
from typecase.metadata.rights import SYSTEM_RIGHTS
from typecase.metadata.rights_edits import item, with_item, without_item
from typecase.metadata.sources import PackageSource
from typecase.runtime import audit, customizing, installing, reading, saving
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.installing import Decisions
from typecase.runtime.queries import Query
from typecase.runtime.storage import user_rows
from typecase.runtime.storage.people import actor_of
from typecase.runtime.storage.unit_of_work import Unit

RULE = {"name": "x_won", "label": "Won deals", "when": "stage == 'won'", "grant": "read",
        "with": [{"role": "rep"}]}  # fmt: skip


@pytest.fixture
def shop(database: str, tmp_path: Path) -> Iterator[Shop]:
    built = Shop(database, tmp_path)
    yield built
    built.close()


def propose(
    shop: Shop, who: Actor, kind: str, name: str, key: str, thing: Any, base: int | None = None
) -> installing.Proposal:
    """``thing``: the item as it should be, or the name of one that should go."""
    with shop.workspace.read(who) as unit:
        found = customizing.definitions(unit)
        content = found.content(kind, name)
        edit = with_item if isinstance(thing, dict) else without_item
        wanted = {(kind, name): edit(content, key, thing)}
        seen = unit.opening.catalog if base is None else base
        return customizing.propose(unit, seen, found, wanted, "A change")


def publish(shop: Shop, who: Actor, proposal: installing.Proposal) -> int:
    version = installing.alone(
        shop.workspace, lambda unit: customizing.publish(unit, proposal), who
    )
    shop.refresh()
    return version


def change(shop: Shop, who: Actor, kind: str, name: str, key: str, thing: Any) -> int:
    return publish(shop, who, propose(shop, who, kind, name, key, thing))


def seen(shop: Shop, who: Actor, name: str = "deal") -> set[str]:
    def look(unit: Unit) -> set[str]:
        return {row["name"] for row in reading.find(unit, Query(name, ("name",))).rows}

    with shop.workspace.read(SYSTEM) as unit:
        now = actor_of(unit, who.id)
    return shop.workspace.look(now, look)


def a_won_deal(shop: Shop) -> None:
    def add(unit: Unit) -> None:
        account = saving.create(unit, "account", {"name": "Acme"})
        deal = {"name": "Big", "account": account, "stage": "won", "amount": "5"}
        saving.create(unit, "deal", deal)

    shop.workspace.run(shop.ada, add)


def test_a_rule_takes_effect_and_is_taken_back(shop: Shop) -> None:
    a_won_deal(shop)
    assert seen(shop, shop.bob) == set()
    version = change(shop, shop.admin, "access", "deal", "sharing", RULE)
    assert seen(shop, shop.bob) == {"Big"}
    with shop.workspace.read(shop.admin) as unit:
        rule = unit.catalog.object("deal").access.sharing[0]
        assert customizing.is_own(rule.id)
        latest = customizing.publications(unit)[0]
        assert (latest.version, latest.by, latest.own) == (version, "Admin", True)
        entry = audit.entries(unit, "rights_published")[0]
        assert entry.actor == shop.admin.id
        assert "access/deal/sharing/x_won/grant: – → read" in entry.data["changes"]
        back = customizing.propose_before(unit, version, version, "Back")
    assert publish(shop, shop.admin, back) == version + 1
    assert seen(shop, shop.bob) == set()


def test_one_who_may_not(shop: Shop) -> None:
    with pytest.raises(AccessDenied):
        propose(shop, shop.boss, "access", "deal", "sharing", RULE)


def test_the_second_of_two_is_told(shop: Shop) -> None:
    first = propose(shop, shop.admin, "access", "deal", "sharing", RULE)
    second = propose(shop, shop.admin, "access", "deal", "sharing", {**RULE, "name": "x_two"})
    publish(shop, shop.admin, first)
    with pytest.raises(installing.Overtaken):
        publish(shop, shop.admin, second)
    with pytest.raises(installing.Overtaken):
        propose(shop, shop.admin, "access", "deal", "sharing", RULE, base=first.base)
    assert [r.name for r in shop.workspace.catalog.object("deal").access.sharing] == ["x_won"]


def test_two_at_the_same_moment_publish_one(shop: Shop) -> None:
    proposals = [
        propose(shop, shop.admin, "access", "deal", "sharing", {**RULE, "name": name})
        for name in ("x_one", "x_two")
    ]
    said: list[str] = []

    def work(proposal: installing.Proposal) -> None:
        try:
            installing.alone(
                shop.workspace, lambda unit: customizing.publish(unit, proposal), shop.admin
            )
            said.append("published")
        except installing.Overtaken:
            said.append("told")

    threads = [threading.Thread(target=work, args=(each,)) for each in proposals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["published", "told"]
    assert len(shop.workspace.catalog.object("deal").access.sharing) == 1


def test_rights_of_a_session_under_way_change_at_once(shop: Shop) -> None:
    a_won_deal(shop)
    all_of_all = {"name": "sales", "objects": {"deal": ["read", "view_all"]}}
    change(shop, shop.admin, "permissions", "", "permission_sets", all_of_all)
    assert seen(shop, shop.bob) == {"Big"}
    with shop.workspace.read(SYSTEM) as unit:
        assert "create" not in actor_of(unit, shop.bob.id).rights.on("deal")
        assert "create" in actor_of(unit, shop.admin.id).rights.on("deal")


def test_the_last_administrator_and_oneself(shop: Shop) -> None:
    nothing = {"name": "all", "system": ["export"]}
    with pytest.raises(Conflict, match="nobody would be left"):
        change(shop, shop.admin, "permissions", "", "permission_sets", nothing)
    shop.person("second", None, "all", "rights")
    with shop.workspace.write(SYSTEM) as unit:
        assert unit.catalog.permission_sets["all"].system
    keeper = {"name": "x_keeper", "label": "Keeper", "system": ["manage_users", "manage_rights"]}
    change(shop, shop.admin, "permissions", "", "permission_sets", keeper)
    shop.person("third", None, "x_keeper")
    with pytest.raises(Conflict, match="shut yourself out"):
        change(shop, shop.admin, "permissions", "", "permission_sets", nothing)
    more = {"name": "all", "system": ["manage_users", "manage_rights", "export", "bulk",
                                      "designer", "view_audit", "install"]}  # fmt: skip
    with pytest.raises(AccessDenied, match="add to your own rights"):
        change(shop, shop.admin, "permissions", "", "permission_sets", more)


def test_nobody_gives_what_they_do_not_have(shop: Shop) -> None:
    keeper = shop.person("keeper", "rep", "rights")
    for kind, name, key, thing in [
        ("access", "deal", "sharing", RULE),
        ("permissions", "", "permission_sets",
         {"name": "x_new", "label": "New", "objects": {"deal": ["view_all"]}}),
        ("permissions", "", "permission_sets",
         {"name": "all", "system": ["manage_users", "manage_rights"]}),
        ("roles", "", "roles", {"name": "boss", "above": "rep"}),
        ("roles", "", "roles", {"name": "x_peer", "label": "Peer", "above": "boss"}),
    ]:  # fmt: skip
        with pytest.raises((AccessDenied, DefinitionsInvalid)):
            change(shop, keeper, kind, name, key, thing)
    fine = {"name": "x_below", "label": "Below", "above": "rep", "permissions": ["sales"]}
    change(shop, keeper, "roles", "", "roles", fine)


def test_a_role_with_people_stays(shop: Shop) -> None:
    with pytest.raises(Conflict, match="1 person is in the role Stranger: Stranger"):
        change(shop, shop.admin, "roles", "", "roles", "stranger")
    change(shop, shop.admin, "roles", "", "roles", {"name": "x_new", "label": "New"})
    change(shop, shop.admin, "roles", "", "roles", "x_new")
    with pytest.raises(Conflict, match="permission set All"):
        change(shop, shop.admin, "permissions", "", "permission_sets", "all")


def an_administrator(shop: Shop) -> Actor:
    """One with every system right."""
    root = {"name": "x_root", "label": "Root", "system": [*SYSTEM_RIGHTS]}
    change(shop, SYSTEM, "permissions", "", "permission_sets", root)
    return shop.person("root", None, "all", "x_root")


def test_moving_a_role_moves_who_sees_what(shop: Shop) -> None:
    a_won_deal(shop)
    root = an_administrator(shop)
    assert seen(shop, shop.boss) == {"Big"}
    with pytest.raises(AccessDenied, match="below your own"):
        change(shop, shop.admin, "roles", "", "roles", {"name": "rep", "above": None})
    change(shop, root, "roles", "", "roles", {"name": "rep", "above": None})
    assert seen(shop, shop.boss) == set()
    with pytest.raises(DefinitionsInvalid, match="circle"):
        change(shop, root, "roles", "", "roles", {"name": "rep", "above": "rep"})


def upgraded(label: str) -> PackageSource:
    package = shop_package(version="2.0.0")
    document = package.document("roles")
    assert document is not None
    document.content["roles"][1]["label"] = label  # type: ignore[index]
    return package


def test_an_upgrade_asks_where_both_changed(shop: Shop) -> None:
    change(shop, shop.admin, "roles", "", "roles", {"name": "rep", "label": "Seller"})
    installing.install(shop.workspace, [shop_package(version="1.5.0")])
    assert shop.workspace.catalog.roles["rep"].label == "Seller"
    proposal = installing.propose(shop.workspace, [upgraded("Agent")])
    assert [(c.old, c.new, c.mine) for c in proposal.conflicts] == [("Rep", "Agent", "Seller")]
    with pytest.raises(Conflict, match="roles/roles/rep/label"):
        installing.install(shop.workspace, [upgraded("Agent")])
    installing.install(shop.workspace, [upgraded("Agent")], decided=Decisions("mine"))
    assert shop.workspace.catalog.roles["rep"].label == "Seller"
    installing.install(shop.workspace, [shop_package(version="2.1.0")], decided=Decisions("theirs"))
    assert shop.workspace.catalog.roles["rep"].label == "Rep"
    with shop.workspace.read(SYSTEM) as unit:
        assert customizing.definitions(unit).layer.documents == ()


def test_each_conflict_is_decided_by_itself(shop: Shop) -> None:
    for name, label in (("rep", "Seller"), ("boss", "Chief")):
        change(shop, shop.admin, "roles", "", "roles", {"name": name, "label": label})
    newer = upgraded("Agent")
    document = newer.document("roles")
    assert document is not None
    document.content["roles"][0]["label"] = "Head"
    rep, boss = "roles/roles/rep/label", "roles/roles/boss/label"
    half = installing.propose(shop.workspace, [newer], Decisions(places={rep: "theirs"}))
    assert [installing.place_of(each) for each in half.conflicts] == [boss]
    with pytest.raises(BadRequest, match="nothing to decide at roles/roles/agent"):
        installing.propose(shop.workspace, [newer], Decisions(places={"roles/roles/agent": "mine"}))
    installing.install(
        shop.workspace, [newer], decided=Decisions(places={rep: "theirs", boss: "mine"})
    )
    labels = {name: role.label for name, role in shop.workspace.catalog.roles.items()}
    assert (labels["rep"], labels["boss"]) == ("Agent", "Chief")


def test_an_upgrade_that_takes_what_a_rule_names_is_refused(shop: Shop) -> None:
    rule = {**RULE, "when": "amount > 5"}
    change(shop, shop.admin, "access", "deal", "sharing", rule)
    without = shop_package(version="2.0.0")
    deal = without.document("object", "deal")
    assert deal is not None
    gone = {"amount", "weighted"}
    deal.content["fields"][:] = [f for f in deal.content["fields"] if f["name"] not in gone]  # type: ignore[index]
    with pytest.raises(DefinitionsInvalid) as caught:
        installing.install(shop.workspace, [without])
    assert any(p.file == "x/deal/access.json" for p in caught.value.problems)
    assert shop.workspace.catalog.object("deal").access.sharing


def test_who_said_what_and_when_is_kept(shop: Shop) -> None:
    change(shop, shop.admin, "roles", "", "roles", {"name": "x_new", "label": "New"})
    with shop.workspace.read(SYSTEM) as unit:
        found = customizing.definitions(unit)
    assert item(found.content("roles"), "roles", "x_new") == {"name": "x_new", "label": "New"}
    assert item(found.content("roles"), "roles", "rep") is not None


def test_the_people_of_all_roles_at_once(shop: Shop) -> None:
    with shop.workspace.read(SYSTEM) as unit:
        found = user_rows.in_roles(unit, 1)
    told = {role: (each.count, [name for _, name in each.first]) for role, each in found.items()}
    assert told == {"boss": (1, ["Boss"]), "rep": (2, ["Ada"]), "stranger": (1, ["Stranger"])}
