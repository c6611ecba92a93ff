"""A workspace with its application in front: people at the API and in browsers."""

from __future__ import annotations

from typing import Any

from flask import Flask

from tests.runtime.shop import Shop
from tests.web.pages.site import TOKEN, Browser
from typecase.runtime import saving, sessions, tokens
from typecase.runtime.actors import SYSTEM, Actor
from typecase.web.app import create_app
from typecase.web.cookies import SESSION_COOKIE


class Served(Shop):
    app: Flask

    def serve(self) -> None:
        self.app = create_app(self.platform)

    def make(self, object_name: str, **values: Any) -> str:
        return self.workspace.run(SYSTEM, lambda unit: saving.create(unit, object_name, values))

    def api(self, who: Actor) -> Any:
        """``call(method, path, …)`` as ``who``."""
        issued = self.workspace.run(SYSTEM, lambda unit: tokens.create(unit, "t", user=who.id))
        client = self.app.test_client()
        headers = {"Authorization": f"Bearer {issued.secret}"}

        def call(method: str, path: str, **told: Any) -> Any:
            return client.open(f"/api/v1{path}", method=method, headers=headers, **told)

        return call

    def browser(self, who: Actor) -> Browser:
        begin = sessions.begin
        cookie = self.workspace.run(SYSTEM, lambda unit: begin(unit, who.id, None, "test"))
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, cookie)
        found = TOKEN.search(client.get("/me/password").text)
        return Browser(client, found.group(1) if found else "")
