"""ID tokens of OpenID Connect: whether they are what they say. Needs the extra ``sso``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry

from ..errors import BadRequest

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures by a key pair. ``none`` and those by a shared secret are no proof."""
LEEWAY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say."""

    issuer: str
    client: str
    nonce: str
    now: datetime


def claims_of(token: object, keys: Mapping[str, Any], expected: Expected) -> dict[str, Any]:
    """What a token says, when one of ``keys`` signed it for us, now, for this very sign-in.

    Raises BadRequest, which names what is wrong with it for the log.
    """
    if not isinstance(token, str):
        raise BadRequest("The provider gave no ID token.")
    rules = JWTClaimsRegistry(
        now=int(expected.now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": expected.nonce},
    )
    try:
        read = jwt.decode(token, KeySet.import_key_set(_set(keys)), algorithms=ALGORITHMS)
        rules.validate(read.claims)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise BadRequest("The ID token is not good: {why}", why=error) from error
    _require_meant_for(read.claims, expected.client)
    return dict(read.claims)


def _set(keys: Mapping[str, Any]) -> Any:
    """Only public keys that sign."""
    kept = [k for k in keys.get("keys", ()) if isinstance(k, dict) and k.get("kty") != "oct"]
    return {"keys": [k for k in kept if k.get("use", "sig") == "sig"]}


def _require_meant_for(claims: Mapping[str, Any], client: str) -> None:
    """A token for several clients names the one that asked for it."""
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", None if several else client) != client:
        raise BadRequest("The ID token was made for somebody else.")
    if not claims["sub"]:
        raise BadRequest("The ID token names nobody.")
