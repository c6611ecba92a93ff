"""Submitting, returning, deciding many at once, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Served
from tests.workflow.approvals.firm import Firm
from typecase.runtime import saving, users
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


def test_one_whole_approval_in_chinese(firm: Firm, firm_served: Served, open_page) -> None:
    """Written, submitted, tried to be changed, decided on a phone, read on its timeline."""
    for login in ("ada", "boss", "head"):
        with firm.workspace.write(firm.who(login)) as unit:
            users.update(unit, unit.actor.id, {"language": "zh"})
    page = open_page(firm_served, "ada", "/o/expense/new")
    page.fill("[name=name]", "去上海的机票")
    page.fill("[name=amount]", "1800")
    page.click("form button:has-text('保存')")
    expect(page.locator("h1")).to_contain_text("去上海的机票")
    page.click("#approval a:has-text('提交审批')")
    page.fill("textarea[name=comment]", "下周出差，请审批。")
    page.click("form button:has-text('提交审批')")
    expect(page.locator("#approval")).to_contain_text("Boss、Chief".replace("、", ", "))
    page = open_page(firm_served, "boss", "/approvals", width=390)
    page.click("tbody a:has-text('去上海的机票')")
    expect(page.locator("main")).to_contain_text("下周出差，请审批。")
    page.fill(".case-mine textarea[name=comment] >> nth=0", "同意，注意预算。")
    page.click(".case-mine button:has-text('同意')")
    page = open_page(firm_served, "head", "/approvals")
    page.click("tbody a:has-text('去上海的机票')")
    page.click(".case-mine button:has-text('同意')")
    expect(page.locator(".pill").first).to_have_text("已通过")
    page = open_page(firm_served, "ada", "/o/expense")
    page.click("a:has-text('去上海的机票')")
    expect(page.locator("#approval .pill")).to_have_text("已通过")
    expect(page.locator("main")).to_contain_text("同意，注意预算。")
