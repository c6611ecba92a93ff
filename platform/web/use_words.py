"""Where a definition names something, in words for whoever wants to remove what is named."""

from __future__ import annotations

from collections.abc import Mapping

from ..metadata.references import Reference
from ..runtime.storage.unit_of_work import Unit
from .labels import Labels

WORDS: Mapping[str, str] = {
    "sharing": "sharing rule “{label}” of {object}",
    "pool": "pool “{label}” of {object}",
    "actions": "action “{label}” of {object}",
    "automations": "automation “{label}” of {object}",
    "sla": "service level “{label}” of {object}",
    "approvals": "approval “{label}” of {object}",
}
"""By the first key of the place in an object's document."""


def use_words(unit: Unit, use: Reference, labels: Labels) -> str:
    """What uses something: “approval “Discount” of Deals”."""
    document, path = use.document, use.path
    obj, start = unit.catalog.objects.get(document.name), str(path[0])
    if obj is None or start not in WORDS:
        return "/".join(filter(None, (document.kind, document.name, start)))
    thing = path[:1] if start == "pool" else path[:2]
    content = document.content[start]
    if start != "pool":
        content = next((each for each in content if each.get("name") == path[1]), {})
    own = content.get("label") or content.get("name") or str(thing[-1])
    key = "/".join((document.name, *map(str, thing)))
    label = unit.catalog.label(f"{document.package_of(*thing)}:{key}", own, labels.locale)
    return labels.text(WORDS[start], label=label, object=labels.plural(obj))
