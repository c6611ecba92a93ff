"""A pool in a real browser: claimed from the list, released with a reason, claimed in bulk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Served
from tests.runtime.pools.market import LIMITS, a_pool, market_package
from tests.web.pages.site import Site
from typecase.runtime.actors import SYSTEM


@pytest.fixture
def market_served(sqlite_database: str, tmp_path: Path) -> Iterator[Served]:
    limits = {**LIMITS, "per_day": 9}
    package = market_package({"pool": a_pool(limits=limits)})
    served = Served(Site(sqlite_database, tmp_path, package))
    for n in range(6):
        served.site.add(SYSTEM, f"free{n}", "lead", name=f"Free {n}")
    yield served
    served.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_claim_release_and_claim_many(market_served: Served, open_page, width: int) -> None:
    page = open_page(market_served, "ada", "/o/lead?view=public&sort=name", width)
    page.locator("tbody tr", has_text="Free 0").get_by_role("button", name="Claim").click()
    expect(page.locator("h1")).to_have_text("Free 0")
    expect(page.locator(".toast-note")).to_contain_text("It is yours now.")

    page.get_by_role("link", name="Release").click()
    reason = page.locator("dialog[open] #reason")
    reason.fill("No budget this year")
    page.locator("dialog[open]").get_by_role("button", name="Release").click()
    expect(page.locator(".pool-card")).to_contain_text("nobody owns it")
    expect(page.locator(".timeline")).to_contain_text("No budget this year")

    page.goto(market_served.url + "/o/lead?view=public&sort=name")
    expect(page.locator("tbody tr")).to_have_count(6)
    for n in range(1, 5):
        page.locator("tbody tr", has_text=f"Free {n}").locator("[name=id]").check()
    page.locator(".bulk-bar").get_by_role("button", name="Claim").click()
    expect(page.locator(".notice.success")).to_contain_text("3 records are yours now.")
    expect(page.locator(".result-list")).to_contain_text("You hold 3 Leads")
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator(".pool-bar .is-full")).to_have_text("3 of 3")
    expect(page.locator("tbody tr")).to_have_count(3)
