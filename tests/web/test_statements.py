"""How many statements each page and each call of the API takes, whatever its records hold.

The numbers are what is needed, not what happens to be: who raises one says why. The database is
asked for the truth, and the footer of a page has to say the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.databases import fresh_database
from tests.web.pages.site import STEPS, Browser, Site, conditional_package
from typecase.cli.arguments import Parser, add_address, add_place, settings_from
from typecase.runtime import saving, tokens
from typecase.runtime.actors import SYSTEM
from typecase.web.app import create_app

MANY = 60
"""Records of each object, more than a page: a statement for each of them would be seen."""

FOOTER = re.compile(r'class="debug-foot">(\d+) statements? · (\d+\.\d) ms')


class World:
    """Deals and tickets in plenty, and a browser and a token of Ada's for each."""

    def __init__(self, place: Callable[[str], tuple[str, Any]]) -> None:
        self.deals = Site(*place("deals"))
        self.tickets = Site(*place("tickets"), conditional_package(STEPS))
        for site in (self.deals, self.tickets):
            # As an administrator asks for it on the command line.
            platform = site.shop.platform
            settings = replace(platform.settings, debug_footer=True)
            site.app = create_app(replace(platform, settings=settings))
        self._fill()
        self.browsers = {site: site.browser("ada") for site in (self.deals, self.tickets)}
        self.api = self._api(self.deals)

    def _fill(self) -> None:
        deals, tickets = self.deals, self.tickets
        acme, big = deals.names["acme"], deals.names["big"]
        with deals.shop.workspace.write(deals.shop.ada) as unit:
            rows = [{"name": f"D{n}", "account": acme, "amount": str(n)} for n in range(MANY)]
            saving.create_many(unit, "deal", rows)
            lines = [{"name": f"L{n}", "deal": big, "price": "1"} for n in range(MANY)]
            saving.create_many(unit, "line", lines)
        with tickets.shop.workspace.write(tickets.shop.ada) as unit:
            made = saving.create_many(unit, "ticket", [{"name": f"T{n}"} for n in range(MANY)])
            steps = [{"name": f"S{n}", "ticket": made[0], "minutes": 5} for n in range(MANY)]
            saving.create_many(unit, "step", steps)
        tickets.names["first"] = made[0]

    def _api(self, site: Site) -> Callable[..., TestResponse]:
        user = site.shop.ada.id
        issued = site.shop.workspace.run(SYSTEM, lambda u: tokens.create(u, "test", user=user))
        client: FlaskClient = site.app.test_client()
        headers = {"Authorization": f"Bearer {issued.secret}"}
        return lambda method, path, **told: client.open(
            f"/api/v1{path}", method=method, headers=headers, **told
        )

    def close(self) -> None:
        self.deals.close()
        self.tickets.close()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("statements")
    if request.param == "sqlite":
        built = World(lambda name: (f"sqlite:///{folder / name}.sqlite", folder / name))
        yield built
        built.close()
        return
    run = request.getfixturevalue("postgres")
    with fresh_database(run) as one, fresh_database(run) as other:
        urls = {"deals": one, "tickets": other}
        built = World(lambda name: (urls[name], folder / name))
        yield built
        built.close()


@contextmanager
def counting(site: Site) -> Iterator[list[str]]:
    """The statements that reach the database; not what begins and ends a transaction."""
    seen: list[str] = []
    engine = site.shop.workspace.database.engine

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


Wanted = int | tuple[int, int]
"""Two numbers: on SQLite, and on PostgreSQL, which locks rows, searches the newest first, and is
told not to read the whole table for a rare word, and then that it may again. SQLite's words of a
record take two statements more than PostgreSQL's, three when there were some before: a trigger
that does it in one makes many records cost five times as much."""


def wanted(site: Site, statements: Wanted) -> int:
    if isinstance(statements, int):
        return statements
    return statements[0 if site.shop.workspace.database.is_sqlite else 1]


PAGES = [
    pytest.param("deals", "/", 4, id="home"),
    pytest.param("deals", "/o/deal", 3, id="list"),
    pytest.param("deals", "/o/deal?filter=amount > 3&sort=account.name", 3, id="list, filtered"),
    pytest.param("deals", "/o/deal/{big}", 13, id="record"),
    pytest.param("deals", "/o/deal/{big}?tab=related", 13, id="record, related"),
    pytest.param("deals", "/o/deal/new?account={acme}", 2, id="new form"),
    pytest.param("deals", "/o/deal/{big}/edit", 6, id="edit form"),
    pytest.param("tickets", "/o/ticket?view=board", 4, id="board"),
    pytest.param("tickets", "/o/ticket/{first}/edit", 5, id="form with lines"),
    pytest.param("deals", "/search?q=deal", (4, 5), id="search"),
]


@pytest.mark.parametrize(("where", "path", "statements"), PAGES)
def test_a_page_takes_this_many(world: World, where: str, path: str, statements: Wanted) -> None:
    site: Site = getattr(world, where)
    browser: Browser = world.browsers[site]
    address = path.format(**site.names)
    assert browser.get(address).status_code == 200  # statements are prepared by the first
    with counting(site) as seen:
        answer = browser.get(address)
    assert len(seen) == wanted(site, statements), "\n\n".join(seen)
    footer = FOOTER.search(answer.text)
    assert footer is not None
    assert int(footer[1]) == len(seen), "the footer says what happened"
    assert 0 < float(footer[2]) < 60_000


DEAL = "/objects/deal/records/{big}"
CALLS = [
    pytest.param("GET", "/objects/deal/records?fields=name,account.name,owner.name", None, 2,
                 id="list"),
    pytest.param("GET", "/objects/deal/records?count=exact&limit=5", None, 3, id="counted list"),
    pytest.param("GET", DEAL, None, 2, id="record"),
    pytest.param("GET", DEAL + "/related/lines", None, 3, id="related"),
    pytest.param("GET", DEAL + "/history", None, 3, id="history"),
    pytest.param("GET", DEAL + "/files", None, 3, id="files"),
    pytest.param("POST", "/objects/deal/query",
                 {"group": ["stage"], "measures": [{"sum": "amount"}]}, 2, id="groups"),
    pytest.param("GET", "/search?q=deal", None, (4, 6), id="search"),
    pytest.param("POST", "/objects/account/records", {"name": "New"}, (7, 5), id="create"),
    pytest.param("PATCH", DEAL, {"name": "Bigger"}, (10, 8), id="change"),
    pytest.param("POST", "/objects/deal/bulk",
                 {"operation": "create", "records": [{"name": "A", "account": "{acme}"}] * 20},
                 (8, 7), id="twenty at once"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "statements"), CALLS)
def test_a_call_takes_this_many(
    world: World, method: str, path: str, body: Any, statements: Wanted
) -> None:

    site, names = world.deals, world.deals.names
    told = {} if body is None else {"json": _named(body, names)}
    address = path.format(**names)
    assert world.api(method, address, **told).status_code < 300
    if method == "PATCH":
        told = {"json": {"name": "Bigger still"}}
    with counting(site) as seen:
        answer = world.api(method, address, **told)
    assert answer.status_code < 300
    assert len(seen) == wanted(site, statements), "\n\n".join(seen)


def _named(value: Any, names: dict[str, str]) -> Any:
    match value:
        case str():
            return value.format(**names)
        case list():
            return [_named(each, names) for each in value]
        case dict():
            return {key: _named(each, names) for key, each in value.items()}
        case _:
            return value


def test_the_footer_is_there_for_who_asked_for_it(tmp_path: Any) -> None:
    site = Site(f"sqlite:///{tmp_path / 'plain.sqlite'}", tmp_path)
    try:
        assert "debug-foot" not in site.browser("ada").get("/").text
    finally:
        site.close()
    parser = Parser()
    add_place(parser)
    add_address(parser)
    for words, expected in ([], False), (["--debug-footer"], True):
        told = parser.parse_args(["--dir", str(tmp_path), *words])
        assert settings_from(told).debug_footer is expected
