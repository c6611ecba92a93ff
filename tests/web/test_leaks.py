"""What must never come out: values in the text of a statement (S5), secrets in a log (Y2)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.web.pages.site import Browser, Site
from typecase.runtime import passwords, tokens, users
from typecase.runtime.actors import SYSTEM
from typecase.web.cookies import SESSION_COOKIE

CANARY = "kanarienvogel"
NUMBER = "918273.64"
"""Nothing in the product holds either of them."""


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    built = Site(database, tmp_path)
    yield built
    built.close()


@contextmanager
def statements(site: Site) -> Iterator[list[tuple[str, str]]]:
    """Each statement with its parameters, as the driver gets them."""
    seen: list[tuple[str, str]] = []
    engine = site.shop.workspace.database.engine

    def note(connection: object, cursor: object, text: str, parameters: object, *_: Any) -> None:
        seen.append((text, repr(parameters)))

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def use_everything(site: Site, browser: Browser) -> None:
    """The canary through every door that takes a value: forms, filters, searches, addresses."""
    acme = site.names["acme"]
    quoted = f'{CANARY}\' or \\"1\\"=\\"1'
    typed = {"name": CANARY, "account": acme, "amount": NUMBER, "code": CANARY}
    assert browser.post("/o/deal/new", typed).status_code == 303
    deal = site.names["big"]
    browser.post(f"/o/deal/{deal}/comments", {"body": quoted})
    browser.post(f"/o/deal/{deal}/tags", {"tag": CANARY})
    for path in (
        f"/o/deal?filter=name == '{CANARY}' and amount > {NUMBER}",
        f"/o/deal?filter=contains(name, '{CANARY}') or name in ['{CANARY}', 'x']",
        f"/o/deal?filter=account.name & '{CANARY}' != 'y' and amount * {NUMBER} > 1",
        f"/o/deal?filter=starts_with(code, '{CANARY}')&sort=-name",
        f"/o/deal?filter='{CANARY}' in tags",
        f"/search?q={quoted}",
        f"/search/suggest?q={CANARY}",
        f"/o/deal/lookup/account?q={CANARY}",
        f"/o/deal/lookup/owner?q={CANARY}",
        f"/o/deal/new?name={CANARY}&code={CANARY}",
        f"/admin/users?q={CANARY}",
        "/o/deal/export.csv",
    ):
        assert browser.get(path).status_code in (200, 400), path


def test_no_value_stands_in_the_text_of_a_statement(site: Site) -> None:
    browser = site.browser("admin")
    with statements(site) as seen:
        use_everything(site, browser)
    texts = [text for text, _ in seen if CANARY in text.lower() or NUMBER in text]
    assert texts == []
    bound = [parameters for _, parameters in seen if CANARY in parameters or "91827" in parameters]
    assert len(bound) > 12, "the values came as parameters"


PASSWORD = "correct-horse-battery-31"


def test_no_secret_is_logged(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signing in and failing to, tokens, faults of ours: told without what opens a door."""
    caplog.set_level(logging.DEBUG)
    shop, client = site.shop, site.app.test_client()
    hashed = passwords.prepare(PASSWORD)
    shop.workspace.run(
        SYSTEM, lambda u: users.set_password(u, shop.ada.id, hashed, must_change=False)
    )
    wrong = f"{PASSWORD}-almost"
    for password in (wrong, PASSWORD):
        client.post("/login", data={"login": "ada", "password": password})
        client.post("/api/v1/auth/login", json={"user": "ada", "password": password})
    issued = shop.workspace.run(SYSTEM, lambda u: tokens.create(u, "t", user=shop.ada.id))
    browser = site.browser("ada")
    cookie = browser.client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    secrets = [PASSWORD, wrong, issued.secret, cookie.value, browser.csrf]

    def broken(*_: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("typecase.runtime.reading.find", broken)
    headers = {"Authorization": f"Bearer {issued.secret}", "X-Request-Id": "bad\tid"}
    assert client.get("/api/v1/objects/deal/records", headers=headers).status_code == 500
    assert browser.get("/o/deal").status_code == 500
    assert caplog.text.count("a fault of ours") >= 2, "the fault itself is there"
    assert [secret for secret in secrets if secret in caplog.text] == []
    assert "bad\tid" not in caplog.text, "no line is forged"
