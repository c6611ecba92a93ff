"""Which escalations ran: beside the clock of a record, and with trace, failure and replay for
whoever looks after them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.web.pages.site import Site
from tests.web.test_statements import counting
from tests.workflow.sla.desk import GOLD, PLAIN, at, desk_package
from typecase.bootstrap import runner_of
from typecase.runtime import saving
from typecase.workflow.jobs import MOST_ATTEMPTS

RUNS = "/admin/service-levels/ticket/runs"
REPLAY = "/admin/service-levels/ticket/replay"
FAILING = {"target": "solve", "at": "50%", "do": [
    {"name": "never", "check": "record.note == 'Yes'", "message": "Not yet."},
    {"log": "'Done'"}]}  # fmt: skip


@pytest.fixture
def desk(database: str, tmp_path: Path) -> Iterator[Site]:
    """Monday, nine o'clock, one ticket of eight hours; what is to be done at noon fails."""
    escalations = [FAILING, *GOLD["escalations"]]  # type: ignore[misc]
    built = Site(database, tmp_path, desk_package({**GOLD, "escalations": escalations}, PLAIN))
    ada, clock = built.shop.ada, built.shop.clock
    clock.advance(at("2026-11-23 09:00") - clock.now())
    gold = built.add(ada, "gold", "account", name="Acme", level="gold")
    built.add(ada, "one", "ticket", name="Printer on fire", account=gold, priority="low")
    yield built
    built.close()


def go(site: Site, local: str) -> None:
    site.shop.clock.advance(at(local) - site.shop.clock.now())
    work(site)


def work(site: Site) -> None:
    runner = runner_of(site.shop.workspace)
    while runner.tick():
        pass


def rows(page: str) -> list[str]:
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    found = body[1].split("</tr>")[:-1] if body else []
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in found]


def test_a_record_says_what_was_done_on_the_way(desk: Site) -> None:
    path = f"/o/ticket/{desk.names['one']}"
    ada = desk.browser("ada")
    assert "50 %:" not in ada.get(path).text
    go(desk, "2026-11-23 16:24")
    page = desk.browser("ada").get(path).text
    assert "80 %: done Nov 23, 2026, 4:24" in page
    assert "50 %: failed" in page
    assert RUNS not in page, "traces are not for everybody"
    assert "Not yet." not in page
    shown = desk.browser("admin").get(path).text
    assert f"{RUNS}?record={desk.names['one']}" in shown


def test_a_try_that_comes_off_takes_the_place_of_those_that_failed(desk: Site) -> None:
    go(desk, "2026-11-23 14:00")
    one, ada = desk.names["one"], desk.shop.ada
    desk.shop.workspace.run(ada, lambda u: saving.update(u, "ticket", one, {"note": "Yes"}))
    go(desk, "2026-11-23 15:00")
    page = desk.browser("ada").get(f"/o/ticket/{one}").text
    assert "50 %: done" in page
    assert "50 %: failed" not in page


def test_traces_failures_and_replay(desk: Site) -> None:
    go(desk, "2026-11-23 14:00")
    admin = desk.browser("admin")
    first = admin.get(RUNS).text
    (row,) = rows(first)
    for words in ("Solution: 50 %", "Gold", "Printer on fire", "Failed", "Not yet.",
                  "It is tried again by itself."):  # fmt: skip
        assert words in row
    assert "Do it again" not in row
    for _ in range(MOST_ATTEMPTS):
        desk.shop.clock.advance(timedelta(hours=7))
        work(desk)
    admin = desk.browser("admin")
    page = admin.get(f"{RUNS}?record={desk.names['one']}").text
    assert "Solution: 80 %" in page
    assert "2 steps" in page, "the escalation at the end: its steps"
    (run,) = re.findall(r'name="run" value="([^"]+)"', page)
    assert "Do it again" in rows(page)[0], "the last try alone"
    one, ada = desk.names["one"], desk.shop.ada
    desk.shop.workspace.run(ada, lambda u: saving.update(u, "ticket", one, {"note": "Yes"}))
    answer = admin.post(REPLAY, {"run": run, "record": one})
    assert answer.location == f"{RUNS}?record={one}"
    desk.shop.clock.advance(timedelta(minutes=1))
    work(desk)
    latest = rows(admin.get(RUNS).text)[0]
    assert "Solution: 50 %" in latest
    assert "Done" in latest
    assert "Do it again" not in admin.get(RUNS).text, "it is done: nothing is left to replay"
    admin.post(REPLAY, {"run": run})
    assert "Not found, or not dead any more." in admin.get(RUNS).text


def test_of_one_record_alone(desk: Site) -> None:
    desk.add(desk.shop.ada, "two", "ticket", name="Mouse lost", account=desk.names["gold"])
    go(desk, "2026-11-23 18:00")
    admin = desk.browser("admin")
    assert "Mouse lost" in admin.get(RUNS).text
    page = admin.get(f"{RUNS}?record={desk.names['one']}").text
    assert "Printer on fire" in page
    assert "Mouse lost" not in page


@pytest.mark.parametrize("query", ["record=nobody", "before=now", "record='--"])
def test_bad_addresses(desk: Site, query: str) -> None:
    assert desk.browser("admin").get(f"{RUNS}?{query}").status_code == 404


def test_who_may_not(desk: Site) -> None:
    for who in ("ada", "bob", "stranger"):
        browser = desk.browser(who)
        assert browser.get(RUNS).status_code == 403
        assert browser.post(REPLAY, {"run": "x"}).status_code == 403
    admin = desk.browser("admin")
    assert f'href="{RUNS}"' in admin.get("/admin/service-levels").text
    assert "None has run yet" in admin.get(RUNS).text
    assert admin.get("/admin/service-levels/account/runs").status_code == 404
    assert admin.get("/admin/service-levels/nothing/runs").status_code == 400


def test_a_page_takes_no_statement_for_each(desk: Site) -> None:
    go(desk, "2026-11-23 18:00")
    admin = desk.browser("admin")
    admin.get(RUNS)
    with counting(desk) as few:
        admin.get(RUNS)
    for n in range(10):
        desk.add(desk.shop.ada, f"n{n}", "ticket", name=f"N{n}", account=desk.names["gold"])
    go(desk, "2026-11-24 18:00")
    admin = desk.browser("admin")
    admin.get(RUNS)
    with counting(desk) as many:
        admin.get(RUNS)
    assert len(few) == len(many)
