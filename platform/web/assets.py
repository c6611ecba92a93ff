"""The built scripts, styles and icons: names from the manifest, or none when nothing was built."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from ..resources import data_folder

FALLBACK_ICON = "point"


@dataclass(frozen=True)
class Assets:
    """``files`` maps ``core.js`` to its hashed name; empty without a build."""

    folder: Path
    files: dict[str, str] = field(default_factory=dict)
    icons: frozenset[str] = frozenset()
    drawn: dict[tuple[str | None, str], Markup] = field(default_factory=dict, compare=False)
    """Icons made so far: a page shows the same few many times."""

    @property
    def are_built(self) -> bool:
        return bool(self.files)

    def url(self, name: str) -> str:
        return f"/static/dist/{self.files.get(name, name)}"

    def icon(self, name: str | None, classes: str = "") -> Markup:
        """An ``<svg>`` that uses the sprite; decorative, so screen readers skip it."""
        if not self.files:
            return Markup("")
        made = self.drawn.get((name, classes))
        if made is None:
            made = self.drawn[name, classes] = self._draw(name, classes)
        return made

    def _draw(self, name: str | None, classes: str) -> Markup:
        known = name if name in self.icons else FALLBACK_ICON
        return Markup(
            '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>'
        ).format(classes, self.url("icons.svg"), known)


def load_assets() -> Assets:
    folder = data_folder("web/static") / "dist"
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        return Assets(folder)
    read = json.loads(manifest.read_text("utf-8"))
    return Assets(folder, dict(read["files"]), frozenset(read["icons"]))
