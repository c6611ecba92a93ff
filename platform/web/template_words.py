"""The words every template may use: texts, icons, faces, addresses. Plain functions, no state."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import Any

from flask import g, session
from markupsafe import Markup

from ..texts import translate
from .answers import fragment
from .assets import Assets
from .shell import Shell, build_shell
from .visits import Visit, debug_shown, visit

FACE_COLORS = ("blue", "indigo", "purple", "pink", "orange", "green", "teal", "cyan")

SCRIPT_TEXTS = (
    "Close",
    "Copied",
    "Nothing found",
    "{count} selected",
    "Create “{title}”",
    "{place} of {count}",
)
"""What the scripts say; each is translated like every other text."""


def N_(text: str) -> str:  # noqa: N802 - the usual name for a text that is translated later
    return text


SHORTCUTS = (
    (("/",), N_("Search")),
    (("Ctrl", "K"), N_("Command palette")),
    (("n",), N_("New record")),
    (("e",), N_("Edit the record")),
    (("f",), N_("Filter the list")),
    (("j", "k"), N_("Next and previous row")),
    (("x",), N_("Choose the row")),
    (("Enter",), N_("Open the row, or edit the cell")),
    (("Ctrl", "↑"), N_("Previous record of the list")),
    (("Ctrl", "↓"), N_("Next record of the list")),
    (("Ctrl", "Enter"), N_("Save")),
    (("Ctrl", "S"), N_("Save and stay")),
    (("Esc",), N_("Close or cancel")),
    (("?",), N_("This list")),
)


def template_words(assets: Assets) -> dict[str, Callable[..., Any] | Any]:
    return {
        "_": say,
        "icon": assets.icon,
        "assets": assets,
        "face": face,
        "csrf_field": csrf_field,
        "notes": notes,
        "shortcuts": lambda: [(keys, say(what)) for keys, what in SHORTCUTS],
        "script_texts": lambda: json.dumps({t: say(t) for t in SCRIPT_TEXTS}, ensure_ascii=False),
        "debug_shown": debug_shown,
        "fragment": fragment,
    }


def page_words() -> dict[str, Any]:
    """What belongs to the request: who is here, and the shell around a whole page."""
    return {"visit": visit(), "shell": None if fragment() else shell()}


def say(template: str, **data: Any) -> str:
    """The text in the visitor's language."""
    return translate(template, g.visit.locale, **data)


def shell() -> Shell | None:
    """What stands around the page; None for somebody who has not signed in."""
    here: Visit = visit()
    if here.actor is None or here.catalog is None:
        return None
    if "shell" not in g:
        g.shell = build_shell(here.catalog, here.actor, here.labels)
    found: Shell = g.shell
    return found


def face(name: str, classes: str = "") -> Markup:
    """A round with initials; the colour follows from the name."""
    color = FACE_COLORS[zlib.crc32(name.encode()) % len(FACE_COLORS)]
    words = name.split()
    letters = name[-2:] if name and ord(name[0]) > 0x2E80 else "".join(w[0] for w in words[:2])
    return Markup('<span class="face c-{} {}" aria-hidden="true">{}</span>').format(
        color, classes, letters.upper()
    )


def csrf_field() -> Markup:
    return Markup('<input type="hidden" name="csrf" value="{}">').format(visit().csrf)


def notes() -> list[dict[str, Any]]:
    """What the last action left to be said; shown once."""
    kept = session.pop("note", None)
    if not kept:
        return []
    text, undo, data = kept
    return [{"text": text, "undo": undo, "data": data}]
