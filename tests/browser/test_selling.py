"""From a lead to an invoice with the buttons of the standard CRM, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.apps.test_standard_crm_works import Office
from tests.browser.conftest import Served
from tests.web.pages.site import Site
from typecase.web.app import create_app


class SellingSite(Site):
    """The standard CRM with its people, one lead and one product."""

    def __init__(self, database: str, folder: Path) -> None:
        self.shop = Office(database, folder)
        self.app = create_app(self.shop.platform)
        self.names = {}
        office = self.shop
        category = office.add("product_category", name="Presses")
        office.add("product", name="Press", category=category, list_price="120", code="P-1",
                   status="active")  # fmt: skip
        self.names["lead"] = office.add(
            "lead", office.rep, name="Li Wei", company="Huadong Machines", mobile="13800138000",
            budget="5000", region="south",
        )  # fmt: skip


@pytest.fixture
def selling(sqlite_database: str, tmp_path: Path) -> Iterator[Served]:
    served = Served(SellingSite(sqlite_database, tmp_path))
    yield served
    served.close()


def press(page: Page, action: str) -> None:
    """The button of an action, beside the title or in the menu."""
    button = page.locator(f"[data-action={action}]")
    if not button.is_visible():
        page.locator(".record-title details.menu summary").click()
    button.click()


def test_a_lead_becomes_an_order_and_an_invoice(selling: Served, open_page) -> None:
    page = open_page(selling, "rep", f"/o/lead/{selling.site.names['lead']}")
    press(page, "convert")
    expect(page.locator("h1")).to_have_text("Convert")
    expect(page.locator("#a-amount")).to_have_value("5000.00")
    page.fill("#a-amount", "-1")
    page.click(".form-actions .btn-primary")
    expect(page.locator("[data-field=amount] .field-error")).to_be_visible()
    page.fill("#a-amount", "900")
    page.click(".form-actions .btn-primary")
    expect(page.locator("h1")).to_have_text("Huadong Machines")
    expect(page.locator(".toast-note")).to_contain_text("converted")

    product = selling.site.shop.rows("product", selling.site.shop.rep, "name")[0].id
    opportunity = page.url.rsplit("/", 1)[1]
    selling.site.shop.add("opportunity_line", selling.site.shop.rep, opportunity=opportunity,
                          product=product, quantity="3", price="100")  # fmt: skip
    page.reload()
    press(page, "quote")
    expect(page).to_have_url(re.compile(r"/o/quote/[^/]+$"))
    expect(page.locator(".record-head")).to_contain_text("300.00")
    press(page, "order")
    expect(page.locator(".record-head .kind")).to_contain_text("Order")
    expect(page.locator("[data-action=invoice]")).to_have_count(0)

    cashier = open_page(selling, "cashier", page.url.removeprefix(selling.url))
    press(cashier, "invoice")
    expect(cashier.locator("#a-total")).to_have_value("300.00")
    cashier.click(".form-actions .btn-primary")
    expect(cashier.locator(".record-head .kind")).to_contain_text("Invoice")
    press(cashier, "issue")
    expect(cashier.locator("main")).to_contain_text("Issue it now?")
    cashier.click(".form-actions .btn-primary")
    expect(cashier.locator(".toast-note")).to_contain_text("issued")


def test_several_leads_at_once_from_the_list(selling: Served, open_page) -> None:
    office = selling.site.shop
    office.add("lead", office.rep, name="Ann", company="Bolt", mobile="13900139000")
    page = open_page(selling, "rep", "/o/lead")
    page.locator("tbody input[type=checkbox]").first.check()
    page.locator("tbody input[type=checkbox]").nth(1).check()
    page.locator('button[value="do.convert"]').click()
    expect(page.locator(".crumbs")).to_contain_text("2 records")
    page.fill("#a-opportunity_name", "Fair")
    page.click(".form-actions .btn-primary")
    expect(page.locator(".toast-note")).to_contain_text("2 records")
    names = [row["name"] for row in office.rows("opportunity", office.rep, "name")]
    assert names == ["Fair", "Fair"]
