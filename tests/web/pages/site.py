"""The pages over the small shop: browsers of its people, and scenarios as data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.builders import (
    a_field,
    a_lookup,
    a_package,
    a_permission_set,
    a_picklist,
    a_view,
    an_object,
)
from tests.runtime.shop import FULL, Shop
from typecase.metadata.sources import PackageSource
from typecase.runtime import reading, saving, sessions
from typecase.runtime.actors import SYSTEM, Actor
from typecase.web.app import create_app
from typecase.web.cookies import SESSION_COOKIE

TOKEN = re.compile(r'name="csrf-token" content="([^"]*)"')


@dataclass(frozen=True)
class Scenario:
    """One request of ``who`` and what the answer must and must not hold.

    ``path`` and ``data`` may name records of the site: ``{acme}``.
    """

    says: str
    who: str
    path: str
    status: int = 200
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    data: dict[str, Any] | None = None
    to: str | None = None
    """Where a redirect leads."""
    headers: dict[str, str] = field(default_factory=dict)


class Browser:
    """A signed-in browser; ``post`` shows the session's token like the pages do."""

    def __init__(self, client: FlaskClient, csrf: str) -> None:
        self.client, self.csrf = client, csrf

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=headers)

    def post(self, path: str, data: dict[str, Any], **headers: str) -> TestResponse:
        return self.client.post(path, data={"csrf": self.csrf, **data}, headers=headers)


class Place(Shop):
    """The shop's people around another package."""

    def __init__(self, database: str, folder: Path, package: PackageSource) -> None:
        self.open(database, folder, package)
        self.boss = self.person("boss", "boss")
        self.ada = self.person("ada", "rep")
        self.bob = self.person("bob", "rep")
        self.stranger = self.person("stranger", "stranger")
        self.admin = self.person("admin", None, "all")
        self.refresh()


class Site:
    """The shop with pages, two accounts, three deals and a line."""

    def __init__(self, database: str, folder: Path, package: PackageSource | None = None) -> None:
        self.shop = Place(database, folder, package) if package else Shop(database, folder)
        self.app = create_app(self.shop.platform)
        self.names: dict[str, str] = {}
        if package is None:
            self._fill()

    def _fill(self) -> None:
        ada = self.shop.ada
        acme = self.add(ada, "acme", "account", name="Acme <b>Trading</b>", level="gold")
        self.add(ada, "zhang", "account", name="张江科技", level="silver")
        big = self.add(ada, "big", "deal", name="Big deal", account=acme, amount="1200.50",
                       tags=["red"])  # fmt: skip
        self.add(ada, "small", "deal", name="Small deal", account=acme, amount="10", stage="talks")
        self.add(self.shop.bob, "bobs", "deal", name="Bob's deal",
                 account=self.add(self.shop.bob, "bobco", "account", name="Bob & Co"))  # fmt: skip
        self.add(ada, "line", "line", name="First line", deal=big, quantity="3", price="2.50")

    def add(self, who: Actor, key: str, object_name: str, **values: Any) -> str:
        with self.shop.workspace.write(who) as unit:
            self.names[key] = saving.create(unit, object_name, values)
        return self.names[key]

    def browser(self, login: str) -> Browser:
        """A browser in which ``login`` is signed in already."""
        actor: Actor = getattr(self.shop, login)
        with self.shop.workspace.write(SYSTEM) as unit:
            cookie = sessions.begin(unit, actor.id, "127.0.0.1", "test")
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, cookie)
        found = TOKEN.search(client.get("/me/password").text)
        return Browser(client, found.group(1) if found else "")

    def stored(self, key: str, object_name: str) -> dict[str, Any]:
        with self.shop.workspace.read(SYSTEM) as unit:
            return reading.stored(unit, object_name, self.names[key])

    def run(self, scenario: Scenario) -> TestResponse:
        browser = self.browser(scenario.who)
        path = scenario.path.format(**self.names)
        if scenario.data is None:
            answer = browser.get(path, **scenario.headers)
        else:
            data = {k: self._named(v) for k, v in scenario.data.items()}
            answer = browser.post(path, data, **scenario.headers)
        check(scenario, answer, self.names)
        return answer

    def _named(self, value: Any) -> Any:
        return value.format(**self.names) if isinstance(value, str) else value

    def close(self) -> None:
        self.shop.close()


def check(scenario: Scenario, answer: TestResponse, names: dict[str, str]) -> None:
    text = answer.get_data(as_text=True)
    assert answer.status_code == scenario.status, text[-3000:]
    missing = [h for h in scenario.holds if h.format(**names) not in text]
    assert missing == [], text
    assert [w for w in scenario.lacks if w.format(**names) in text] == []
    if scenario.to is not None:
        assert answer.headers["Location"] == scenario.to.format(**names)


STEPS = {
    "pages": [
        {
            "name": "default",
            "highlights": ["area", "state"],
            "tabs": [
                {
                    "name": "details",
                    "label": "Details",
                    "sections": [
                        {
                            "name": "all",
                            "label": "Ticket",
                            "fields": ["name", "area", "address", "days", "state", "answer"],
                        }
                    ],
                    "panes": [
                        {"related": "steps", "columns": ["name", "minutes", "cost"], "lines": True}
                    ],
                },
                {"name": "activity", "label": "Activity", "timeline": True},
            ],
        }
    ]
}


ROLES = (
    {"name": "boss", "label": "Boss", "permissions": ["sales"]},
    {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["sales"]},
    {"name": "stranger", "label": "Stranger"},
)


def conditional_package(
    layout: dict[str, Any] | None = None,
    menus: dict[str, Any] | None = None,
    roles: Sequence[dict[str, Any]] = ROLES,
) -> PackageSource:
    """An object whose form moves: conditions, follows, dependent options, lines, a stage gate."""
    return a_package(
        {"menus.json": menus} if menus else {},
        an_object(
            "ticket",
            a_picklist("area", "print", "web", required=True, default="print"),
            a_picklist("part", "ink", "paper", "page",
                       depends_on={"field": "area",
                                   "map": {"print": ["ink", "paper"], "web": ["page"]}}),
            a_field("address", "url", visible="area == 'web'", required="area == 'web'"),
            a_field("days", "integer", default="3 if area == 'print' else 1", follows=["area"]),
            a_field("due", "formula", returns="integer", expression="days * 2"),
            a_field("secret", sensitive=True),
            a_field("photo", "file"),
            a_picklist("state", "open", "closed", required=True, default="open"),
            a_field("answer", "long_text"),
            views=[a_view("all", "name", "area"),
                   a_view("summed", "name", "days", totals=["days"]),
                   a_view("board", "name", "days", **{"as": "board"}, by="state", totals=["days"])],
            path={"field": "state", "stages": [{"name": "closed", "requires": ["answer"]}]},
            tracks=["history", "comments", "files", "tags"],
            layout=layout,
        ),
        an_object(
            "step",
            {**a_lookup("ticket", "ticket", "steps", required=True), "type": "master"},
            a_field("minutes", "integer", required=True),
            a_field("cost", "formula", returns="currency", expression="minutes * 2"),
            owner="parent",
        ),
        permissions=[a_permission_set("sales", ticket=FULL, step=FULL),
                     a_permission_set("all", ticket=[*FULL, "view_all", "edit_all"], step=FULL,
                                      fields={"ticket.secret": "edit"},
                                      system=["manage_users", "manage_rights", "export", "bulk"])],
        roles=roles,
    )  # fmt: skip
