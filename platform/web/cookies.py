"""The cookies of the pages: the session, and how this browser likes to see things."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, request

SESSION_COOKIE = "typecase_session"
STEP_COOKIE = "typecase_step"
"""Between the password and the code."""
PROVIDER_COOKIE = "typecase_provider"
"""While somebody is at their provider of single sign-on."""
THEME_COOKIE, ACCENT_COOKIE, LANGUAGE_COOKIE = "tc_theme", "tc_accent", "tc_language"
APP_COOKIE = "tc_app"

THEMES = ("light", "dark", "system")
ACCENTS = ("ink", "teal", "vermilion", "plum", "forest", "graphite")
YEAR = 365 * 24 * 3600


def set_session(response: Response, value: str) -> None:
    """A cookie no script reads, sent only to this site, gone with the browser."""
    response.set_cookie(
        SESSION_COOKIE, value, httponly=True, samesite="Lax", secure=request.is_secure, path="/"
    )


def drop_session(response: Response) -> None:
    drop(response, SESSION_COOKIE)


def set_brief(response: Response, name: str, value: str, lasts: timedelta) -> None:
    """A cookie of a step of signing in."""
    response.set_cookie(
        name, value, max_age=lasts, httponly=True, samesite="Lax", secure=request.is_secure,
        path="/",
    )  # fmt: skip


def drop(response: Response, name: str) -> None:
    response.delete_cookie(name, path="/", httponly=True, samesite="Lax")


def remember(response: Response, name: str, value: str) -> None:
    """How something looks: harmless, kept for a year."""
    response.set_cookie(
        name, value, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure
    )


def chosen(name: str, allowed: tuple[str, ...], default: str) -> str:
    value = request.cookies.get(name, default)
    return value if value in allowed else default
