"""A new pool in a real browser: made from the list of pools, counted first, and claimed from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Served
from tests.runtime.pools.market import market_package
from tests.web.pages.site import Site
from typecase.runtime.actors import SYSTEM


@pytest.fixture
def market_served(sqlite_database: str, tmp_path: Path) -> Iterator[Served]:
    served = Served(Site(sqlite_database, tmp_path, market_package()))
    for n in range(2):
        served.site.add(SYSTEM, f"free{n}", "ticket", name=f"Free {n}")
    yield served
    served.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_new_pool_from_the_button_to_a_claim(market_served: Served, open_page, width) -> None:
    ada = open_page(market_served, "ada", "/o/ticket", width)
    expect(ada.locator("main")).not_to_contain_text("Free 0")
    page = open_page(market_served, "admin", "/admin/pools", width)
    page.get_by_role("link", name="New pool of Tickets").click()
    page.get_by_label("What it is called: English").first.fill("Open tickets")
    page.get_by_label("What it is called: 中文").first.fill("待领工单")
    claim = page.locator("section", has=page.get_by_role("heading", name="Who may claim"))
    claim.get_by_role("checkbox", name="Rep", exact=True).check()
    page.get_by_role("button", name="Add a rule").click()
    added = page.get_by_role("group", name="New rule")
    added.get_by_label("What it is called: English").fill("Not solved in time")
    added.get_by_label("Days count from").select_option("ownership")
    added.get_by_label("Days until it goes back").fill("60")
    page.get_by_role("button", name="Remove Nobody followed it up").click()
    expect(page.get_by_role("group", name="Nobody followed it up")).to_have_count(0)
    # Enter in an input asks what would happen, and removes no rule
    page.get_by_label("Records held at a time").press("Enter")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("2 records without an owner lie in the pool.")
    expect(preview).to_contain_text("Not solved in time: 0 records go back")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    ada.reload()
    expect(ada.locator("main")).not_to_contain_text("Free 0")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("main")).to_contain_text("Open tickets")
    ada.goto(market_served.url + "/o/ticket?view=x_open_tickets&sort=name")
    ada.locator("tbody tr", has_text="Free 0").get_by_role("button", name="Claim").click()
    expect(ada.locator(".toast-note")).to_contain_text("It is yours now.")
