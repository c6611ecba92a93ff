"""The pages of signing in: codes, links, and what administrators see and do about them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.mailbox import Mailbox, open_mailbox
from tests.web.pages.site import TOKEN, Browser, Site
from typecase.runtime import audit, passwords, tokens, users
from typecase.runtime.actors import SYSTEM
from typecase.runtime.mail import Mailer, server_of
from typecase.web.app import create_app
from typecase.web.cookies import SESSION_COOKIE, STEP_COOKIE

PASSWORD, NEW = "correct horse staple", "purple monkey dishwasher"
KEY = re.compile(r'<code class="text-break">([A-Z2-7 ]+)</code>')
ENROLMENT = re.compile(r'name="enrolment" value="([\w-]{43})"')
RECOVERY = re.compile(r"<code>((?:[a-z2-9]{4}-){3}[a-z2-9]{4})</code>")
LINK = re.compile(r"(http[^\s<\"]*/choose-password\?link=[\w-]{43})")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        yield opened


@pytest.fixture
def house(fresh_site: Site) -> Site:
    """Everybody has a password and an e-mail address."""
    kept = passwords.prepare(PASSWORD)

    def work(unit) -> None:
        for login in ("ada", "bob", "admin"):
            id_ = getattr(fresh_site.shop, login).id
            users.set_password(unit, id_, kept, must_change=False)
            users.update(unit, id_, {"email": f"{login}@example.com"})

    fresh_site.shop.workspace.run(SYSTEM, work)
    return fresh_site


def mailing(site: Site, box: Mailbox) -> Site:
    settings = replace(site.shop.platform.settings, address="https://crm.example.com")
    mailer = Mailer(server_of(box.url, "crm@example.com"))
    site.app = create_app(replace(site.shop.platform, settings=settings, mailer=mailer))
    return site


def sign_in(site: Site, login: str = "ada", client: FlaskClient | None = None) -> TestResponse:
    client = client or site.app.test_client()
    return client.post("/login", data={"user": login, "password": PASSWORD, "next": "/o/deal"})


def enter(site: Site, login: str = "ada") -> Browser:
    """A browser that came in by the front door."""
    client = site.app.test_client()
    assert sign_in(site, login, client).status_code == 303
    return Browser(client, token_of(client))


def token_of(client: FlaskClient) -> str:
    found = TOKEN.search(client.get("/me").text)
    assert found is not None
    return found.group(1)


class Phone:
    def __init__(self, site: Site, page: str) -> None:
        key, enrolment = KEY.search(page), ENROLMENT.search(page)
        assert key is not None and enrolment is not None
        self.site, self.key = site, key.group(1).replace(" ", "")
        self.enrolment = enrolment.group(1)

    def code(self) -> str:
        self.site.shop.clock.advance(timedelta(seconds=30))
        return pyotp.TOTP(self.key).at(self.site.shop.clock.now())


def set_up(site: Site, login: str = "ada") -> tuple[Browser, Phone, list[str]]:
    browser = enter(site, login)
    phone = Phone(site, browser.post("/me/second-step/begin", {"password": PASSWORD}).text)
    data = {"enrolment": phone.enrolment, "code": phone.code()}
    answer = browser.post("/me/second-step/confirm", data)
    assert answer.status_code == 200
    browser.csrf = token_of(browser.client)
    return browser, phone, RECOVERY.findall(answer.text)


# The second step ----------------------------------------------------------------------------


def test_setting_up_shows_a_picture_a_key_and_codes_once(house: Site) -> None:
    browser = enter(house)
    assert "Off" in browser.get("/me").text
    assert browser.post("/me/second-step/begin", {"password": "wrong"}).status_code == 401
    page = browser.post("/me/second-step/begin", {"password": PASSWORD}).text
    assert "<svg" in page and 'class="qr' not in page and "style=" not in page
    phone = Phone(house, page)
    wrong = browser.post(
        "/me/second-step/confirm", {"enrolment": phone.enrolment, "code": "000000"}
    )
    assert wrong.status_code == 422 and Phone(house, wrong.text).key == phone.key
    data = {"enrolment": phone.enrolment, "code": phone.code()}
    before = browser.client.get_cookie(SESSION_COOKIE)
    answer = browser.post("/me/second-step/confirm", data)
    assert len(RECOVERY.findall(answer.text)) == 10
    page = browser.get("/me/second-step").text
    assert "10 recovery codes left" in page and not RECOVERY.findall(page)
    after = browser.client.get_cookie(SESSION_COOKIE)
    assert before is not None and after is not None and before.value != after.value


def test_the_way_in_goes_over_the_code(house: Site) -> None:
    _, phone, recovery = set_up(house)
    client = house.app.test_client()
    answer = sign_in(house, client=client)
    assert answer.headers["Location"] == "/login/step?next=/o/deal"
    assert SESSION_COOKIE not in "".join(answer.headers.getlist("Set-Cookie"))
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age=300" in cookie
    assert client.get("/o/deal").headers["Location"].startswith("/login")
    assert 'autocomplete="one-time-code"' in client.get("/login/step").text
    assert client.post("/login/step", data={"code": "000000"}).status_code == 401
    answer = client.post("/login/step", data={"code": phone.code(), "next": "/o/deal"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/o/deal")
    assert client.get_cookie(STEP_COOKIE) is None
    assert client.get("/o/deal").status_code == 200
    other = house.app.test_client()
    sign_in(house, client=other)
    assert other.post("/login/step", data={"code": recovery[0]}).status_code == 303
    answer = sign_in(house, client=other)
    assert other.post("/login/step", data={"code": recovery[0]}).status_code == 401


def test_scripts_are_told_that_a_code_is_needed(house: Site) -> None:
    _, phone, _ = set_up(house)
    client, told = house.app.test_client(), {"user": "ada", "password": PASSWORD}
    answer = client.post("/api/v1/auth/login", json=told)
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "code_required")
    answer = client.post("/api/v1/auth/login", json={**told, "code": phone.code()})
    assert answer.status_code == 200 and answer.json["token"].startswith("tc_")


def test_everybody_must(house: Site) -> None:
    administrator, _, _ = set_up(house, "admin")
    assert administrator.post("/admin/sign-in", {"second_step_required": "1"}).status_code == 303
    client = house.app.test_client()
    sign_in(house, client=client)
    page = client.get("/login/step").text
    assert "Set up your second step" in page
    phone = Phone(house, page)
    wrong = client.post("/login/enrol", data={"enrolment": phone.enrolment, "code": "000000"})
    assert wrong.status_code == 401 and Phone(house, wrong.text).key == phone.key
    answer = client.post("/login/enrol", data={"enrolment": phone.enrolment, "code": phone.code()})
    assert answer.status_code == 200 and len(RECOVERY.findall(answer.text)) == 10
    assert client.get("/o/deal").status_code == 200


def test_nobody_requires_what_they_have_not(house: Site) -> None:
    answer = enter(house, "admin").post("/admin/sign-in", {"second_step_required": "1"})
    assert answer.status_code == 422 and "Set up your own second step first" in answer.text


# Links --------------------------------------------------------------------------------------


def test_a_forgotten_password(house: Site, box: Mailbox) -> None:
    site = mailing(house, box)
    client = site.app.test_client()
    evil = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    assert "Forgot your password?" in client.get("/login").text
    known = client.post("/forgot-password", data={"user": "ada"}, headers=evil)
    unknown = client.post("/forgot-password", data={"user": "nobody"}, headers=evil)
    assert known.status_code == unknown.status_code == 200 and known.text == unknown.text
    [mail] = waited_for(box, 1)
    found = LINK.search(mail)
    assert found is not None and found.group(1).startswith("https://crm.example.com/")
    path = found.group(1).removeprefix("https://crm.example.com")
    assert client.get(path).status_code == 200
    data = {"link": path[-43:], "new": NEW, "again": NEW + "x"}
    assert client.post("/choose-password", data=data).status_code == 422
    answer = client.post("/choose-password", data={**data, "again": NEW})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert "Your password is set" in client.get("/login").text
    over = client.get(path)
    assert over.status_code == 401 and "over or was used" in over.text
    assert client.post("/choose-password", data={**data, "again": NEW}).status_code == 401
    assert sign_in(site).status_code == 401
    answer = client.post("/login", data={"user": "ada", "password": NEW})
    assert answer.status_code == 303


def waited_for(box: Mailbox, count: int) -> list[str]:
    for _ in range(100):
        if len(box.mails) >= count:
            break
        time.sleep(0.05)
    return [mail.get_content() for mail in box.mails]


def test_the_fourth_question_waits(house: Site, box: Mailbox) -> None:
    client = mailing(house, box).app.test_client()
    answers = [client.post("/forgot-password", data={"user": "nobody"}) for _ in range(5)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["Retry-After"] == "300"


def test_without_a_mail_server_one_asks_the_administrator(house: Site) -> None:
    client = house.app.test_client()
    assert "Ask your administrator" in client.get("/forgot-password").text
    answer = client.post("/forgot-password", data={"user": "ada"})
    assert "Ask your administrator" in answer.text


def test_an_invitation(house: Site, box: Mailbox) -> None:
    site = mailing(house, box)
    data = {"login": "eve", "name": "Eve", "email": "eve@example.com", "role": "rep"}
    answer = enter(site, "admin").post("/admin/users/invite", data)
    assert answer.status_code == 200 and "A link was sent to eve@example.com" in answer.text
    assert LINK.search(answer.text) is None
    found = LINK.search(waited_for(box, 1)[0])
    assert found is not None
    client = site.app.test_client()
    data = {"link": found.group(1)[-43:], "new": NEW, "again": NEW}
    assert client.post("/choose-password", data=data).status_code == 303
    assert client.post("/login", data={"user": "eve", "password": NEW}).status_code == 303
    answer = enter(site, "admin").post("/admin/users/invite", {"login": "eve", "name": "Eve"})
    assert answer.status_code == 422 and "has this log-in name already" in answer.text


def test_a_link_is_handed_over_where_no_mail_goes(house: Site) -> None:
    bob = house.shop.bob.id
    answer = enter(house, "admin").post(f"/admin/users/{bob}/link", {})
    found = LINK.search(answer.text)
    assert found is not None and found.group(1).startswith("http://127.0.0.1:8000/")
    assert "Hand this link over" in answer.text


# Looking after people -----------------------------------------------------------------------


def test_how_somebody_gets_in_is_seen_and_ended(house: Site) -> None:
    ada, _, _ = set_up(house)
    id_ = house.shop.ada.id
    issued = house.shop.workspace.run(SYSTEM, lambda u: tokens.create(u, "My script", user=id_))
    administrator = enter(house, "admin")
    page = administrator.get(f"/admin/users/{id_}").text
    for word in ("My script", "Signed in at", "Reset second step", "Chosen by themselves"):
        assert word in page
    data = {"id": issued.id}
    assert administrator.post(f"/admin/users/{id_}/tokens", data).status_code == 303
    assert "My script" not in administrator.get(f"/admin/users/{id_}").text
    assert ada.get("/o/deal").status_code == 200
    assert administrator.post(f"/admin/users/{id_}/second-step", {}).status_code == 303
    assert ada.get("/o/deal").status_code == 303
    assert "Location" in sign_in(house).headers
    ada = enter(house)
    assert administrator.post(f"/admin/users/{id_}/sessions", {}).status_code == 303
    assert ada.get("/o/deal").status_code == 303
    ada = enter(house)
    assert administrator.post(f"/admin/users/{id_}/active", {"active": "0"}).status_code == 303
    assert ada.get("/o/deal").status_code == 303
    assert sign_in(house).status_code == 401


def test_nobody_shuts_themselves_or_the_last_administrator_out(house: Site) -> None:
    """A11: there stays somebody who can give rights, and it is never oneself who goes."""
    shop, administrator = house.shop, enter(house, "admin")
    me = f"/admin/users/{shop.admin.id}"
    assert administrator.post(f"{me}/active", {"active": "0"}).status_code == 403
    assert administrator.post(me, {"name": "Admin"}).status_code == 409
    shop.workspace.run(
        SYSTEM, lambda unit: users.update(unit, shop.boss.id, {"permission_sets": ["all"]})
    )
    assert administrator.post(me, {"name": "Admin"}).status_code == 409
    assert administrator.get("/admin/users").status_code == 200


def test_the_audit_trail(house: Site) -> None:
    house.app.test_client().post("/login", data={"user": "ada", "password": "wrong"})
    ada = enter(house)
    assert ada.get("/admin/audit").status_code == 403
    seer = enter(house, "admin")
    page = seer.get("/admin/audit").text
    assert "Sign-in failed" in page and "Password reset" in page
    page = seer.get(f"/admin/audit?group=failed&person={house.shop.ada.id}").text
    assert "Sign-in failed" in page and "Password reset</td>" not in page
    assert "Nothing found" in seer.get("/admin/audit?until=2020-01-01").text
    assert "Sign-in failed" in seer.get("/admin/audit?since=2026-11-21&until=2026-11-21").text
    assert seer.get("/admin/audit?since=yesterday").status_code == 400


def test_an_export_is_written_down(house: Site) -> None:
    administrator = house.browser("admin")
    assert administrator.get("/o/deal/export.csv").status_code == 200
    assert house.browser("ada").get("/o/deal/export.csv").status_code == 403
    with house.shop.workspace.read(SYSTEM) as unit:
        found = audit.entries(unit, kind="exported")
    assert [(e.actor, dict(e.data)) for e in found] == [
        (house.shop.admin.id, {"object": "deal", "as": "csv"})
    ]
