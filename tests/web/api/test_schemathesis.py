"""The running API against its own description: schemathesis asks what a schema can make up.

It talks HTTP to a server in a thread, once with the ids of records that are there and once with
ids that are not; the seed is fixed, so a red run is red again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis.engine import events, from_schema
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.runtime.shop import Shop
from typecase.runtime import saving, tokens
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.unit_of_work import Unit
from typecase.web.app import create_app

CHECKS = {
    # Beside the usual statuses: what the contract says of an If-Match and of a large body.
    "negative_data_rejection": {
        "expected-statuses": ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422"]
    },
    # What a schema cannot say (a required field on create, a unique value, a filter that must
    # parse) is answered by 400 or 422, as the contract demands: not every value that fits the
    # schema is accepted.
    "positive_data_acceptance": {"enabled": False},
}

SPARED = [
    # It would end the token that all the other calls show.
    {"include-path": "/api/v1/auth/logout", "enabled": False},
    # Each wrong password takes a tenth of a second on purpose, and is counted: its own tests.
    {"include-path": "/api/v1/auth/login", "enabled": False},
]


class Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """The findings are told, not the thousand requests."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def token(shop: Shop, person: str) -> str:
    user = getattr(shop, person).id
    return shop.workspace.run(SYSTEM, lambda unit: tokens.create(unit, "test", user=user)).secret


def records(shop: Shop) -> dict[str, str]:
    """One record of each object, the deal and its line under the account."""

    def make(unit: Unit) -> dict[str, str]:
        account = saving.create(unit, "account", {"name": "上海 Acme"})
        deal = saving.create(unit, "deal", {"name": "Big", "account": account, "amount": "12.50"})
        line = saving.create(unit, "line", {"name": "First", "deal": deal, "price": "3"})
        return {"account": account, "deal": deal, "line": line}

    return shop.workspace.run(shop.admin, make)


def settings(secret: str, examples: int, ids: dict[str, str]) -> schemathesis.Config:
    known = [
        {
            "include-path-regex": f"/{name}/records/.id",
            "exclude-method": ["DELETE"],
            "parameters": {"path.id": id_},
        }
        for name, id_ in ids.items()
    ]
    return schemathesis.Config.from_dict(
        {
            "headers": {"Authorization": f"Bearer {secret}"},
            "seed": 20261121,
            "generation": {"max-examples": examples, "deterministic": True, "no-shrink": True},
            "phases": {"stateful": {"enabled": False}},
            "checks": CHECKS,
            "operations": known + SPARED,
        }
    )


def complaints(url: str, config: schemathesis.Config, headers: dict[str, str]) -> list[str]:
    """What schemathesis found, each kind once; at least some calls must have done something."""
    schema = schemathesis.openapi.from_url(
        f"{url}/api/v1/openapi.json", config=config, headers=headers
    )
    found: dict[tuple[str, str, str], str] = {}
    statuses: set[int] = set()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            statuses |= {
                each.response.status_code
                for each in event.recorder.interactions.values()
                if each.response is not None
            }
            for key, text in failures(event.recorder):
                found.setdefault(key, text)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            found[("error", str(event), "")] = str(vars_of(event))
    assert {200, 201, 400, 404, 422} <= statuses, statuses
    return list(found.values())


def failures(recorder: Any) -> Iterator[tuple[tuple[str, str, str], str]]:
    for checks in recorder.checks.values():
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                text = f"{recorder.label}: {check.name}: {failure.message}"
                yield (
                    (recorder.label, check.name, type(failure).__name__),
                    f"{text}\n{check.failure_info.code_sample}",
                )


def vars_of(event: Any) -> Any:
    return getattr(event, "info", None) or getattr(event, "exception", event)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("known", [True, False], ids=["records that are there", "made-up ids"])
@pytest.mark.parametrize("person", ["admin", "ada"])
def test_the_api_is_as_it_says(sqlite_shop: Shop, person: str, known: bool) -> None:
    secret, ids = token(sqlite_shop, person), records(sqlite_shop)
    config = settings(secret, 8, ids if known else {})
    with serving(create_app(sqlite_shop.platform)) as url:
        found = complaints(url, config, {"Authorization": f"Bearer {secret}"})
    assert found == []


@pytest.fixture
def sqlite_shop(sqlite_database: str, tmp_path: Path) -> Iterator[Shop]:
    built = Shop(sqlite_database, tmp_path)
    yield built
    built.close()
