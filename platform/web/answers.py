"""What a view gives back: a page to render, a place to go, or rows to download.

A view returns values; rendering happens after its unit of work is over.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask import Response, render_template, request, session

from ..runtime.installing import Proposal
from ..runtime.storage.unit_of_work import Unit


@dataclass(frozen=True)
class Page:
    """``template`` with ``context``; in a dialog or for a fragment only its middle is rendered."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True)
class Go:
    """To another page after something was done; ``said`` is shown there, once.

    ``undo`` is the address whose POST takes it back. A dialog gets the same as JSON.
    """

    to: str
    said: str | None = None
    undo: str | None = None
    undo_data: Mapping[str, str] = field(default_factory=dict)
    id: str | None = None
    title: str | None = None


@dataclass(frozen=True)
class Planned:
    """A publication to be made now, and where to go when it is in effect. ``also``: what is done in
    its transaction."""

    proposal: Proposal
    then: Go
    also: Callable[[Unit], None] | None = None


Answer = Page | Go | Response | str | dict[str, Any]


def fragment() -> str:
    """What the page's scripts asked for: ``dialog``, ``board``, ``1`` (a part), or nothing."""
    return request.headers.get("X-Fragment", "")


def respond(answer: Answer) -> Response | str | dict[str, Any]:
    match answer:
        case Page():
            return Response(render_template(answer.template, **answer.context), answer.status)
        case Go() if fragment() == "dialog":
            return {
                "id": answer.id,
                "title": answer.title,
                "location": answer.to,
                "message": answer.said,
            }
        case Go():
            return _gone(answer)
        case _:
            return answer


def _gone(answer: Go) -> Response:
    if answer.said:
        session["note"] = [answer.said, answer.undo, dict(answer.undo_data)]
    return Response(status=303, headers={"Location": answer.to})


def safe_path(address: str | None, default: str = "/") -> str:
    """``address`` when it is a path of this site, else ``default``: never off to another host."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return default
    parts = urlsplit(address)
    plain = not parts.scheme and not parts.netloc and "\\" not in address
    return address if plain and address.isprintable() else default
