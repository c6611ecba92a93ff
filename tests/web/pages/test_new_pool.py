"""Pools made on pages, and their rules: added, reworded, removed; seen before they hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.pools.market import Market, market_package
from tests.web.pages.filled import filled
from tests.web.pages.site import Browser, Site
from tests.web.pages.test_rights_editing import base_of
from typecase.metadata.rights_edits import with_item
from typecase.metadata.sharing import Pool
from typecase.runtime import customizing, installing, pool_recycling
from typecase.runtime.actors import SYSTEM
from typecase.web.app import create_app

NEW = "/admin/pools/ticket/new"
LEADS = "/admin/pools/lead"


@pytest.fixture
def market(database: str, tmp_path: Path) -> Iterator[Market]:
    built = Market(database, tmp_path)
    yield built
    built.close()


@pytest.fixture
def site(market: Market) -> Site:
    site = Site.__new__(Site)
    site.shop, site.app, site.names = market, create_app(market.platform), {}  # type: ignore[assignment]
    return site


@pytest.fixture
def admin(site: Site) -> Browser:
    return site.browser("admin")


def sent(browser: Browser, path: str, **changed: Any) -> Any:
    """The form as it is shown, ``changed``, sent; what was refused or previewed stays typed."""
    return browser.post(path, filled(browser.get(path).text, **changed))


def pool_of(market: Market, name: str) -> Pool:
    pool = market.workspace.catalog.object(name).access.pool
    assert pool is not None
    return pool


def label(market: Market, thing: Any, locale: str) -> str:
    return market.workspace.catalog.label(thing.id, thing.label, locale)


def layer(market: Market) -> dict[tuple[str, str], dict[str, Any]]:
    with market.workspace.read(SYSTEM) as unit:
        documents = customizing.definitions(unit).layer.documents
    return {(each.kind, each.name): dict(each.content) for each in documents}


def test_it_is_seen_before_it_holds_and_people_claim_from_it(market: Market, site: Site) -> None:
    free = market.free(2, "ticket")
    held = market.make(market.bob, "ticket")
    market.clock.advance(timedelta(days=31))
    admin = site.browser("admin")
    assert f'href="{NEW}"' in admin.get("/admin/pools").text
    page = admin.get(NEW).text
    assert 'value="Public pool of Tickets"' in page
    assert 'value="publish"' not in page
    shown = sent(admin, NEW, claim=["role:rep"], **{"label.zh": "工单公海"})
    assert shown.status_code == 200
    assert "2 records without an owner lie in the pool." in shown.text
    assert "Nobody followed it up: 1 record goes back within the hour." in shown.text
    assert market.workspace.catalog.object("ticket").access.pool is None, "only looked at"
    done = admin.post(NEW, filled(shown.text, do="publish"))
    assert done.headers["Location"] == "/admin/pools"
    pool = pool_of(market, "ticket")
    assert pool.name == "x_public_pool_of_tickets"
    assert (label(market, pool, "en"), label(market, pool, "zh")) == (
        "Public pool of Tickets",
        "工单公海",
    )
    assert [(r.after_days, r.warn_days, label(market, r, "zh")) for r in pool.recycle] == [
        (30, 7, "无人跟进")
    ]
    assert (pool.limits.held, pool.limits.per_day, pool.limits.protection_days) == (50, 10, 3)
    ada = site.browser("ada")
    assert "Free 1" in ada.get(f"/o/ticket?view={pool.name}").text
    assert ada.post(f"/o/ticket/{free[0]}/claim", {}).status_code == 303
    assert market.owner(free[0], "ticket") == market.ada.id
    assert pool_recycling.recycle(market.workspace, "ticket").gone == 1
    assert market.owner(held, "ticket") is None
    assert "Free 1" not in site.browser("stranger").get("/o/ticket").text
    assert admin.get(NEW).status_code == 404, "it has one now"


def test_it_is_taken_back(market: Market, site: Site, admin: Browser) -> None:
    market.free(1, "ticket")
    sent(admin, NEW, claim=["role:rep"], do="publish")
    assert "Free 0" in site.browser("ada").get("/o/ticket").text
    listed = admin.get("/admin/changes").text
    assert "Pool “Public pool of Tickets” of Tickets made" in listed
    version = base_of(admin, "/admin/changes")
    assert admin.post(f"/admin/changes/{version}/undo", {"base": version}).status_code == 303
    assert market.workspace.catalog.object("ticket").access.pool is None
    assert layer(market) == {}
    assert "Free 0" not in site.browser("ada").get("/o/ticket").text


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(market: Market, admin: Browser) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "Choose who may claim its records, or assign them.": {"claim": []},
        "Say what it is called.": {"label.en": " ", "label.zh": ""},
        "nobody_knows": {"claim": ["role:nobody_knows"]},
        "Choose who is meant.": {"claim": ["secret:x"]},
        "gone": {"when": "gone == 1"},
        "never": {"protected": "never"},
        "missing": {"when:_1": "missing"},
        "say after how many days": {"after:_1": ""},
        "Records held at a time: a whole number from 1": {"held": "0"},
        "A warning comes after the day": {"warn:_1": "30"},
        "There is no such rule any more.": {"rule": ["another"], "label.en:another": "Other"},
        "nothing: no such field on ticket": {"counts:_1": "since:nothing"},
    }
    for words, said in wrong.items():
        answer = sent(admin, NEW, **{"claim": ["role:rep"], "per_day": "77", **said})
        assert answer.status_code == 422, words
        assert words in answer.text, words
        assert 'value="77"' in answer.text
    assert market.workspace.catalog.object("ticket").access.pool is None
    assert layer(market) == {}


def test_rules_are_added_reworded_and_removed(market: Market, site: Site) -> None:
    quiet, gold = market.make(market.ada), market.make(market.ada, level="gold")
    market.clock.advance(timedelta(days=8))
    admin = site.browser("admin")
    page = admin.get(LEADS).text
    dropped = admin.post(LEADS, filled(page, drop="not_won"))
    assert dropped.status_code == 200
    assert 'value="not_won"' not in dropped.text
    more = admin.post(LEADS, filled(dropped.text, do="add"))
    assert 'name="after:_1"' in more.text
    again = admin.post(LEADS, filled(more.text, do="add"))
    assert 'name="after:_2"' in again.text
    told = filled(again.text, drop="_1", **{
        "label.en:_2": "Silver, not won", "label.zh:_2": "银牌未成交",
        "when:_2": "level == 'silver'",
        "counts:_2": "ownership", "after:_2": "60", "warn:_2": "5",
        "label.en:gold": "Gold, a week", "label.zh:gold": "金牌一周", "after:gold": "7",
        "warn:gold": "0"})  # fmt: skip
    form = admin.post(LEADS, told)
    shown = admin.post(LEADS, filled(form.text))
    for words in ("Gold, a week: 1 record goes back", "Silver, not won: 0 records go back",
                  "Nobody followed it up: 0 records"):  # fmt: skip
        assert words in shown.text, words
    assert "Not won in time" not in shown.text
    assert [r.name for r in pool_of(market, "lead").recycle] == [
        "quiet",
        "gold",
        "not_won",
        "stale",
    ]
    assert admin.post(LEADS, filled(shown.text, do="publish")).status_code == 303
    rules = {r.name: r for r in pool_of(market, "lead").recycle}
    assert [*rules] == ["quiet", "gold", "stale", "x_silver_not_won"]
    silver = rules["x_silver_not_won"]
    assert (silver.when, silver.counts, silver.after_days, silver.warn_days) == (
        "level == 'silver'", "ownership", 60, 5)  # fmt: skip
    assert label(market, silver, "zh") == "银牌未成交"
    assert [label(market, rules["gold"], each) for each in ("en", "zh")] == [
        "Gold, a week", "金牌一周"]  # fmt: skip
    said = layer(market)
    assert said[("access", "lead")] == {"pool": {"recycle": [
        {"name": "not_won", "$remove": True},
        {"name": "gold", "label": "Gold, a week", "after_days": 7, "warn_days": 0},
        {"name": "x_silver_not_won", "label": "Silver, not won", "after_days": 60,
         "warn_days": 5, "when": "level == 'silver'", "counts": "ownership"}]}}  # fmt: skip
    assert {*said[("translations", "zh")]["texts"]} == {
        "shop:lead/pool/recycle/gold", "lead/pool/recycle/x_silver_not_won"}  # fmt: skip
    assert pool_recycling.recycle(market.workspace, "lead").gone == 1
    assert (market.owner(quiet), market.owner(gold)) == (market.ada.id, None)
    kept = filled(admin.get(LEADS).text, drop="x_silver_not_won")
    assert (
        admin.post(LEADS, {**filled(admin.post(LEADS, kept).text), "do": "publish"}).status_code
        == 303
    )
    assert {*layer(market)[("translations", "zh")]["texts"]} == {"shop:lead/pool/recycle/gold"}


def test_the_same_again_changes_nothing(market: Market, admin: Browser) -> None:
    version = market.workspace.catalog.version
    for path in (LEADS, "/admin/pools/account"):
        assert sent(admin, path, do="publish").status_code == 303
    assert market.workspace.catalog.version == version
    sent(admin, NEW, claim=["role:rep"], do="publish")
    assert sent(admin, "/admin/pools/ticket", do="publish").status_code == 303
    assert market.workspace.catalog.version == version + 1


def test_the_pools_own_words_and_people(market: Market, site: Site, admin: Browser) -> None:
    changed = {"label.en": "Open leads", "label.zh": "开放线索", "when": "state == 'new'",
               "claim": ["role:stranger"], "see": ["everyone:"], "protected": ""}  # fmt: skip
    assert sent(admin, LEADS, **changed, do="publish").status_code == 303
    pool = pool_of(market, "lead")
    assert (pool.name, pool.when, pool.protected) == ("public", "state == 'new'", None)
    assert [each.role for each in pool.claim] == ["stranger"]
    assert [each.everyone for each in pool.see] == [True]
    assert [label(market, pool, each) for each in ("en", "zh")] == ["Open leads", "开放线索"]
    (free,) = market.free()
    assert site.browser("stranger").post(f"/o/lead/{free}/claim", {}).status_code == 303


def test_what_packages_call_it_is_left_to_them(database: str, tmp_path: Path) -> None:
    """The layer says a name in a language where it is another than the package's there."""
    chinese = {"lead/pool": "线索公海", "lead/pool/recycle/quiet": "无人跟进"}
    market = Market(database, tmp_path, market_package(chinese=chinese))
    site = Site.__new__(Site)
    site.shop, site.app = market, create_app(market.platform)  # type: ignore[assignment]
    admin = site.browser("admin")
    assert 'value="线索公海"' in admin.get(LEADS).text
    sent(admin, LEADS, do="publish")
    assert layer(market) == {}
    sent(admin, LEADS, do="publish", **{"label.zh:quiet": "十天无人跟进"})
    zh, texts = ("translations", "zh"), {"shop:lead/pool/recycle/quiet": "十天无人跟进"}
    assert layer(market) == {zh: {"texts": texts}}
    sent(admin, LEADS, do="publish", **{"label.en": "Leads for everybody"})
    assert layer(market)[zh]["texts"] == {**texts, "shop:lead/pool": "线索公海"}
    assert label(market, pool_of(market, "lead"), "zh") == "线索公海"
    sent(admin, LEADS, do="publish", **{"label.en": "Public pool", "label.zh:quiet": "无人跟进"})
    assert layer(market) == {}
    market.close()


def test_who_may_not(market: Market, site: Site) -> None:
    """Who may not edit all records of an object opens none of them by a pool; limits they set."""
    with market.workspace.read(SYSTEM) as unit:
        found = customizing.definitions(unit)
        rights = {"name": "x_rights", "label": "Rights", "system": ["manage_rights"]}
        content = with_item(found.content("permissions"), "permission_sets", rights)
        wanted = {("permissions", ""): content}
        proposal = customizing.propose(unit, unit.opening.catalog, found, wanted, "Rights")
    installing.alone(market.workspace, lambda unit: customizing.publish(unit, proposal))
    market.keeper = market.person("keeper", "rep", "x_rights")  # type: ignore[attr-defined]
    keeper, rep = site.browser("keeper"), site.browser("ada")
    words = "You cannot open more records of {} than you see and change yourself."
    made = sent(keeper, NEW, claim=["role:rep"], do="publish")
    assert (made.status_code, words.format("Tickets") in made.text) == (403, True)
    for changed in ({"after:quiet": "4"}, {"claim": ["role:rep", "role:stranger"]},
                    {"when": ""}, {"protected": ""}, {"protection_days": "0"}):  # fmt: skip
        refused = sent(keeper, LEADS, **changed, do="publish")
        assert (refused.status_code, words.format("Leads") in refused.text) == (403, True), changed
    assert sent(keeper, LEADS, held="9", do="publish").status_code == 303
    assert pool_of(market, "lead").limits.held == 9
    assert rep.get(NEW).status_code == 403
    assert rep.post(NEW, {"base": "1", "claim": "role:rep", "do": "publish"}).status_code == 403
    assert market.workspace.catalog.object("ticket").access.pool is None


def test_what_can_have_no_pool(market: Market, admin: Browser) -> None:
    for name in ("lead", "none", "user"):
        assert admin.get(f"/admin/pools/{name}/new").status_code == 404
    assert admin.get("/admin/pools/ticket").status_code == 404


def test_the_second_administrator_is_told(admin: Browser) -> None:
    told = filled(admin.get(NEW).text, claim=["role:rep"], per_day="44")
    sent(admin, LEADS, held="5", do="publish")
    late = admin.post(NEW, {**told, "do": "publish"})
    assert late.status_code == 409
    assert "Somebody else has changed the definitions meanwhile" in late.text
    assert 'value="44"' in late.text


def test_a_form_from_elsewhere_makes_nothing(market: Market, admin: Browser) -> None:
    told = filled(admin.get(NEW).text, claim=["role:rep"], do="publish")
    assert admin.client.post(NEW, data=told).status_code == 403
    assert market.workspace.catalog.object("ticket").access.pool is None
