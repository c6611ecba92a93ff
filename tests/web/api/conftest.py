"""Clients of the shop's API, each with a token of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.runtime.shop import Shop
from typecase.runtime import tokens
from typecase.runtime.actors import SYSTEM
from typecase.web.app import create_app


class Client:
    """One person at the API: ``ada.get("/objects")``."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self._client, self.token = client, token

    def call(self, method: str, path: str, **told: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"} | told.pop("headers", {})
        return self._client.open(f"/api/v1{path}", method=method, headers=headers, **told)

    def get(self, path: str, **told: Any) -> TestResponse:
        return self.call("GET", path, **told)

    def post(self, path: str, body: Any, **told: Any) -> TestResponse:
        return self.call("POST", path, json=body, **told)

    def patch(self, path: str, body: Any, **told: Any) -> TestResponse:
        return self.call("PATCH", path, json=body, **told)

    def delete(self, path: str, **told: Any) -> TestResponse:
        return self.call("DELETE", path, **told)


@pytest.fixture
def shop(database: str, tmp_path: Path) -> Iterator[Shop]:
    built = Shop(database, tmp_path)
    yield built
    built.close()


@pytest.fixture
def client_of(shop: Shop) -> Callable[[str], Client]:
    app = create_app(shop.platform)

    def client(name: str) -> Client:
        user = getattr(shop, name).id
        issued = shop.workspace.run(SYSTEM, lambda unit: tokens.create(unit, "test", user=user))
        return Client(app.test_client(), issued.secret)

    return client


@pytest.fixture
def ada(client_of: Callable[[str], Client]) -> Client:
    return client_of("ada")


@pytest.fixture
def bob(client_of: Callable[[str], Client]) -> Client:
    return client_of("bob")


@pytest.fixture
def admin(client_of: Callable[[str], Client]) -> Client:
    return client_of("admin")


@pytest.fixture
def account(ada: Client) -> str:
    return str(ada.post("/objects/account/records", {"name": "上海 Acme"}).json["id"])


@pytest.fixture
def deal(ada: Client, account: str) -> str:
    values = {"name": "Big", "account": account, "amount": "12.50"}
    return str(ada.post("/objects/deal/records", values).json["id"])
