"""Sending a file that somebody attached: as bytes to be saved, never as a page of ours."""

from __future__ import annotations

from flask import Response, send_file

from ..runtime.files import Opened

POLICY = "default-src 'none'; sandbox"


def send(opened: Opened, in_place: bool = False) -> Response:
    """The bytes with the sender's name on them (RFC 6266), not to be guessed about.

    ``in_place``: a browser may show pictures where it is; all else is saved anyway.
    """
    shown = in_place and opened.is_picture
    kind = opened.media_type if opened.is_picture else "application/octet-stream"
    response: Response = send_file(
        opened.path, kind, as_attachment=not shown, download_name=opened.name
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
