"""The web application over one platform: pages, the API beside them, headers, errors."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, request

from ..bootstrap import Platform
from ..errors import SignInRequired, TypecaseError, Unavailable
from ..resources import data_folder
from ..runtime import identity, sessions
from ..texts import LOCALES
from . import cookies, error_pages
from .api import failures
from .api.application import create_api
from .assets import load_assets
from .headers import add_headers
from .notes import Notes
from .pages import PAGES
from .template_words import page_words, template_words
from .visits import Held, Visit

LOG = logging.getLogger("typecase.web")

LARGEST_UPLOAD = 32_000_000
LARGEST_FORM = 2_000_000
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
ONE_YEAR = 365 * 24 * 3600


def create_app(platform: Platform) -> Flask:
    """The WSGI application. Holds no state of its own: everything is in the workspaces."""
    app = Flask(
        "typecase.web",
        root_path=str(data_folder("web")),
        template_folder="templates",
        static_folder="static",
    )
    app.config.update(
        TYPECASE=platform,
        SECRET_KEY=hashlib.sha256(b"pages:" + platform.settings.secret.encode()).digest(),
        SESSION_COOKIE_NAME="tc_note",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=5_000,
        SEND_FILE_MAX_AGE_DEFAULT=ONE_YEAR,
    )
    app.session_interface = Notes(app)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(template_words(load_assets()))
    app.context_processor(page_words)
    app.before_request(_arrive(platform))
    app.after_request(_keep_session)
    app.after_request(add_headers)
    for page in PAGES:
        app.register_blueprint(page)
    app.register_blueprint(create_api(platform))
    app.register_error_handler(TypecaseError, error_pages.refused)
    app.register_error_handler(Exception, _failed)
    return app


def _failed(error: Exception) -> Any:
    """Where no route was found there is no blueprint either: the path tells who asked."""
    return failures.failed(error) if failures.is_below_api() else error_pages.failed(error)


def _arrive(platform: Platform) -> Callable[[], None]:
    def arrive() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        if failures.is_below_api():
            return  # clients of the API have a credential of their own, and no looks
        cookie = request.cookies.get(cookies.SESSION_COOKIE)
        g.visit = Visit(
            workspace=platform.main,
            credential=sessions.credential(cookie, request.remote_addr) if cookie else None,
            request_id=g.request_id,
            locale=_locale(platform.main.settings.languages),
            theme=cookies.chosen(cookies.THEME_COOKIE, cookies.THEMES, "system"),
            accent=cookies.chosen(cookies.ACCENT_COOKIE, cookies.ACCENTS, "ink"),
        )

    return arrive


def _locale(languages: tuple[str, ...]) -> str:
    """Before somebody has signed in: what they chose here, else what the browser asks for."""
    offered = tuple(each for each in languages if each in LOCALES) or ("en",)
    asked = request.args.get("language") or request.cookies.get(cookies.LANGUAGE_COOKIE, "")
    if asked in offered:
        return asked
    return request.accept_languages.best_match(offered) or offered[0]


def _keep_session(response: Response) -> Response:
    """A session in use does not go idle; after rights moved it gets a new id."""
    here: Visit | Held | None = g.get("visit") or g.get("held")
    holder: Any = here.holder if here else None
    if here is None or holder is None or here.credential is None or response.status_code >= 500:
        return response
    try:
        if holder.renew or (isinstance(here, Visit) and here.renew):
            cookies.set_session(response, identity.renew(here.workspace, here.credential))
        else:
            identity.seen(here.workspace, here.credential, holder)
    # The answer stands: the next request keeps the session, or another one just renewed it.
    except (Unavailable, SignInRequired) as error:
        LOG.warning("request %s: the session was not kept: %s", here.request_id, error)
    return response
