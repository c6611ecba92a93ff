"""Signing in with a provider that the tests run: U5 of the security plan."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from werkzeug.test import TestResponse

from tests.provider import CLIENT, SECRET, Claims, FakeProvider, open_provider
from tests.runtime.shop import Shop
from typecase.errors import BadRequest, Unavailable
from typecase.runtime import audit, fetching, sign_in_rules, users
from typecase.runtime.actors import SYSTEM
from typecase.runtime.providers import Provider, read_providers
from typecase.web.app import create_app
from typecase.web.cookies import PROVIDER_COOKIE, SESSION_COOKIE

SITE = "http://localhost"
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


class Office:
    """The shop with one provider; Ada and Bob have e-mail addresses there."""

    def __init__(self, database: str, folder: Path, provider: FakeProvider) -> None:
        self.provider, self.shop = provider, Shop(database, folder)
        provider.now = lambda: self.shop.clock.now().timestamp()
        known = Provider("idp", "Example ID", provider.url, CLIENT, SECRET, loopback=True)
        settings = replace(self.shop.platform.settings, address=SITE)
        platform = replace(self.shop.platform, providers=(known,), settings=settings)
        self.app = create_app(platform)
        for login in ("ada", "bob"):
            self.change(login, email=f"{login}@example.com")

    def change(self, login: str, **values: Any) -> None:
        id_ = getattr(self.shop, login).id
        self.shop.workspace.run(SYSTEM, lambda unit: users.update(unit, id_, values))

    def allow(self, *names: str) -> None:
        self.shop.workspace.run(SYSTEM, lambda unit: sign_in_rules.change(unit, False, names))

    def leave(self, client: FlaskClient, next_: str = "/o/deal") -> str:
        """To the provider and as far as its answer: the address it sends the browser to."""
        there = client.get(f"/login/with/idp?next={next_}").headers["Location"]
        assert there.startswith(self.provider.url)
        with self.provider.app.test_client() as browser:
            return browser.get(there).headers["Location"].removeprefix(SITE)

    def sign_in(self, client: FlaskClient | None = None) -> TestResponse:
        client = client or self.app.test_client()
        return client.get(self.leave(client))

    def kinds(self) -> list[str]:
        with self.shop.workspace.read(SYSTEM) as unit:
            return [entry.kind for entry in audit.entries(unit)]


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProvider]:
    with open_provider() as opened:
        yield opened


@pytest.fixture
def office(sqlite_database: str, tmp_path: Path, provider: FakeProvider) -> Iterator[Office]:
    provider.person = {"sub": "s-1", "email": "ada@example.com", "email_verified": True}
    provider.spoil, provider.sign, provider.claimed_issuer = dict, provider.signed, None
    opened = Office(sqlite_database, tmp_path, provider)
    opened.allow("idp")
    yield opened
    opened.shop.close()


def is_in(answer: TestResponse) -> bool:
    return SESSION_COOKIE in "".join(answer.headers.getlist("Set-Cookie"))


# In -----------------------------------------------------------------------------------------


def test_there_and_back(office: Office) -> None:
    client = office.app.test_client()
    assert "Sign in with Example ID" in client.get("/login").text
    answer = office.sign_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/o/deal")
    assert client.get("/me").status_code == 200
    assert "Ada" in client.get("/me").text
    assert client.get_cookie(PROVIDER_COOKIE) is None
    assert office.kinds()[:2] == ["sign_in", "account_linked"]


def test_what_is_asked_is_bound_to_this_browser(office: Office) -> None:
    client = office.app.test_client()
    answer = client.get("/login/with/idp")
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert asked["redirect_uri"] == [f"{SITE}/login/with/idp/done"]
    secrets = [asked[name][0] for name in ("state", "nonce", "code_challenge")]
    assert all(len(each) >= 43 for each in secrets) and len(set(secrets)) == 3
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert not [s for s in secrets if s in cookie]


def test_the_host_a_request_names_leads_nowhere(office: Office) -> None:
    answer = office.app.test_client().get(
        "/login/with/idp", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )
    assert "evil" not in answer.headers["Location"]


def test_once_linked_the_subject_counts_and_no_address(office: Office) -> None:
    assert is_in(office.sign_in())
    office.allow()
    office.change("bob", email="ada@example.com")
    office.change("ada", email="somebody@example.com")
    client = office.app.test_client()
    office.sign_in(client)
    assert "Ada" in client.get("/me").text


def test_who_never_had_a_password_need_not_change_one(office: Office) -> None:
    values = {"login": "eve", "name": "Eve", "email": "eve@example.com", "role": "rep"}
    office.shop.workspace.run(SYSTEM, lambda unit: users.create(unit, values))
    office.provider.person = {"sub": "s-5", "email": "eve@example.com", "email_verified": True}
    client = office.app.test_client()
    office.sign_in(client)
    assert client.get("/o/deal").status_code == 200


# Out ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "s-2", "email": "ada@example.com", "email_verified": False},
        {"sub": "s-2", "email": "ada@example.com", "email_verified": "true"},
        {"sub": "s-2", "email": "ada@example.com"},
        {"sub": "s-2", "email": "nobody@example.com", "email_verified": True},
        {"sub": "s-2", "email": "", "email_verified": True},
        {"sub": "s-2", "email": ["ada@example.com"], "email_verified": True},
        {"sub": "s-2"},
    ],
)
def test_who_is_not_known_for_sure_stays_out(office: Office, person: Claims) -> None:
    office.provider.person = person
    answer = office.sign_in()
    assert answer.status_code == 401 and not is_in(answer)
    assert "Nobody here belongs to this account" in answer.text
    assert office.kinds()[0] == "sign_in_failed"


def test_without_leave_no_address_links_anybody(office: Office) -> None:
    office.allow()
    assert not is_in(office.sign_in())


def test_a_second_account_with_the_address_is_somebody_else(office: Office) -> None:
    assert is_in(office.sign_in())
    office.provider.person = {**office.provider.person, "sub": "s-2"}
    assert not is_in(office.sign_in())


def test_an_address_of_two_is_nobodys(office: Office) -> None:
    office.change("bob", email="ADA@example.com")
    assert not is_in(office.sign_in())


def test_a_disabled_person_stays_out(office: Office) -> None:
    assert is_in(office.sign_in())
    office.shop.workspace.run(SYSTEM, lambda unit: users.disable(unit, office.shop.ada.id))
    assert not is_in(office.sign_in())


SPOILT: dict[str, Callable[[Claims], Claims]] = {
    "issuer": lambda c: {**c, "iss": "https://evil.example"},
    "issuer_missing": lambda c: {k: v for k, v in c.items() if k != "iss"},
    "audience": lambda c: {**c, "aud": "somebody else"},
    "audience_missing": lambda c: {k: v for k, v in c.items() if k != "aud"},
    "several_audiences": lambda c: {**c, "aud": [CLIENT, "somebody else"]},
    "authorized_party": lambda c: {**c, "azp": "somebody else"},
    "nonce": lambda c: {**c, "nonce": "another"},
    "nonce_missing": lambda c: {k: v for k, v in c.items() if k != "nonce"},
    "expired": lambda c: {**c, "exp": c["exp"] - 1_000},
    "expires_never": lambda c: {k: v for k, v in c.items() if k != "exp"},
    "expires_oddly": lambda c: {**c, "exp": "tomorrow"},
    "of_tomorrow": lambda c: {**c, "iat": c["iat"] + 86_400},
    "not_yet": lambda c: {**c, "nbf": c["iat"] + 86_400},
    "nobody": lambda c: {**c, "sub": ""},
    "subject_missing": lambda c: {k: v for k, v in c.items() if k != "sub"},
    "subject_odd": lambda c: {**c, "sub": {"$ne": ""}},
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_token_that_says_something_else_is_refused(
    office: Office, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    office.provider.spoil = SPOILT[how]
    with caplog.at_level(logging.WARNING):
        answer = office.sign_in()
    assert answer.status_code == 401 and not is_in(answer)
    assert "did not work" in answer.text and "refused" in caplog.text


def unsigned(claims: Claims) -> str:
    parts = [json.dumps(each).encode() for each in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join(base64.urlsafe_b64encode(p).decode().rstrip("=") for p in parts) + "."


def by_the_public_key(provider: FakeProvider, claims: Claims) -> str:
    """HMAC with what everybody knows: the old mix-up of algorithms."""
    public = provider.key.as_pem(private=False)
    return jwt.encode(
        {"alg": "HS256"}, claims, OctKey.import_key(base64.b64encode(public)), algorithms=["HS256"]
    )


SIGNED: dict[str, Callable[[FakeProvider, Claims], Any]] = {
    "none": lambda p, c: unsigned(c),
    "other_key": lambda p, c: p.signed(c, OTHER_KEY),
    "public_key": by_the_public_key,
    "changed_afterwards": lambda p, c: (
        p.signed(c).split(".")[0] + "." + p.signed({**c, "sub": "s-9"}).split(".")[1]
        + "." + p.signed(c).split(".")[2]
    ),
    "rubbish": lambda p, c: "a.b.c",
    "empty": lambda p, c: "",
    "no_text": lambda p, c: {"alg": "none"},
}  # fmt: skip


@pytest.mark.parametrize("how", SIGNED)
def test_a_token_that_the_provider_did_not_sign_is_refused(office: Office, how: str) -> None:
    office.provider.sign = lambda claims: SIGNED[how](office.provider, claims)
    answer = office.sign_in()
    assert answer.status_code == 401 and not is_in(answer)


# The way back -------------------------------------------------------------------------------


def test_a_code_is_taken_once(office: Office) -> None:
    client = office.app.test_client()
    back = office.leave(client)
    cookie = client.get_cookie(PROVIDER_COOKIE)
    assert cookie is not None and is_in(client.get(back))
    asked = len(office.provider.asked)
    again = office.app.test_client()
    again.set_cookie(PROVIDER_COOKIE, cookie.value)
    assert not is_in(again.get(back))
    assert len(office.provider.asked) == asked


def test_another_browser_cannot_come_back(office: Office) -> None:
    """Nobody is signed in to the account of whoever sent them a link."""
    back = office.leave(office.app.test_client())
    stranger = office.app.test_client()
    assert not is_in(stranger.get(back))
    office.leave(stranger)
    assert not is_in(stranger.get(back))


@pytest.mark.parametrize(
    "spoilt",
    [{"state": "other"}, {"state": ""}, {"state": "ü"}, {"code": ""}, {"code": "other"},
     {"error": "access_denied"}, {"iss": "https://evil.example"}],
)  # fmt: skip
def test_what_comes_along_must_fit(office: Office, spoilt: dict[str, str]) -> None:
    client = office.app.test_client()
    parts = urlsplit(office.leave(client))
    given = {k: v[0] for k, v in parse_qs(parts.query).items()} | spoilt
    answer = client.get(f"{parts.path}?{urlencode(given)}")
    assert answer.status_code == 401 and not is_in(answer)


def test_too_late_is_too_late(office: Office) -> None:
    client = office.app.test_client()
    back = office.leave(client)
    office.shop.clock.advance(timedelta(minutes=10))
    assert not is_in(client.get(back))


def test_on_to_nowhere_else(office: Office) -> None:
    client = office.app.test_client()
    back = office.leave(client, "//evil.example")
    assert client.get(back).headers["Location"] == "/"


def test_a_provider_that_calls_itself_somebody_else(office: Office) -> None:
    office.provider.claimed_issuer = "https://evil.example"
    answer = office.app.test_client().get("/login/with/idp")
    assert answer.status_code == 503 and "not who it should be" in answer.text


def test_there_is_no_other_provider(office: Office) -> None:
    for path in ("/login/with/other", "/login/with/other/done", "/login/with/%00"):
        assert office.app.test_client().get(path).status_code == 404


# How it is set up ---------------------------------------------------------------------------


def test_the_file_of_providers(tmp_path: Path) -> None:
    path, secret = tmp_path / "providers.json", tmp_path / "secret"
    secret.write_text("s3cret\n")
    told = {"name": "idp", "issuer": "https://id.example", "client_id": "x",
            "client_secret_file": str(secret)}  # fmt: skip
    path.write_text(json.dumps([told]))
    [found] = read_providers(path, {})
    assert (found.label, found.client_secret) == ("idp", "s3cret") and "s3cret" not in repr(found)
    assert read_providers(path, {"idp": "other"})[0].client_secret == "other"
    for wrong in ({"issuer": "http://id.example"}, {"issuer": "https://x?y"}, {"name": "A b"},
                  {"client_id": None}, {"client_secret_file": None}, {"secret": "x"}):  # fmt: skip
        path.write_text(json.dumps([{**told, **wrong}]))
        with pytest.raises(BadRequest):
            read_providers(path, {})
    for text in ("{}", "[1]", "not json", json.dumps([told, told])):
        path.write_text(text)
        with pytest.raises(BadRequest):
            read_providers(path, {})


def test_addresses_inside_are_not_asked(provider: FakeProvider) -> None:
    port = urlsplit(provider.url).port
    for url in (provider.url, f"https://127.0.0.1:{port}/", f"https://[::ffff:127.0.0.1]:{port}/",
                "https://10.0.0.1/", "https://169.254.169.254/", "file:///etc/passwd"):  # fmt: skip
        with pytest.raises(BadRequest):
            fetching.fetch_json(url)
    with pytest.raises(Unavailable):
        fetching.fetch_json(f"{provider.url}/nothing", loopback=True)
