"""What is told on the next page, in a signed cookie: nothing of value, gone when it was shown."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface


class Notes(SecureCookieSessionInterface):
    """Flask's own way, but the signer is made once, not with every request."""

    def __init__(self, app: Flask) -> None:
        self._signer = super().get_signing_serializer(app)

    def get_signing_serializer(self, app: Flask) -> Any:
        return self._signer
