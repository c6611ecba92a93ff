"""A provider of OpenID Connect at an address of this machine, with a key of its own.

It knows one person, checks what RFC 6749 and 7636 say it has to, and lies on demand: ``spoil``
changes the claims of the next token, ``sign`` signs it in another way.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlencode

from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "typecase", "a secret & more"
Claims = dict[str, Any]


class FakeProvider:
    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now, self.key = now, RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.person: Claims = {"sub": "s-1", "email": "ada@example.com", "email_verified": True}
        self.spoil: Callable[[Claims], Claims] = dict
        self.sign: Callable[[Claims], str] = self.signed
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.claimed_issuer: str | None = None
        self.url = ""
        self.app = Flask("provider")
        for path, view, methods in (
            ("/.well-known/openid-configuration", self.about, ["GET"]),
            ("/authorize", self.authorize, ["GET"]),
            ("/token", self.token, ["POST"]),
            ("/keys", self.keys, ["GET"]),
        ):
            self.app.add_url_rule(path, view.__name__, view, methods=methods)

    def about(self) -> Response:
        return jsonify(
            issuer=self.claimed_issuer or self.url,
            authorization_endpoint=f"{self.url}/authorize",
            token_endpoint=f"{self.url}/token",
            jwks_uri=f"{self.url}/keys",
        )

    def authorize(self) -> Any:
        asked = request.args.to_dict()
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        given = {"code": code, "state": asked["state"]}
        return redirect(f"{asked['redirect_uri']}?{urlencode(given)}")

    def token(self) -> Any:
        """Each code once, for the client that asked, with the verifier of its challenge."""
        self.asked.append(request.form["code"])
        scheme, _, pair = request.headers["Authorization"].partition(" ")
        user, _, secret = base64.b64decode(pair).decode().partition(":")
        asked = self.codes.pop(request.form["code"], None)
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(request.form["code_verifier"].encode()).digest()
        )
        right = (
            asked is not None
            and (scheme, unquote(user), unquote(secret)) == ("Basic", CLIENT, SECRET)
            and asked["redirect_uri"] == request.form["redirect_uri"]
            and asked["code_challenge"] == challenge.decode().rstrip("=")
        )
        if asked is None or not right:
            return jsonify(error="invalid_grant"), 400
        now = int(self.now())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300,
                  "nonce": asked["nonce"], **self.person}  # fmt: skip
        token = self.sign(self.spoil(claims))
        return jsonify(access_token="x", token_type="Bearer", id_token=token)

    def keys(self) -> Response:
        return jsonify(keys=[self.key.as_dict(private=False)])

    def signed(self, claims: Claims, key: RSAKey | None = None) -> str:
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key or self.key)


@contextmanager
def open_provider(now: Callable[[], float] = time.time) -> Iterator[FakeProvider]:
    provider = FakeProvider(now)
    server = make_server("127.0.0.1", 0, provider.app, threaded=True)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
