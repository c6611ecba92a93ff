"""What every answer carries: no script but our own, no framing, nothing kept by caches."""

from __future__ import annotations

from flask import Response, g, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

FIXED = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=()",
}


def add_headers(response: Response) -> Response:
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.path.startswith("/static/"):
        return response
    response.headers.setdefault("Cache-Control", "no-store")
    response.vary.update(("Cookie", "X-Fragment"))
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
