"""What the stages of a path say on pages: marks beside a title, time spent, where it may go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from markupsafe import Markup

from ..metadata.definitions import Object
from ..runtime import stages
from ..runtime.stages import STALLED, Sign
from ..runtime.storage.unit_of_work import Unit
from .labels import Labels

MARK = Markup('<span class="pill c-{color}" title="{why}">{word}</span>')
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def of_rows(unit: Unit, obj: Object, ids: Sequence[str], labels: Labels) -> Mapping[str, Markup]:
    """The marks of a page of records, by record."""
    found = stages.signs(unit, obj, ids)
    return {id_: Markup(" ") + Markup(" ").join(_mark(each, labels) for each in signs)
            for id_, signs in found.items()}  # fmt: skip


def in_words(sign: Sign, labels: Labels) -> str:
    if sign.name == STALLED:
        return labels.text("In this stage for {count} {count:day|days}.", count=sign.days)
    return sign.message


def _mark(sign: Sign, labels: Labels) -> Markup:
    word, color = (labels.text("At risk"), "red")
    if sign.name == STALLED:
        word, color = labels.text("Stalled"), "orange"
    return MARK.format(color=color, why=in_words(sign, labels), word=word)


def length(time: timedelta, labels: Labels) -> str:
    """A length of time as short as it can be said."""
    if time >= DAY:
        return labels.text("{count} d", count=time.days)
    return labels.text("{count} h", count=time // HOUR)
