"""A business calendar changed in a real browser: a line added, a year pasted, published, undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Served
from tests.web.pages.site import Site
from tests.web.pages.test_rights_editing import give_root
from tests.workflow.sla.desk import at, desk_package


@pytest.fixture
def office(sqlite_database: str, tmp_path: Path) -> Iterator[Served]:
    site = Site(sqlite_database, tmp_path, desk_package())
    give_root(site)
    clock, ada = site.shop.clock, site.shop.ada
    clock.advance(at("2026-11-23 14:00") - clock.now())
    gold = site.add(ada, "gold", "account", name="Acme", level="gold")
    site.add(ada, "ticket", "ticket", name="Printer on fire", account=gold)
    served = Served(site)
    yield served
    served.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_calendar_is_changed(office, open_page, width: int) -> None:
    page = open_page(office, "root", "/admin/service-levels", width)
    page.locator("section.card", has_text="Office hours").get_by_text("Change").click()
    expect(page.locator("h1")).to_have_text("Office hours")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    holidays = page.locator("section.form-card", has=page.get_by_text("Holidays", exact=True))
    holidays.locator("[data-add-line]").click()
    row = holidays.locator("tbody tr").last
    row.locator('input[name$=".date"]').fill("2026-11-24")
    row.locator('input[name$=".label"]').fill("Move")
    row.locator('input[name$=".other"]').fill("搬家")
    holidays.get_by_text("Paste several").click()
    lines = holidays.locator("textarea")
    lines.fill("2027-01-01, New Year, 元旦\nNational Day")
    page.get_by_role("button", name="What changes?").click()
    expect(page.locator(".notice.danger")).to_contain_text("Line 2: “National Day”")
    expect(lines).to_have_value("2027-01-01, New Year, 元旦\nNational Day")
    expect(holidays.locator("tbody tr")).to_have_count(2)
    lines.fill("2027-01-01, New Year, 元旦\n2027-10-01 – 2027-10-07, National Day")
    page.get_by_role("button", name="What changes?").click()
    expect(page.locator("#preview")).to_contain_text("1 of 2 running clocks")
    expect(page.locator("#preview")).to_contain_text("Printer on fire")
    expect(holidays.locator("tbody tr")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".toast-note")).to_contain_text("Published.")
    expect(page.locator("main")).to_contain_text("4 holidays")
    page.locator(".toast-note").get_by_role("button", name="Undo").click()
    page.goto(f"{office.url}/admin/service-levels")
    expect(page.locator("main")).to_contain_text("1 holiday")
