"""Photographs the pages for docs/images: a demo of its own, a browser, English and Chinese.

Needs a Chromium or Chrome on the PATH and the package playwright. The demo lies in a folder that
is removed at the end; ``--url`` with ``--password`` photographs a running one instead.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WHO = "manager"
MOST_BYTES = 300_000

WIDE, PHONE = (1440, 900), (390, 844)


@dataclass(frozen=True, slots=True)
class Shot:
    """``path`` is opened; ``then`` names a link to follow from there: the first that fits, and
    ``press`` the button of an action to press there."""

    name: str
    path: str
    size: tuple[int, int] = WIDE
    language: str = "en"
    theme: str = "light"
    then: str | None = None
    who: str | None = None
    """Who looks; nobody named: whoever the others are taken for."""
    press: str | None = None


DEAL = "main tbody a[href^='/o/opportunity/']"
CUSTOMER = "main tbody a[href^='/o/account/']"
KEY_ACCOUNTS, PIPELINE = "/o/account?view=key_accounts", "/o/opportunity?view=pipeline"
OPEN_DEALS = "/o/opportunity?view=open"
CHEQUES = "/o/ps_receipt?view=to_settle&sort=-amount"

SHOTS = (
    Shot("list", KEY_ACCOUNTS),
    Shot("board", PIPELINE),
    Shot("record", KEY_ACCOUNTS, then=CUSTOMER),
    Shot("deal-zh", OPEN_DEALS, language="zh", then=DEAL),
    Shot("board-zh", PIPELINE, language="zh"),
    Shot("form", "/o/quote/new"),
    Shot("list-dark", OPEN_DEALS, theme="dark"),
    Shot("phone-list", KEY_ACCOUNTS, size=PHONE),
    Shot("phone-record", OPEN_DEALS, size=PHONE, then=DEAL),
    Shot("phone-record-zh", KEY_ACCOUNTS, size=PHONE, language="zh", then=CUSTOMER),
    Shot("print-board", "/o/ps_order?view=board", who="front.desk"),
    Shot(
        "settle-zh",
        CHEQUES,
        language="zh",
        who="head.finance",
        then="main tbody a[href^='/o/ps_receipt/']",
        press="settle_across_stores",
    ),
)


def main() -> int:
    arguments = _arguments()
    IMAGES.mkdir(parents=True, exist_ok=True)
    if arguments.url:
        return _take_all(arguments.url, arguments.user, {arguments.user: arguments.password})
    with _demo() as (url, passwords):
        return _take_all(url, WHO, passwords)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a demo that runs already")
    parser.add_argument("--user", default=WHO)
    parser.add_argument("--password")
    return parser.parse_args()


@contextmanager
def _demo() -> Iterator[tuple[str, dict[str, str]]]:
    """Address and log-ins of a demo that is stopped and removed afterwards: name → password."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["demo", "--dir", folder, "--port", "0", "--json"]
        command = [sys.executable, "-m", "typecase.cli", *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            told = json.loads(process.stdout.readline())
            yield told["url"], {each["name"]: each["password"] for each in told["users"]}
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _take_all(url: str, user: str, passwords: dict[str, str]) -> int:
    """The pictures that those can take whose password is known."""
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        print("No Chromium or Chrome on the PATH.", file=sys.stderr)
        return 4
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        for shot in SHOTS:
            who = shot.who or user
            if who not in passwords:
                continue
            size = _take(browser, url, shot, who, passwords[who])
            print(f"{shot.name}.png {size // 1000} kB")
            if size > MOST_BYTES:
                print(f"{shot.name}.png is larger than {MOST_BYTES} bytes", file=sys.stderr)
        browser.close()
    return 0


def _take(browser: Browser, url: str, shot: Shot, user: str, password: str) -> int:
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale={"en": "en-GB", "zh": "zh-CN"}[shot.language],
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{url}/login?language={shot.language}")
    page.fill("#user", user)
    page.fill("#password", password)
    with page.expect_navigation(wait_until="networkidle"):
        page.click("main button[type=submit]")
    _look(page, theme=shot.theme, language=shot.language)
    page.goto(url + shot.path)
    if shot.then:
        page.goto(url + (page.locator(shot.then).first.get_attribute("href") or ""))
    if shot.press:
        page.click(f"[data-action={shot.press}]")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    path = IMAGES / f"{shot.name}.png"
    page.screenshot(path=path)
    context.close()
    return path.stat().st_size


def _look(page: Page, **wanted: str) -> None:
    """Theme and language, chosen as a person does, in the menu of the account."""
    for name, value in wanted.items():
        with page.expect_navigation(wait_until="networkidle"):
            page.evaluate(f"document.querySelector('button[name={name}][value={value}]').click()")


if __name__ == "__main__":
    raise SystemExit(main())
