"""Signing in at a provider of OpenID Connect: authorization code with PKCE.

The way there and back is bound to one browser by a cookie of which the database knows the digest.
It works once, so a code that is sent twice opens nothing. Who somebody is, is issuer and subject,
never an e-mail address. What a provider asks of them, a second step too, is its own business.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import importlib.util
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from ..errors import BadRequest, SignInRequired, TypecaseError, Unavailable
from . import audit, identity, one_time, sign_in_rules
from .actors import SYSTEM
from .fetching import fetch_json
from .identity import SignedIn
from .one_time import SINGLE_SIGN_ON
from .providers import Provider
from .storage import people, sign_in_rows
from .storage.people import Account
from .storage.unit_of_work import Unit
from .workspaces import Workspace

LOG = logging.getLogger("typecase.sign_in")

FAILED = "Signing in there did not work. Please try again."
UNKNOWN = "Nobody here belongs to this account. Ask your administrator."


class Departure(NamedTuple):
    """Where to send the browser, and the cookie it has to come back with."""

    address: str
    cookie: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A browser that is back: its cookie, and what the provider gave it along."""

    cookie: str
    arguments: Mapping[str, str]
    address: str | None = None
    agent: str | None = None


class Back(NamedTuple):
    signed_in: SignedIn
    next: str


def depart(workspace: Workspace, provider: Provider, site: str, next_: str) -> Departure:
    """The way to the provider. Raises Unavailable when it does not answer."""
    _require_library()
    found = _discover(provider)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    kept = {"provider": provider.name, "state": state, "nonce": nonce, "verifier": verifier,
            "next": next_, "token": found["token_endpoint"], "keys": found["jwks_uri"]}  # fmt: skip
    cookie = workspace.run(SYSTEM, lambda unit: one_time.issue(unit, SINGLE_SIGN_ON, None, kept))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": way_back(provider, site),
        "scope": " ".join(provider.scopes),
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge.decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    mark = "&" if "?" in found["authorization_endpoint"] else "?"
    return Departure(f"{found['authorization_endpoint']}{mark}{urlencode(asked)}", cookie)


def arrive(workspace: Workspace, provider: Provider, site: str, arrival: Arrival) -> Back:
    """Opens a session for whoever the provider says it is.

    Raises SignInRequired: it did not work (why is in the log), or nobody here is that person.
    """
    _require_library()
    kept = workspace.run(SYSTEM, lambda unit: _kept(unit, provider, arrival))
    try:
        claims = _claims(workspace, provider, site, kept, arrival.arguments)
    except (BadRequest, Unavailable) as error:
        LOG.warning("sign-in with %s refused: %s", provider.name, error)
        raise SignInRequired(FAILED) from error

    def decide(unit: Unit) -> SignedIn | TypecaseError:
        account = _person(unit, provider, claims)
        if account is None:
            told = {"user": None, "how": provider.name}
            audit.record_of(unit, None, "sign_in_failed", told, arrival.address)
            return SignInRequired(UNKNOWN)
        return identity.open_session(unit, account, arrival.address, arrival.agent, provider.name)

    decided = workspace.run(SYSTEM, decide)
    if isinstance(decided, TypecaseError):
        raise decided
    return Back(decided, kept["next"])


def way_back(provider: Provider, site: str) -> str:
    """The address to enter at the provider as the redirect URI."""
    return f"{site}/login/with/{provider.name}/done"


# Inside -------------------------------------------------------------------------------------


def _require_library() -> None:
    if importlib.util.find_spec("joserfc") is None:
        raise Unavailable("Signing in with a provider needs the extra “sso”.")


def _discover(provider: Provider) -> dict[str, str]:
    """What the provider says of itself; it must be who it is said to be."""
    address = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    found = fetch_json(address, loopback=provider.loopback)
    names = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    if not all(isinstance(found.get(name), str) for name in names):
        raise Unavailable("The provider does not say where to sign in.")
    if found["issuer"] != provider.issuer:
        LOG.error("%s calls itself %s", provider.issuer, found["issuer"])
        raise Unavailable("The provider is not who it should be.")
    if not found["authorization_endpoint"].startswith(("https://", "http://")):
        raise Unavailable("The provider does not say where to sign in.")
    return found


def _kept(unit: Unit, provider: Provider, arrival: Arrival) -> Mapping[str, Any]:
    """What was kept of the way there, once. Raises SignInRequired."""
    held = one_time.use(unit, arrival.cookie, SINGLE_SIGN_ON)
    state = arrival.arguments.get("state", "")
    if held is None or held.data["provider"] != provider.name:
        raise SignInRequired(FAILED)
    if not hmac.compare_digest(state.encode(), held.data["state"].encode()):
        raise SignInRequired(FAILED)
    return held.data


def _claims(
    workspace: Workspace,
    provider: Provider,
    site: str,
    kept: Mapping[str, Any],
    arguments: Mapping[str, str],
) -> dict[str, Any]:
    """Changes the code into an ID token and reads it."""
    if arguments.get("error") or not arguments.get("code"):
        raise BadRequest("The provider says: {why}", why=arguments.get("error", "nothing"))
    if arguments.get("iss", provider.issuer) != provider.issuer:
        raise BadRequest("The answer comes from another provider.")
    form = {
        "grant_type": "authorization_code",
        "code": arguments["code"],
        "redirect_uri": way_back(provider, site),
        "code_verifier": kept["verifier"],
    }
    pair = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
    header = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    given = fetch_json(kept["token"], form, header, loopback=provider.loopback)
    keys = fetch_json(kept["keys"], loopback=provider.loopback)
    tokens = importlib.import_module(".id_tokens", __package__)
    expected = tokens.Expected(
        provider.issuer, provider.client_id, kept["nonce"], workspace.clock.now()
    )
    claims: dict[str, Any] = tokens.claims_of(given.get("id_token"), keys, expected)
    return claims


def _person(unit: Unit, provider: Provider, claims: Mapping[str, Any]) -> Account | None:
    """Whom issuer and subject stand for; with leave, whoever has the verified e-mail address."""
    known = sign_in_rows.user_linked_with(unit, provider.issuer, claims["sub"])
    if known is None and provider.name in sign_in_rules.of(unit).link_by_email:
        known = _link(unit, provider, claims)
    account = people.account_of(unit, known) if known else None
    return account if account is not None and account.is_active else None


def _link(unit: Unit, provider: Provider, claims: Mapping[str, Any]) -> str | None:
    """Ties the only person of a verified address to their account there, for good.

    Somebody who is tied to another account of this provider already, is not tied to a second.
    """
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str) or not email:
        return None
    found = sign_in_rows.active_by_email(unit, email)
    if len(found) != 1:
        return None
    if any(row["issuer"] == provider.issuer for row in sign_in_rows.linked_of(unit, found[0])):
        return None
    sign_in_rows.insert_linked(unit, provider.issuer, claims["sub"], found[0])
    sign_in_rows.waive_first_password(unit, found[0])
    told = {"user": found[0], "provider": provider.name}
    audit.record_of(unit, found[0], "account_linked", told)
    return sign_in_rows.user_linked_with(unit, provider.issuer, claims["sub"])
