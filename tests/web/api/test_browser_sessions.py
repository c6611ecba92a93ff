"""The API asked with the browser's session: it keeps the session alive as pages do."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tests.runtime.shop import Shop
from tests.web.api.conftest import Client
from typecase.runtime import identity, sessions, users
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage import credentials
from typecase.runtime.storage.system_tables import audit, session, token, user
from typecase.web.app import create_app
from typecase.web.cookies import SESSION_COOKIE


@pytest.fixture
def app(shop: Shop) -> Flask:
    return create_app(shop.platform)


def browser(shop: Shop, app: Flask) -> tuple[FlaskClient, str]:
    """Ada's browser and the cookie in it."""
    cookie = shop.workspace.run(SYSTEM, lambda u: sessions.begin(u, shop.ada.id, None, None))
    client = app.test_client()
    client.set_cookie(SESSION_COOKIE, cookie)
    return client, cookie


def test_asking_the_api_is_being_there(shop: Shop, app: Flask) -> None:
    client, _ = browser(shop, app)
    for _ in range(3):
        shop.clock.advance(timedelta(minutes=20))
        assert client.get("/api/v1/objects/deal/records").status_code == 200
    shop.clock.advance(timedelta(minutes=31))
    assert client.get("/api/v1/me").status_code == 401


def test_after_rights_moved_the_api_gives_the_new_session_too(shop: Shop, app: Flask) -> None:
    client, cookie = browser(shop, app)
    with shop.workspace.write(SYSTEM) as unit:
        unit.execute(sa.update(session).values(renew=True))
    answer = client.get("/api/v1/me")
    assert answer.status_code == 200
    renewed = client.get_cookie(SESSION_COOKIE)
    assert renewed is not None
    assert renewed.value != cookie
    assert client.get("/api/v1/me").status_code == 200
    shop.clock.advance(sessions.GRACE)
    client.set_cookie(SESSION_COOKIE, cookie)
    assert client.get("/api/v1/me").status_code == 401, "the old one opens nothing"


def test_what_was_on_its_way_with_the_old_session_is_answered(shop: Shop, app: Flask) -> None:
    """A page asks for several things at once; the first answer renews the session."""
    client, cookie = browser(shop, app)
    late = app.test_client()
    late.set_cookie(SESSION_COOKIE, cookie)
    ask_for_new_ids(shop)
    assert client.get("/api/v1/me").status_code == 200
    for _ in range(2):
        answer = late.get("/api/v1/me")
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers, "the browser has the new one already"
    shop.clock.advance(sessions.GRACE)
    assert late.get("/api/v1/me").status_code == 401
    assert client.get("/api/v1/me").status_code == 200
    kinds = shop.workspace.look(SYSTEM, lambda unit: unit.execute(sa.select(audit.c.kind)).all())
    assert ("sign_in",) not in kinds


def test_the_grace_is_for_one_id_and_is_not_prolonged(shop: Shop, app: Flask) -> None:
    client, first = browser(shop, app)
    for _ in range(2):
        ask_for_new_ids(shop)
        assert client.get("/api/v1/me").status_code == 200
    late = app.test_client()
    late.set_cookie(SESSION_COOKIE, first)
    assert late.get("/api/v1/me").status_code == 401, "two renewals ago"


@pytest.mark.parametrize("way", ["signed out", "signed out late", "disabled"])
def test_the_grace_ends_with_the_session(shop: Shop, app: Flask, way: str) -> None:
    client, cookie = browser(shop, app)
    late = app.test_client()
    late.set_cookie(SESSION_COOKIE, cookie)
    ask_for_new_ids(shop)
    assert client.get("/api/v1/me").status_code == 200
    renewed = client.get_cookie(SESSION_COOKIE)
    assert renewed is not None
    if way == "disabled":
        shop.workspace.run(SYSTEM, lambda unit: users.disable(unit, shop.ada.id))
    else:
        shown = renewed.value if way == "signed out" else cookie
        identity.sign_out(shop.workspace, sessions.credential(shown))
    assert late.get("/api/v1/me").status_code == 401
    assert client.get("/api/v1/me").status_code == 401


def ask_for_new_ids(shop: Shop) -> None:
    shop.workspace.run(SYSTEM, credentials.ask_all_to_renew)


def test_the_use_of_a_token_is_written_down(shop: Shop, ada: Client) -> None:
    ada.get("/me")
    with shop.workspace.read(SYSTEM) as unit:
        assert unit.execute(sa.select(token.c.used_at)).scalar_one() == shop.clock.now()


def test_a_token_beside_a_cookie_is_the_one_that_counts(
    shop: Shop, app: Flask, ada: Client
) -> None:
    client, _ = browser(shop, app)
    headers = {"Authorization": f"Bearer {ada.token}"}
    shop.clock.advance(timedelta(minutes=20))
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    shop.clock.advance(timedelta(minutes=20))
    assert client.get("/api/v1/me").status_code == 401, "the session was idle for 40 minutes"


def test_who_must_change_the_password_is_told_so(shop: Shop, app: Flask, ada: Client) -> None:
    with shop.workspace.write(SYSTEM) as unit:
        change = sa.update(user).where(user.c.id == shop.ada.id)
        unit.execute(change.values(must_change_password=True))
    client, _ = browser(shop, app)
    for answer in (client.get("/api/v1/objects"), ada.get("/objects/deal/records")):
        assert answer.status_code == 403
        assert answer.json["error"]["code"] == "must_change_password"
        assert answer.json["error"]["message"] == "Choose a password of your own first."
    assert client.get("/api/v1/me").status_code == 200
