"""A business calendar changed on its page: seen before it holds, then counted by; and undone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.web.pages.site import Browser, Site
from tests.web.pages.test_rights_editing import base_of, give_root, send
from tests.workflow.sla.desk import OFFICE, at, desk_package
from typecase.bootstrap import runner_of
from typecase.metadata.calendars import calendar_of
from typecase.runtime import installing, users
from typecase.runtime.actors import SYSTEM
from typecase.workflow.storage import clock_rows

OFFICE_PAGE = "/admin/calendars/office"
NEW = "/admin/calendars/_new"
DAYS = ("mon", "tue", "wed", "thu", "fri")
TOLD: dict[str, Any] = {
    "label": "Office hours",
    "zone": "Asia/Shanghai",
    **{f"hours.{day}": "09:00–12:00, 13:00–18:00" for day in DAYS},
    "holidays.0.date": "2026-12-25",
    "holidays.0.label": "Holiday",
    "holidays.0.yearly": "1",
    "work_days.0.date": "2026-11-28",
    "work_days.0.label": "Working Saturday",
}
CHINESE = {
    "calendars/office": "工作时间",
    "calendars/office/2026-12-25": "假日",
    "calendars/office/2026-11-28": "周六上班",
}
SAID = {**TOLD, "other": "工作时间", "holidays.0.other": "假日", "work_days.0.other": "周六上班"}


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    """Monday, four in the afternoon; a ticket of eight hours from ten, one that waits."""
    built = Site(database, tmp_path, desk_package(chinese=CHINESE))
    give_root(built)
    ada, clock = built.shop.ada, built.shop.clock
    clock.advance(at("2026-11-23 10:00") - clock.now())
    gold = built.add(ada, "gold", "account", name="Acme", level="gold")
    built.add(ada, "runs", "ticket", name="Runs", account=gold, priority="low")
    built.add(ada, "waits", "ticket", name="Waits", account=gold, status="waiting", priority="low")
    clock.advance(timedelta(hours=6))
    yield built
    built.close()


@pytest.fixture
def root(site: Site) -> Browser:
    return site.browser("root")


def due(site: Site, name: str) -> object:
    with site.shop.workspace.read(SYSTEM) as unit:
        id_ = site.names[name]
        return clock_rows.load(unit, [id_])[id_]["solve"].due_at


def work(site: Site) -> None:
    site.shop.clock.advance(timedelta(minutes=1))
    runner = runner_of(site.shop.workspace)
    while runner.tick():
        pass


def problems(page: str) -> str:
    found = re.search(r'<div class="notice danger".*?</ul>', page, re.DOTALL)
    return found[0] if found else ""


def test_the_form_shows_the_calendar_and_sent_back_changes_nothing(
    site: Site, root: Browser
) -> None:
    page = root.get(OFFICE_PAGE).text
    for value in ("Office hours", "工作时间", "09:00–12:00, 13:00–18:00", "2026-12-25", "假日"):
        assert f'value="{value}"' in page
    before = site.shop.workspace.catalog.version
    assert send(root, OFFICE_PAGE, **SAID, do="publish").status_code == 303
    assert site.shop.workspace.catalog.version == before


def test_a_change_is_seen_before_it_holds_and_undone_afterwards(site: Site, root: Browser) -> None:
    """A free Tuesday: what is due then is due on Wednesday."""
    assert due(site, "runs") == at("2026-11-24 10:00")
    free = {**SAID, "paste.holidays": "2026-11-24, Move, 搬家\n"}
    page = send(root, OFFICE_PAGE, **free, do="preview").text
    assert "Tickets: 1 of 2 running clocks" in page
    preview = page[page.index('id="preview"') : page.index("</section>")]
    assert "Runs" in preview
    assert "Waits" not in preview
    assert re.search(r"24.*?10:00.*?25.*?10:00", preview, re.DOTALL)
    assert 'name="holidays.0.date" type="date" value="2026-11-24"' in page, "taken over as a row"
    assert due(site, "runs") == at("2026-11-24 10:00")
    assert root.post(OFFICE_PAGE, {"base": base_of(root, OFFICE_PAGE), **free, "do": "publish"})
    work(site)
    assert due(site, "runs") == at("2026-11-25 10:00")
    assert due(site, "waits") is None
    assert ">搬家<" in zh(site, root)
    assert "Calendar “Office hours” changed" in root.get("/admin/changes").text
    version = site.shop.workspace.catalog.version
    root.post(f"/admin/changes/{version}/undo", {"base": str(version)})
    work(site)
    assert due(site, "runs") == at("2026-11-24 10:00")
    assert "搬家" not in zh(site, root)


def zh(site: Site, browser: Browser) -> str:
    root = site.shop.root.id  # type: ignore[attr-defined]
    with site.shop.workspace.write(SYSTEM) as unit:
        users.update(unit, root, {"language": "zh"})
    page = browser.get("/admin/service-levels").text
    with site.shop.workspace.write(SYSTEM) as unit:
        users.update(unit, root, {"language": "en"})
    return page


def test_recomputed_as_if_it_had_always_been_so(site: Site, root: Browser) -> None:
    """From eight to ten in the morning today counts only when it is asked for."""
    earlier = {**SAID, "hours.mon": "09:00–10:30, 13:00–18:00"}
    page = send(root, OFFICE_PAGE, **earlier, do="preview").text
    assert "Tickets: 0 of 2 running clocks" in page
    page = send(root, OFFICE_PAGE, **earlier, again="1", do="preview").text
    assert "Tickets: 1 of 2 running clocks" in page
    send(root, OFFICE_PAGE, **earlier, again="1", do="publish")
    work(site)
    assert due(site, "runs") == at("2026-11-24 11:30")
    assert "Last done" in root.get("/admin/service-levels/ticket/recompute").text


def test_a_new_one_is_made_and_may_be_the_default(site: Site, root: Browser) -> None:
    told = {
        "label": "Night desk",
        "other": "夜班",
        "hours.fri": "22:00-06:00",
        "hours.sun": "08:00 - 12:00；14:00～16:00",
        "default": "1",
        "paste.holidays": "2027/2/5–2027/2/10，Spring Festival，春节\n\n2027年4月5日 清明节\n",
        "paste.work_days": "2027-02-14\tFor the Spring Festival",
    }
    page = send(root, NEW, **told, do="preview").text
    assert "No running clock counts by what changes." in page
    assert send(root, NEW, **told, do="publish").status_code == 303
    calendar = calendar_of(site.shop.workspace.catalog, "x_night_desk")
    assert calendar.weekly[4] == ((22 * 60, 30 * 60),)
    assert calendar.weekly[6] == ((480, 720), (840, 960))
    assert [h.label for h in calendar.holidays] == ["Spring Festival", "清明节"]
    assert calendar.is_default
    assert calendar.work_days[0].label == "For the Spring Festival"
    shown = zh(site, root)
    assert "夜班" in shown
    assert "春节" in shown
    second = {**SAID, "default": "1"}
    assert send(root, OFFICE_PAGE, **second, do="publish").status_code == 303
    catalog = site.shop.workspace.catalog
    assert not calendar_of(catalog, "x_night_desk").is_default
    assert calendar_of(catalog, "office").is_default


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"label": " ", "other": ""}, "Say what it is called."),
        ({"other": "x" * 81}, "A name has at most 80"),
        ({"zone": "Asia/Nowhere"}, "There is no time zone Asia/Nowhere."),
        ({"hours.mon": "nine to six"}, "Monday: write hours as"),
        ({"hours.mon": "09:00–25:00"}, "Monday: write hours as"),
        ({"hours.mon": "09:00–12:00, 11:00–18:00"}, "Monday: its hours overlap."),
        ({"hours.mon": "09:00–09:00"}, "Monday: A span begins when it ends."),
        ({"hours.sun": "22:00–10:00"}, "Monday: Its hours overlap each other or those of the day"),
        ({f"hours.{day}": "" for day in DAYS}, "no hours on any day"),
        ({"holidays.0.date": "2026-02-30"}, "2026-02-30: there is no such day."),
        ({"holidays.0.date": ""}, "“Holiday” has no day."),
        ({"holidays.0.to": "2026-12-01"}, "2026-12-25: it ends before it begins."),
        ({"holidays.1.date": "2026-12-25"}, "2026-12-25 is there twice."),
        ({"holidays.0.label": "x" * 81}, "2026-12-25: a name has at most 80"),
        ({"holidays.1.date": "2026-11-28"}, "2026-11-28 is a holiday and a day of work."),
        ({"work_days.0.hours": "all day"}, "2026-11-28: write hours as"),
        ({"holidays.0.to": "2999-12-31", "holidays.0.yearly": "", "work_days.0.date": "",
          "work_days.0.label": "", "work_days.0.other": "", "holidays.0.date": "2026-11-24"},
         "has no hours left"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    site: Site, root: Browser, said: dict[str, str], words: str
) -> None:
    before = site.shop.workspace.catalog.version
    for do in ("preview", "publish"):
        answer = send(root, OFFICE_PAGE, **{**SAID, **said}, do=do)
        assert answer.status_code in (409, 422), answer.status_code
        assert words in problems(answer.text), problems(answer.text)
        for value in said.values():
            assert f'value="{value.strip()}"' in answer.text or "label" in said or "zone" in said
    assert site.shop.workspace.catalog.version == before


def test_lines_that_make_no_sense_are_named_and_stay(site: Site, root: Browser) -> None:
    lines = (
        "2027-01-01, New Year, 元旦\n"
        "Spring Festival, 2027-02-05\n"
        "2027-02-30, Nothing\n"
        "2027-05-04 – 2027-05-01, Labour Day\n"
        "2027-01-01, New Year again\n"
        "2027-06-09-11, Dragon Boat Festival\n"
        "2027-07-01, One, Two, Three\n"
        "<script>alert(1)</script>\n"
    )
    answer = send(root, OFFICE_PAGE, **SAID, **{"paste.holidays": lines}, do="publish")
    assert answer.status_code == 422
    said = problems(answer.text)
    for words in (
        "Line 2: “Spring Festival, 2027-02-05” does not begin with a day",
        "Line 3: 2027-02-30: there is no such day.",
        "Line 4: it ends before it begins.",
        "Line 5: 2027-01-01 is there twice.",
        "Line 6: “2027-06-09-11, Dragon Boat Festival” does not begin with a day",
        "Line 7: a day has two names at most",
        "Line 8: “&lt;script&gt;",
    ):
        assert words in said, words
    assert "Line 1" not in said
    assert "<li>Holidays: Line 2" in said
    kept = re.search(
        r'<textarea[^>]*name="paste.holidays"[^>]*>(.*?)</textarea>', answer.text, re.S
    )
    assert kept is not None
    assert kept[1].count("\n") == lines.count("\n")
    assert 'name="holidays.0.date" type="date" value="2026-12-25"' in answer.text


def test_the_same_year_pasted_again_changes_nothing(site: Site, root: Browser) -> None:
    year = {"paste.holidays": "2027-01-01, New Year, 元旦\n2027-10-01 – 2027-10-07, National Day"}
    send(root, OFFICE_PAGE, **SAID, **year, do="publish")
    version = site.shop.workspace.catalog.version
    send(root, OFFICE_PAGE, **SAID, **year, do="publish")
    assert site.shop.workspace.catalog.version == version


def test_what_a_package_says_later_comes_through(site: Site, root: Browser) -> None:
    """The layer says only what differs; a day the package drops takes its translation along."""
    send(root, OFFICE_PAGE, **{**SAID, "holidays.0.other": "圣诞节"}, do="publish")
    office = {
        **OFFICE,
        "hours": {"mon": [["08:00", "12:00"]]},
        "holidays": [{"date": "2027-01-01", "label": "New Year"}],
    }
    chinese = {"calendars/office": "工作时间", "calendars/office/2026-11-28": "周六上班"}
    package = desk_package(calendars=[office], version="1.1.0", chinese=chinese)
    installing.install(site.shop.workspace, [package])
    calendar = calendar_of(site.shop.workspace.catalog, "office")
    assert calendar.weekly[0] == ((480, 720),)
    assert [each.label for each in calendar.holidays] == ["New Year"]


def test_the_second_administrator_is_told(site: Site, root: Browser) -> None:
    base = base_of(root, OFFICE_PAGE)
    send(root, NEW, label="Night desk", **{"hours.fri": "22:00–06:00"}, do="publish")
    late = root.post(
        OFFICE_PAGE, {"base": base, **SAID, "hours.mon": "08:00–12:00", "do": "publish"}
    )
    assert late.status_code == 409
    assert "Somebody else has changed the definitions meanwhile" in late.text
    assert 'value="08:00–12:00"' in late.text


def test_who_may_not(site: Site) -> None:
    """Both rights are needed: of service levels, and of publishing."""
    for who in ("ada", "keeper", "admin", "stranger"):
        browser = site.browser(who)
        assert browser.get(OFFICE_PAGE).status_code == 403, who
        assert browser.post(OFFICE_PAGE, {"base": "1", **SAID, "do": "publish"}).status_code == 403
    assert OFFICE_PAGE not in site.browser("admin").get("/admin/service-levels").text
    root = site.browser("root")
    assert OFFICE_PAGE in root.get("/admin/service-levels").text
    assert root.get("/admin/calendars/nowhere").status_code == 404
    assert root.post("/admin/calendars/nowhere", {"base": "1", **SAID}).status_code == 404
    answer = root.client.post(OFFICE_PAGE, data={"base": "1", **SAID, "do": "publish"})
    assert answer.status_code == 403
