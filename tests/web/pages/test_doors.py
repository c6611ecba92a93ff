"""Who gets in, what a browser must show, what every answer carries."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from tests.architecture.sources import PLATFORM
from tests.web.pages.site import Site
from typecase.runtime import passwords, users
from typecase.web.answers import safe_path
from typecase.web.cookies import SESSION_COOKIE
from typecase.web.pages import PAGES

PASSWORD = "correct horse staple"
ID = "01a1ffa1-e81b-77ff-8b0c-edcae812bc2f"
BEFORE_A_SESSION = {
    "/login",
    "/login/step",
    "/login/enrol",
    "/forgot-password",
    "/choose-password",
}
FROM_ELSEWHERE = {"/hooks/<token>", "/unsubscribe/<token>"}
"""Other systems call these, by a signature or a secret in the address; no session is asked."""
READING = {"/o/deal/live", "/o/deal/filter", "/o/deal/mailing"}
"""They change nothing; what they ask is too long for an address."""
INLINE = re.compile(r"<style|style=|\son[a-z]+=|javascript:|hx-on|<script(?![^>]*\bsrc=)", re.I)


@pytest.fixture
def signing(fresh_site: Site) -> Site:
    """Ada has a password."""
    with fresh_site.shop.workspace.write(fresh_site.shop.admin) as unit:
        users.set_password(
            unit, fresh_site.shop.ada.id, passwords.prepare(PASSWORD), must_change=False
        )
    return fresh_site


def sign_in(site: Site, **data: str) -> TestResponse:
    return site.app.test_client().post("/login", data={"user": "ada", "password": PASSWORD, **data})


def test_signing_in(signing: Site) -> None:
    answer = sign_in(signing, next="/o/deal?view=all")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/o/deal?view=all")
    cookie = answer.headers["Set-Cookie"]
    for flag in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Max-Age" not in cookie


def test_the_cookie_is_secure_over_https(signing: Site) -> None:
    answer = signing.app.test_client().post(
        "/login", data={"user": "ada", "password": PASSWORD}, base_url="https://crm.example.com"
    )
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_each_log_in_has_a_cookie_of_its_own(signing: Site) -> None:
    client = signing.app.test_client()
    client.set_cookie(SESSION_COOKIE, "chosen-by-somebody-else")
    client.post("/login", data={"user": "ada", "password": PASSWORD})
    cookie = client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    assert cookie.value != "chosen-by-somebody-else"
    assert len(cookie.value) > 40


def test_which_of_the_two_was_wrong_is_not_said(signing: Site) -> None:
    wrong, unknown = sign_in(signing, password="nope nope"), sign_in(signing, user="nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace('"ada"', "") == unknown.text.replace('"nobody"', "")


def test_too_many_attempts(signing: Site) -> None:
    answers = [sign_in(signing, password=f"wrong {n}") for n in range(12)]
    assert answers[-1].status_code == 429
    assert sign_in(signing).status_code == 429


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example",
     "javascript:alert(1)", "/%0d%0aLocation:x\r\n", "", "evil", "/\t/evil.example"],
)  # fmt: skip
def test_only_paths_of_this_site_are_gone_to(address: str) -> None:
    assert safe_path(address) in ("/", "/%0d%0aLocation:x") or not safe_path(address).startswith(
        ("//", "/\\", "http")
    )
    assert "\r" not in safe_path(address)
    assert "\t" not in safe_path(address)


def test_signing_out_ends_the_session_everywhere(fresh_site: Site) -> None:
    browser = fresh_site.browser("ada")
    cookie = browser.client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    assert browser.post("/logout", {}).headers["Location"] == "/login"
    other = fresh_site.app.test_client()
    other.set_cookie(SESSION_COOKIE, cookie.value)
    assert other.get("/o/deal").headers["Location"].startswith("/login?next=")


def test_a_session_left_alone_is_over(fresh_site: Site) -> None:
    browser = fresh_site.browser("ada")
    fresh_site.shop.clock.advance(timedelta(minutes=29))
    assert browser.get("/o/deal").status_code == 200
    fresh_site.shop.clock.advance(timedelta(minutes=29))
    assert browser.get("/o/deal").status_code == 200, "a session in use does not go idle"
    fresh_site.shop.clock.advance(timedelta(minutes=31))
    assert browser.get("/o/deal").status_code == 303


def test_new_rights_bring_a_new_session_id(fresh_site: Site) -> None:
    browser = fresh_site.browser("ada")
    before = browser.client.get_cookie(SESSION_COOKIE)
    with fresh_site.shop.workspace.write(fresh_site.shop.admin) as unit:
        users.update(unit, fresh_site.shop.ada.id, {"role": "boss"})
    assert browser.get("/o/deal").status_code == 200
    after = browser.client.get_cookie(SESSION_COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert browser.get("/o/deal").status_code == 200


def test_a_first_password_must_be_changed(fresh_site: Site) -> None:
    admin = fresh_site.browser("admin")
    page = admin.post("/admin/users/new", {"login": "eve", "name": "Eve", "role": "rep"})
    secret = re.search(r"<code>([a-z0-9-]{19})</code>", page.text)
    assert secret, page.text
    client = fresh_site.app.test_client()
    client.post("/login", data={"user": "eve", "password": secret.group(1)})
    assert client.get("/o/deal").headers["Location"] == "/me/password"
    form = client.get("/me/password").text
    token = re.search(r'name="csrf" value="([^"]+)"', form)
    assert token
    data = {"csrf": token.group(1), "old": secret.group(1), "new": PASSWORD}
    assert client.post("/me/password", data=data).headers["Location"] == "/me"
    assert client.get("/o/deal").status_code == 200


def changing_routes(site: Site) -> list[str]:
    """An address for every route of the pages that takes a POST from pages."""
    own = {blueprint.name for blueprint in PAGES}
    return sorted(
        re.sub(r"<uuid:[^>]+>", ID, rule.rule)
        .replace("<int:version>", "1")
        .replace("<name>", "deal")
        .replace("<field>", "amount")
        .replace("<id_>", ID)
        .replace("<file_id>", ID)
        .replace("<comment_id>", ID)
        for rule in site.app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and rule.endpoint.split(".")[0] in own
        and rule.rule not in FROM_ELSEWHERE
    )


def test_every_change_asks_for_the_token(site: Site) -> None:
    addresses = [a for a in changing_routes(site) if a not in READING | BEFORE_A_SESSION]
    assert len(addresses) > 20
    browser = site.browser("ada")
    answers = {a: browser.client.post(a, data={}).status_code for a in addresses}
    assert {a: s for a, s in answers.items() if s != 403} == {}


def test_every_change_asks_where_it_comes_from(site: Site) -> None:
    browser = site.browser("ada")
    for address in changing_routes(site):
        if address in READING:
            continue
        for header in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            data = {"csrf": browser.csrf, "user": "ada", "password": PASSWORD}
            assert browser.client.post(address, data=data, headers=header).status_code == 403


def test_nothing_changes_without_a_session(site: Site) -> None:
    client = site.app.test_client()
    for address in changing_routes(site):
        if address not in BEFORE_A_SESSION | {"/logout"}:
            assert client.post(address, data={}).status_code == 303, address


def test_what_every_answer_carries(site: Site) -> None:
    for path in ("/o/deal", "/login", "/nowhere", "/o/deal/lookup/account?q="):
        answer = site.browser("ada").get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Cookie" in answer.headers["Vary"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert len(answer.headers["X-Request-Id"]) >= 8


def test_no_template_holds_script_or_style() -> None:
    found = {
        path.name: INLINE.findall(path.read_text("utf-8"))
        for path in (PLATFORM / "web" / "templates").rglob("*.html")
    }
    assert {name: hits for name, hits in found.items() if hits} == {}


def test_no_page_holds_script_or_style(site: Site) -> None:
    browser = site.browser("admin")
    paths = ("/", "/o/deal", "/o/deal/new", f"/o/deal/{site.names['big']}", "/me", "/admin/users")
    for path in paths:
        assert INLINE.findall(browser.get(path).text) == []


def test_an_error_nobody_foresaw_has_a_reference(site: Site, monkeypatch, caplog) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("typecase.web.desk.build", fail)
    answer = site.browser("ada").get("/")
    assert answer.status_code == 500
    assert "secret of the house" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text
    assert answer.headers["X-Request-Id"] in caplog.text


def test_chinese_all_over(fresh_site: Site) -> None:
    browser = fresh_site.browser("ada")
    browser.post("/me/look", {"language": "zh"})
    for path, words in {"/o/deal": "筛选", "/o/deal/new": "保存", "/bin": "回收站是空的"}.items():
        page = browser.get(path).text
        assert words in page
        assert '<html lang="zh-CN"' in page


def test_looks_are_remembered(fresh_site: Site) -> None:
    browser = fresh_site.browser("ada")
    browser.post("/me/look", {"theme": "dark", "accent": "plum"})
    page = browser.get("/o/deal").text
    assert 'data-bs-theme="dark"' in page
    assert 'data-accent="plum"' in page
    browser.post("/me/look", {"theme": "<x>", "accent": "nope"})
    assert 'data-bs-theme="dark"' in browser.get("/o/deal").text
