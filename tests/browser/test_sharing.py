"""Sharing in a real browser: from the panel to the other side, wide and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("width", [1440, 390])
def test_sharing_by_the_dialog(shop_served, open_page, width: int) -> None:
    big = shop_served.site.names["big"]
    page = open_page(shop_served, "ada", f"/o/deal/{big}", width)
    page.locator('section[aria-labelledby="sharing-title"] a.btn').click()
    box = page.locator("#sheet tc-lookup input")
    box.click()
    box.fill("bob")
    expect(page.locator(".ts-dropdown .option")).to_have_count(1)  # the answer to what was typed
    page.locator(".ts-dropdown .option", has_text="Bob").click()
    page.locator("#sheet button", has_text="Share").last.click()
    expect(page.locator(".share-foot")).to_contain_text("Shared with 1 other")
    other = open_page(shop_served, "bob", f"/o/deal/{big}", width)
    expect(other.locator("h1")).to_have_text("Big deal")
    other.locator(".share-foot a", has_text="Why do I see this?").click()
    expect(other.locator("#sheet")).to_contain_text("Ada shared it with them")


def test_looking_as_somebody_else(shop_served, open_page) -> None:
    bob = shop_served.site.shop.bob.id
    page = open_page(shop_served, "admin", f"/admin/users/{bob}")
    page.click('form[action$="/view"] button')
    expect(page.locator(".viewing")).to_contain_text("You see this as Bob does.")
    page.click(".viewing button")
    expect(page.locator("h1")).to_have_text("Bob")
    expect(page.locator(".viewing")).to_have_count(0)
