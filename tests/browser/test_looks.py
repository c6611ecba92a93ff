"""What every screen must keep: no script from data, axe finds nothing, nothing sticks out."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.architecture.sources import PLATFORM

AXE = PLATFORM / "web" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SHOP_SCREENS = (
    "/",
    "/o/deal",
    "/o/deal?panel=filter&filter=amount > 1",
    "/o/deal/new",
    "/o/deal/{big}",
    "/o/deal/{big}/edit",
    "/search?q=deal",
    "/bin",
    "/me",
    "/me/password",
    "/admin/users",
    "/admin/users/new",
    "/admin/roles",
    "/admin/sign-in",
    "/admin/audit",
    "/nowhere",
)
EVIL = "<img src=x onerror=window.HACKED=1>\"'><script>window.HACKED=1</script>{{7*7}}"


def axe(page: Page) -> list[str]:
    """What axe finds wrong, as lines."""
    page.evaluate(Path(AXE).read_text("utf-8"))
    found = page.evaluate(
        """async () => (await axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']}))
            .violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160) + ' '
                + (n.any[0] ? n.any[0].message : '')).slice(0, 3).join(' | '))"""
    )
    return list(found)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_and_nothing_sticks_out(shop_served, open_page, width, scheme) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed: run npm ci in platform/web/frontend")
    page = open_page(shop_served, "admin", "/", width, color_scheme=scheme, bypass_csp=True)
    wrong: dict[str, list[str]] = {}
    for path in SHOP_SCREENS:
        page.goto(shop_served.url + path.format(**shop_served.site.names))
        page.wait_for_timeout(250)
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found = axe(page) + ([f"sticks out by {over}"] if over > 0 else [])
        if found:
            wrong[path] = found
    assert wrong == {}


def test_data_never_becomes_script(shop_served, open_page) -> None:
    site = shop_served.site
    account = site.add(site.shop.admin, "evil", "account", name=EVIL)
    deal = site.add(site.shop.admin, "evil_deal", "deal", name=EVIL[:40], account=account)
    page = open_page(shop_served, "admin", "/")
    violations: list[str] = []
    page.on(
        "console", lambda m: violations.append(m.text) if "Content Security" in m.text else None
    )
    for path in ("/", "/o/account", "/o/deal", f"/o/account/{account}", f"/o/deal/{deal}",
                 f"/o/deal/{deal}/edit", "/search?q=img",
                 "/o/account?filter=name == 'x'"):  # fmt: skip
        page.goto(shop_served.url + path)
        page.wait_for_timeout(150)
        assert page.evaluate("window.HACKED") is None, path
        assert "49" not in page.locator("h1").first.inner_text()
    page.goto(shop_served.url + "/o/deal/new")
    page.locator("[data-field=account] .ts-control").click()
    page.keyboard.type("img", delay=20)
    page.wait_for_timeout(800)
    assert page.evaluate("window.HACKED") is None
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("img", delay=20)
    page.wait_for_timeout(600)
    assert page.evaluate("window.HACKED") is None
    assert violations == []


def test_keys_alone_reach_a_record(shop_served, open_page) -> None:
    page = open_page(shop_served, "ada", "/o/deal?sort=name")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#record")
    page.keyboard.press("e")
    page.wait_for_selector("tc-form")
    page.keyboard.press("Escape")
    page.wait_for_selector("#record")


def test_the_skip_link_and_focus(shop_served, open_page) -> None:
    page = open_page(shop_served, "ada", "/o/deal")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
