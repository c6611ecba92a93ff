"""Stages on pages and in the API: time spent, marks, moves, guidance where it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.runtime.shop import Shop
from tests.runtime.test_stages import change, make, package
from tests.web.pages.site import TOKEN
from typecase.runtime import sessions
from typecase.runtime.actors import SYSTEM
from typecase.web.app import create_app
from typecase.web.cookies import SESSION_COOKIE


class Deals(Shop):
    """Deals with a path, seen by Ada in her browser."""

    def __init__(self, database: str, folder: Path) -> None:
        self.open(database, folder, package())
        self.ada = self.person("ada", "rep")
        self.app = create_app(self.platform)

    @property
    def browser(self) -> FlaskClient:
        """Signed in just now: time passes between visits."""
        with self.workspace.write(SYSTEM) as unit:
            cookie = sessions.begin(unit, self.ada.id, "127.0.0.1", "test")
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, cookie)
        return client

    def post(self, path: str, fragment: str = "", **data: str) -> TestResponse:
        client = self.browser
        found = TOKEN.search(client.get("/me/password").text)
        assert found is not None
        headers = {"X-Fragment": fragment} if fragment else {}
        return client.post(path, data={"csrf": found.group(1), **data}, headers=headers)


@pytest.fixture
def deals(sqlite_database: str, tmp_path: Path) -> Iterator[Deals]:
    found = Deals(sqlite_database, tmp_path)
    yield found
    found.close()


def test_the_path_shows_time_marks_and_where_it_may_go(deals: Deals) -> None:
    deal = make(deals, due="2026-11-22")
    deals.clock.advance(timedelta(days=3))
    shown = deals.browser.get(f"/o/deal/{deal}").text
    assert "New <small" in shown and "3 d</small>" in shown
    assert "In this stage for 3 days." in shown and "It is late." in shown
    assert 'name="to" value="talks"' in shown
    assert 'name="to" value="won"' not in shown, "the stage does not lead there"
    assert "Talks needs: Amount" in shown
    assert "/fact/amount" in shown and "/fact/since" not in shown, "the platform writes it"
    change(deals, deal, stage="talks", amount="1")
    assert "In this stage for" not in deals.browser.get(f"/o/deal/{deal}").text


def test_lists_and_boards_mark_what_stalls(deals: Deals) -> None:
    make(deals, due="2026-11-22")
    deals.clock.advance(timedelta(days=3))
    for view in ("/o/deal", "/o/deal?view=board"):
        shown = deals.browser.get(view).text
        assert ">Stalled</span>" in shown and 'title="It is late."' in shown, view


def test_a_move_is_refused_where_it_is_asked(deals: Deals) -> None:
    deal = make(deals)
    asked = deals.post(f"/o/deal/{deal}/move", "board", field="stage", to="talks", version="1")
    assert asked.status_code == 422
    assert "This stage needs it." in asked.text and "Agree on a price." in asked.text
    refused = deals.post(f"/o/deal/{deal}/move", "board", field="stage", to="won", version="1")
    assert "From here it goes on to: Talks." in refused.text


def test_the_api_tells_the_path_and_refuses_alike(deals: Deals) -> None:
    deal = make(deals)
    path = deals.browser.get("/api/v1/objects/deal").json["path"]
    assert path["since"] == "since" and path["stages"][0]["next"] == ["talks"]
    assert path["stages"][1] == {
        "name": "talks", "requires": ["amount"], "guidance": "Agree on a price.",
        "stalled_after_days": 2, "next": None,
    }  # fmt: skip
    client = deals.browser
    found = TOKEN.search(client.get("/me/password").text)
    assert found is not None
    answer = client.patch(
        f"/api/v1/objects/deal/records/{deal}",
        json={"stage": "won"},
        headers={"X-CSRF-Token": found.group(1)},
    )
    assert answer.status_code == 422
    assert answer.json["error"]["details"][0]["code"] == "move_not_allowed"
