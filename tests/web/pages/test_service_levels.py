"""Service levels on pages and over REST: clocks of a record, lists and filters, administration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.web.pages.site import Scenario, Site
from tests.web.test_statements import counting
from tests.workflow.sla.desk import OFFICE, at, desk_package
from typecase.bootstrap import runner_of
from typecase.runtime import saving, tokens
from typecase.runtime.actors import SYSTEM

FOR_GOOD = {"date": "2026-12-01", "to": "2999-12-31", "label": "Closed for good"}


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Site]:
    """Monday, four in the afternoon: one late, one at risk, one paused, one met, one in time."""
    built = Site(database, tmp_path, desk_package())
    ada, clock = built.shop.ada, built.shop.clock
    clock.advance(at("2026-11-20 16:00") - clock.now())
    gold = built.add(ada, "gold", "account", name="Acme", level="gold")
    built.add(ada, "late", "ticket", name="Late one", account=gold)
    clock.advance(at("2026-11-23 09:00") - clock.now())
    for name in ("risky", "paused", "met"):
        built.add(ada, name, "ticket", name=f"The {name} one", account=gold)
    clock.advance(timedelta(hours=1))
    for name, status in (("paused", "waiting"), ("met", "done")):
        built.shop.workspace.run(
            ada,
            lambda u, n=name, s=status: saving.update(u, "ticket", built.names[n], {"status": s}),
        )
    clock.advance(at("2026-11-23 16:30") - clock.now())
    built.add(ada, "fresh", "ticket", name="The fresh one", account=gold)
    yield built
    built.close()


def shown(site: Site, query: str) -> list[str]:
    page = site.browser("ada").get(f"/o/ticket?{query}").text
    return re.findall(r"(?:The \w+|Late) one", page)


def test_the_record_shows_its_clocks_in_words(desk: Site) -> None:
    late = ("Overdue", "Was due", "over the 8 h", "<progress", "First reply", "Solution")
    desk.run(Scenario("late", "ada", "/o/ticket/{late}", holds=late))
    paused = ("Paused", "The clock stands still", "7 h left of 8 h")
    desk.run(Scenario("paused", "ada", "/o/ticket/{paused}", holds=paused))
    desk.run(Scenario("met", "ada", "/o/ticket/{met}", holds=("Met", "took 1 h of 8 h")))
    desk.run(Scenario("risk", "ada", "/o/ticket/{risky}", holds=("At risk", "1 h 30 min left")))
    desk.run(Scenario("none", "ada", "/o/account/{gold}", lacks=('class="clocks"',)))


def test_lists_show_filter_and_sort_clocks(desk: Site) -> None:
    columns = "columns=name,solve_state,solve_by"
    page = desk.browser("ada").get(f"/o/ticket?{columns}&sort=solve_by").text
    assert all(word in page for word in ("Overdue", "At risk", "Paused", "Met", "In time"))
    by_due = shown(desk, f"{columns}&sort=solve_by&filter=not is_blank(solve_by)")
    assert list(dict.fromkeys(by_due)) == ["Late one", "The risky one", "The fresh one"]
    for state, name in (("overdue", "Late"), ("at_risk", "The risky"), ("met", "The met"),
                        ("paused", "The paused"), ("running", "The fresh")):  # fmt: skip
        assert set(shown(desk, f"filter=solve_state == '{state}'")) == {f"{name} one"}, state
    assert set(shown(desk, "filter=solve_by < now()")) == {"Late one"}
    desk.shop.clock.advance(timedelta(hours=2))
    assert set(shown(desk, "filter=solve_state == 'overdue'")) == {"Late one", "The risky one"}


def test_a_list_with_clocks_takes_no_statement_for_each(desk: Site) -> None:
    browser = desk.browser("ada")
    path = "/o/ticket?columns=name,solve_state,solve_by&sort=solve_by"
    browser.get(path)
    with counting(desk) as few:
        browser.get(path)
    for n in range(20):
        desk.add(desk.shop.ada, f"n{n}", "ticket", name=f"N{n}", account=desk.names["gold"])
    with counting(desk) as many:
        browser.get(path)
    assert len(few) == len(many)


def test_clocks_over_rest_and_for_whom(desk: Site) -> None:
    client = desk.app.test_client()

    def get(who: str, path: str) -> tuple[int, dict[str, object]]:
        user = getattr(desk.shop, who).id
        made = desk.shop.workspace.run(SYSTEM, lambda u: tokens.create(u, "t", user=user))
        headers = {"Authorization": f"Bearer {made.secret}"}
        answer = client.get(f"/api/v1/objects/ticket/records{path}", headers=headers)
        return answer.status_code, answer.get_json()

    status, told = get("ada", f"/{desk.names['late']}/clocks")
    assert status == 200
    solve = next(each for each in told["clocks"] if each["target"] == "solve")  # type: ignore[attr-defined]
    assert (solve["state"], solve["allowed"], solve["remaining"]) == ("overdue", 28_800, -1_800)
    assert solve["due_at"] == "2026-11-23T08:00:00Z"
    assert get("bob", f"/{desk.names['late']}/clocks")[0] == 404
    assert get("stranger", f"/{desk.names['late']}/clocks")[0] == 403
    status, told = get("ada", "?fields=name,solve_state&filter=solve_state == 'overdue'")
    assert [row["solve_state"] for row in told["records"]] == ["overdue"]  # type: ignore[attr-defined]


def test_the_administrators_page_and_recomputing(desk: Site) -> None:
    told = ("Gold", "Everybody", "Office hours", "09:00–12:00, 13:00–18:00", "Working Saturday",
            "account.level == &#39;gold&#39;", "at 80 %: tell people")  # fmt: skip
    desk.run(Scenario("policies", "admin", "/admin/service-levels", holds=told))
    desk.run(Scenario("not for all", "ada", "/admin/service-levels", 403))
    timers = ("Service level", "gold.solve_80", "The fresh one")
    desk.run(Scenario("timers", "admin", "/admin/jobs?state=waiting", holds=timers))
    path = "/admin/service-levels/ticket/recompute"
    desk.run(Scenario("nothing", "admin", path, holds=("0 of 10 clocks would change",)))
    browser = desk.browser("admin")
    assert browser.post(path, {}).location == path
    assert "Under way since" in browser.get(path).text
    runner = runner_of(desk.shop.workspace)
    while runner.tick():
        pass
    assert "Last done" in browser.get(path).text


def test_all_of_it_in_chinese(desk: Site) -> None:
    browser = desk.browser("ada")
    browser.post("/me/look", {"language": "zh"})
    page = browser.get(f"/o/ticket/{desk.names['late']}").text
    assert "已超时" in page and "时限" in page
    assert "Overdue" not in page


def test_a_policy_is_tried_out_on_a_timeline(desk: Site) -> None:
    """The administrator alone, in their zone; what makes no sense is said beside what was typed."""
    url = "/admin/service-levels/ticket/timeline"
    gold = f"{url}?policy=gold"
    desk.run(Scenario("not for all", "ada", url, 403))
    told = ("4 h", "8 h", "at 80 %: tell people", "The time is over", 'value="2026-11-23T09:00"')
    normal = f"{gold}&began=2026-11-23T09:00&by.priority=normal"
    desk.run(Scenario("tried", "admin", normal, holds=told))
    nothing = ("Nothing is promised for this value.",)
    desk.run(Scenario("no promise", "admin", f"{gold}&by.priority=low", holds=nothing))
    half = ("A pause has a beginning and an end.", 'value="2026-11-23T11:00"', 'id="resumed-about"')
    desk.run(Scenario("half", "admin", f"{gold}&paused=2026-11-23T11:00", 422, holds=half))
    pause = f"{gold}&began=2026-11-23T09:00&paused=2026-11-23T08:00&resumed=2026-11-23T10:00"
    early = ('id="paused-about"', "A pause begins after the start, and ends after that.")
    desk.run(Scenario("early", "admin", pause, 422, holds=early))
    for began in ("yesterday", "0001-01-01T00:00", "9999-12-31T23:59"):
        said = ('id="began-about"', "That is no date and time.")
        desk.run(Scenario(began, "admin", f"{gold}&began={began}", 422, holds=said))
    forever = f"{url}?policy=plain&paused=2026-11-24T09:00&resumed=9999-12-31T23:59"
    desk.run(Scenario("forever", "admin", forever, 422, holds=('id="resumed-about"',)))
    desk.run(Scenario("no such policy", "admin", f"{url}?policy=bronze", 404))
    desk.run(Scenario("none", "admin", "/admin/service-levels/account/timeline", 404))
    desk.run(Scenario("linked", "admin", "/admin/service-levels", holds=(url,)))


def test_a_calendar_without_hours_left_is_said_at_the_start(database: str, tmp_path: Path) -> None:
    site = Site(database, tmp_path, desk_package(calendars=[{**OFFICE, "holidays": [FOR_GOOD]}]))
    url = "/admin/service-levels/ticket/timeline?policy=gold"
    in_time, too_late = f"{url}&began=2026-11-27T09:00", f"{url}&began=2026-12-01T09:00"
    site.run(Scenario("before", "admin", in_time, holds=("The time is over",)))
    said = "The calendar Office hours has no hours left: the time would never be over."
    at_field = (said, 'aria-describedby="began-about"', 'value="2026-12-01T09:00"')
    site.run(Scenario("later", "admin", too_late, 422, holds=at_field, lacks=("<table",)))
    site.browser("admin").post("/me/look", {"language": "zh"})
    site.run(Scenario("in Chinese", "admin", too_late, 422, holds=("已没有剩余工作时间",)))
    site.close()
