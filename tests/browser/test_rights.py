"""A sharing rule in a real browser: made, its effect seen beforehand, published, and it holds."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect


@pytest.mark.parametrize("width", [1440, 390])
def test_a_rule_from_the_form_to_the_other_side(shop_served, open_page, width: int) -> None:
    bob = open_page(shop_served, "bob", "/o/deal", width)
    expect(bob.locator("main")).not_to_contain_text("Big deal")
    page = open_page(shop_served, "admin", "/admin/sharing", width)
    deals = page.locator("tr", has=page.locator('a[href="/admin/sharing/deal/_new"]'))
    deals.get_by_role("link", name="New rule").click()
    page.get_by_label("What it is called").fill("Deals for reps")
    page.get_by_role("checkbox", name="Rep", exact=True).check()
    page.get_by_role("button", name="Who gains what?").click()
    expect(page.locator("#preview")).to_contain_text("Bob")
    expect(page.locator("#preview")).to_contain_text("+2 to see")
    bob.reload()
    expect(bob.locator("main")).not_to_contain_text("Big deal")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("main")).to_contain_text("Deals for reps")
    bob.reload()
    expect(bob.locator("main")).to_contain_text("Big deal")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1440, 390])
def test_a_new_queue_from_the_button_to_its_members(shop_served, open_page, width: int) -> None:
    page = open_page(shop_served, "admin", "/admin/groups", width)
    page.get_by_role("link", name="New queue").click()
    page.get_by_label("What it is called").fill(f"Complaints {width}")
    page.get_by_role("checkbox", name="Deals").check()
    page.get_by_role("checkbox", name="Rep", exact=True).check()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("main")).to_contain_text(f"Complaints {width}")
    bob = open_page(shop_served, "bob", "/queues", width)
    expect(bob.locator("main")).to_contain_text(f"Complaints {width}")


@pytest.mark.parametrize("path", ["/admin/roles", "/admin/exposure", "/admin/changes"])
def test_the_tab_one_is_on_is_in_sight(shop_served, open_page, path: str) -> None:
    page = open_page(shop_served, "admin", path, 390)
    box = page.locator(".tabs [aria-current=page]").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert page.evaluate("scrollX") == 0


def test_a_new_token_fits_on_a_phone(shop_served, open_page) -> None:
    page = open_page(shop_served, "ada", "/me", 390)
    page.get_by_label("What for").fill("Nightly export")
    page.get_by_label("What it may do").select_option("write")
    page.get_by_role("button", name="New token").click()
    expect(page.locator(".notice code")).to_contain_text("tc_")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("li", has_text="Nightly export")).to_contain_text("Read and write")
