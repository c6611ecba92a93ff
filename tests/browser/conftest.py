"""A served site and a real Chromium; without Chromium these tests skip aloud (and fail in CI)."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

from tests.web.pages.site import STEPS, Site, conditional_package
from typecase.runtime import sessions
from typecase.runtime.actors import SYSTEM
from typecase.web.assets import load_assets
from typecase.web.cookies import SESSION_COOKIE

Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.nodeid:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no chromium on the PATH")
    if not load_assets().are_built:
        pytest.skip("the assets are not built: run make assets")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


class Served:
    """A site at an address of this machine."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.server = make_server("127.0.0.1", 0, site.app, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def cookie(self, login: str) -> dict[str, str]:
        actor = getattr(self.site.shop, login)
        with self.site.shop.workspace.write(SYSTEM) as unit:
            value = sessions.begin(unit, actor.id, "127.0.0.1", "browser")
        return {"name": SESSION_COOKIE, "value": value, "url": self.url}

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.site.close()


@pytest.fixture
def shop_served(sqlite_database: str, tmp_path: Path) -> Iterator[Served]:
    served = Served(Site(sqlite_database, tmp_path))
    yield served
    served.close()


@pytest.fixture
def desk_served(sqlite_database: str, tmp_path: Path) -> Iterator[Served]:
    served = Served(Site(sqlite_database, tmp_path, conditional_package(STEPS)))
    yield served
    served.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    """``open_page(served, "ada", "/o/deal")``: a signed-in page; it must log no error."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def opened(served: Served, login: str, path: str, width: int = 1440, **options) -> Page:
        size = {"width": width, "height": 900 if width > 500 else 844}
        context = chromium.new_context(viewport=size, has_touch=width < 500, **options)
        contexts.append(context)
        context.add_cookies([served.cookie(login)])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: _note(errors, said))
        page.goto(served.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


def _note(errors: list[str], said: ConsoleMessage) -> None:
    """A refused form (422) and the page that is not there are no errors of the page."""
    expected = "status of 422" in said.text or said.location["url"].endswith("/nowhere")
    if said.type == "error" and not expected:
        errors.append(said.text)
