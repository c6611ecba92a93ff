"""Signing in with a second step, in a real browser: what is outside the shell looks right too."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from playwright.sync_api import Page

from tests.browser.test_looks import AXE, axe
from typecase.runtime import passwords, users
from typecase.runtime.actors import SYSTEM
from typecase.runtime.mail import Mailer, server_of
from typecase.runtime.providers import Provider
from typecase.web.app import create_app

PASSWORD = "correct horse staple"
KEY = re.compile(r'<code class="text-break">([A-Z2-7 ]+)</code>')


def look(page: Page, wrong: dict[str, list[str]], name: str) -> None:
    over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    found = (axe(page) if AXE.is_file() else []) + ([f"sticks out by {over}"] if over > 0 else [])
    if found:
        wrong[name] = found


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_a_phone_is_set_up_and_asked_for(shop_served, open_page, width, scheme) -> None:
    site = shop_served.site
    shop = site.shop
    kept = passwords.prepare(PASSWORD)
    shop.workspace.run(
        SYSTEM, lambda unit: users.set_password(unit, shop.ada.id, kept, must_change=False)
    )
    platform = replace(
        shop.platform,
        providers=(Provider("idp", "Example ID", "https://id.example", "x", "y"),),
        mailer=Mailer(server_of("smtp+plain://127.0.0.1:1", "crm@example.com")),
    )
    shop_served.server.app = create_app(platform)
    page = open_page(
        shop_served, "ada", "/me/second-step", width, color_scheme=scheme, bypass_csp=True
    )
    wrong: dict[str, list[str]] = {}
    look(page, wrong, "off")
    page.fill("#password-begin", PASSWORD)
    page.click("main .btn-primary")
    page.click("main details summary")
    look(page, wrong, "picture")
    found = KEY.search(page.content())
    assert found is not None
    phone = pyotp.TOTP(found.group(1).replace(" ", ""))
    page.fill("#code", phone.at(shop.clock.now()))
    page.click("main .btn-primary")
    page.wait_for_selector("text=Your recovery codes")
    look(page, wrong, "codes")
    page.goto(shop_served.url + "/me/second-step")
    look(page, wrong, "on")
    page.wait_for_load_state("networkidle")  # the bell asks with a session, or not at all
    page.context.clear_cookies()
    for path in ("/forgot-password", "/login"):
        page.goto(shop_served.url + path)
        look(page, wrong, path)
    page.fill("#user", "ada")
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("#code")
    look(page, wrong, "code")
    shop.clock.advance(timedelta(seconds=30))
    page.fill("#code", phone.at(shop.clock.now()))
    page.keyboard.press("Enter")
    page.wait_for_selector(".app")
    assert wrong == {}
