"""Submitting, returning, deciding many at once, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Served
from tests.workflow.approvals.firm import Firm
from typecase.runtime import saving
from typecase.web.app import create_app


@pytest.fixture
def firm(sqlite_database: str, tmp_path: Path) -> Iterator[Firm]:
    built = Firm(sqlite_database, tmp_path)
    yield built
    built.close()


@pytest.fixture
def firm_served(firm: Firm) -> Iterator[Served]:
    shop = SimpleNamespace(workspace=firm.workspace, **firm.people)
    site = SimpleNamespace(shop=shop, app=create_app(firm.platform), close=lambda: None)
    served = Served(site)  # type: ignore[arg-type]
    yield served
    served.close()


def test_from_the_button_to_the_end(firm: Firm, firm_served: Served, open_page) -> None:
    with firm.workspace.write(firm.who("ada")) as unit:
        id_ = saving.create(unit, "expense", {"name": "Taxi", "note": "first"})
    page = open_page(firm_served, "ada", f"/o/expense/{id_}")
    page.click("#approval a:has-text('Submit for approval')")
    page.fill("textarea[name=comment]", "Please.")
    page.click("form button:has-text('Submit for approval')")
    expect(page.locator("#approval")).to_contain_text("First: waits for Boss, Chief")
    page = open_page(firm_served, "boss", "/approvals")
    page.click("tbody a:has-text('Taxi')")
    expect(page.locator(".case-box.open")).to_contain_text("First")
    page.click("summary:has-text('Return it')")
    page.check("input[name=straight][value='1']")
    page.click("details[open] button:has-text('Return it')")
    page = open_page(firm_served, "ada", "/approvals")
    page.click("tbody a:has-text('Taxi')")
    page.click("button:has-text('Submit again')")
    page = open_page(firm_served, "boss", "/approvals")
    page.check("tbody input[name=task]")
    page.click(".bulk-bar button:has-text('Approve')")
    expect(page.locator("main")).to_contain_text("Nothing waits for you")
    page = open_page(firm_served, "head", "/approvals", width=390)
    page.click("tbody a:has-text('Taxi')")
    page.click(".case-mine button:has-text('Approve')")
    expect(page.locator(".pill").first).to_have_text("Approved")
