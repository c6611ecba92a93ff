"""What an action would do, told to the person who tries it: of its trace what leaves a mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ..metadata.catalog import Catalog
from .labels import Labels

ON_RECORDS = {
    "create": "{object}: {count} new",
    "update": "{object}: {count} changed",
    "delete": "{object}: {count} deleted",
    "submit": "{object}: {count} submitted for approval",
}
BESIDE = {
    "notify": "{count} {count:person is|people are} told",
    "send": "{count} {count:message leaves|messages leave}",
}


def lines(trace: Sequence[Mapping[str, Any]], catalog: Catalog, labels: Labels) -> tuple[str, ...]:
    counted: Counter[tuple[str, str]] = Counter()
    for each in trace:
        did, _, many = str(each["did"]).partition(": ")
        if did == "webhook":
            counted[did, many] += 1
        else:
            counted[did, str(each.get("object", ""))] += int(many or 1)
    return tuple(
        _line(did, about, count, catalog, labels)
        for (did, about), count in counted.items()
        if count and (did in ON_RECORDS or did in BESIDE or did == "webhook")
    ) or (labels.text("Nothing would change."),)


def _line(did: str, about: str, count: int, catalog: Catalog, labels: Labels) -> str:
    if did == "webhook":
        return labels.text("Another system is called: {name}", name=about)
    if did in BESIDE:
        return labels.text(BESIDE[did], count=count)
    called = labels.object(catalog.object(about))
    return labels.text(ON_RECORDS[did], object=called, count=count)
