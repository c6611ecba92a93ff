"""Files that come with a form: their bytes are kept before the transaction that needs them."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import current_app, g, request

from ..runtime import file_store, files
from ..runtime.file_store import Stored
from ..runtime.storage.unit_of_work import Unit


def store_all(name: str) -> list[Stored]:
    """The bytes of every file posted as ``name``, in the folder. Raises TooLarge."""
    folder = current_app.config["TYPECASE"].main.settings.files
    chosen = [each for each in request.files.getlist(name) if each.filename]
    return [
        file_store.store(folder, cast(BinaryIO, each.stream), each.filename or "")
        for each in chosen
    ]


def keep(name: str) -> None:
    """Stores what was posted as ``name``; ``kept`` gives it to the transaction."""
    g.uploads = {name: store_all(name)}


def keep_all() -> None:
    """Stores the file of every file input of a form."""
    g.uploads = {name: store_all(name) for name in request.files}


def kept(name: str) -> list[Stored]:
    found: list[Stored] = g.get("uploads", {}).get(name, [])
    return found


def claim(unit: Unit, name: str) -> str | None:
    """The value of the file field ``name`` for what was posted with it; None: nothing was."""
    stored = kept(name)
    return files.upload(unit, stored[0]) if stored and unit.writes else None
