"""How the timeline tells of records that changed hands by a pool or a queue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ..metadata.definitions import Object
from ..metadata.field_types.base import Format
from ..metadata.formats import date_format
from ..runtime.history import Edit, Entry
from .labels import Labels

KINDS: Mapping[str, tuple[str, str]] = {
    "claim": ("claimed this from the pool", "hand-grab"),
    "assign": ("assigned this to {owner}", "user-share"),
    "release": ("released this into the pool", "arrow-back-up"),
    "recycle": ("put this back into the pool", "refresh"),
    "take": ("took this out of the queue “{queue}”", "hand-grab"),
    "dealt": ("put this into the queue “{queue}”, which gave it to {owner}", "user-share"),
    "pool_warning": ("warns: this goes back to the pool on {due}", "clock-hour-4"),
}
TOLD = ("owner", "queue", "reason", "due")
"""What these words say already; other fields of the same save are listed as ever."""


@dataclass(frozen=True, slots=True)
class Told:
    did: str
    icon: str
    said: str | None
    others: tuple[Edit, ...]


def told(entry: Entry, obj: Object, labels: Labels, how: Format) -> Told | None:
    """None: it is none of these."""
    if entry.kind not in KINDS:
        return None
    template, icon = KINDS[entry.kind]
    after = {edit.field: edit.after for edit in entry.edits}
    said = {name: how.titles.get(str(after.get(name)), "?") for name in ("owner", "queue")}
    if after.get("due"):
        said["due"] = date_format(labels.locale)(date.fromisoformat(after["due"]))
    others = tuple(edit for edit in entry.edits if edit.field not in TOLD)
    did = labels.text(template, **said)
    return Told(did, icon, _reason(after.get("reason"), obj, labels), others)


def _reason(reason: str | None, obj: Object, labels: Labels) -> str | None:
    """What somebody wrote, or the label of the rule that did it."""
    rules = obj.access.pool.recycle if obj.access.pool else ()
    rule = next((each for each in rules if each.id == reason), None)
    return labels.thing(rule) if rule else reason
