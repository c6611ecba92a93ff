"""Secrets of others that have to be kept: encrypted with the workspace's own, never shown again.

Whoever has only the database (a copy, a backup) has no mail password and no signing secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken

from ..errors import Damaged

PURPOSE = b"secrets at rest"


def seal(secret: bytes, text: str) -> str:
    """``text`` as it may be stored. ``secret`` is the workspace's."""
    return _box(secret).encrypt(text.encode()).decode()


def unseal(secret: bytes, sealed: str) -> str:
    """The text again. Raises Damaged when it was sealed with another secret."""
    try:
        return _box(secret).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        message = "A kept secret cannot be read: it was kept with another secret. Enter it again."
        raise Damaged(message) from error


def _box(secret: bytes) -> Fernet:
    key = hmac.new(secret, PURPOSE, hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))
