"""No more marketing: a link that needs no log-in and works for one address only."""

from __future__ import annotations

import base64
import hashlib
import hmac

from ...errors import NotFound
from ...runtime import audit
from ...runtime.settings import WorkspaceSettings
from ...runtime.storage.unit_of_work import Unit
from ..storage import message_rows

PURPOSE = b"unsubscribe\0"
SIGNATURE = 16


def address_of(settings: WorkspaceSettings, address: str) -> str:
    """Where ``address`` says that it wants no more. The link does not age: old mails lie around."""
    return f"{settings.site}/unsubscribe/{token_of(settings.secret, address)}"


def token_of(secret: bytes, address: str) -> str:
    plain = address.lower().encode()
    return base64.urlsafe_b64encode(_sign(secret, plain) + plain).rstrip(b"=").decode()


def holder(secret: bytes, token: str) -> str:
    """The address of a token. Raises NotFound for one that we did not make."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raw = b""
    signature, plain = raw[:SIGNATURE], raw[SIGNATURE:]
    if not plain or not hmac.compare_digest(signature, _sign(secret, plain)):
        raise NotFound()
    return plain.decode()


def unsubscribe(unit: Unit, token: str) -> str:
    """From now on the address of ``token`` gets no marketing; returns it. Raises NotFound."""
    address = holder(unit.settings.secret, token)
    if message_rows.suppress(unit, address, "link"):
        audit.record(unit, "unsubscribed", {"address": address})
    return address


def _sign(secret: bytes, plain: bytes) -> bytes:
    return hmac.new(secret, PURPOSE + plain, hashlib.sha256).digest()[:SIGNATURE]
