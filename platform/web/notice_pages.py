"""Notices as values for their page: what a reader may no longer see is not named."""

from __future__ import annotations

from dataclasses import dataclass

from ..metadata.formats import moment_format, relative_moment
from ..runtime.forms import titles_of
from ..runtime.storage.unit_of_work import Unit
from ..texts import translate
from ..workflow import notices
from ..workflow.notices import MOST_COUNTED, Notice
from .labels import Labels

OUT_OF_SIGHT = "You may no longer read the record this was about."


@dataclass(frozen=True, slots=True)
class NoticeModel:
    """``title`` and ``url`` of the record are empty where it is out of the reader's sight."""

    text: str
    when: str
    moment: str
    object: str
    title: str
    url: str
    is_new: bool


def build(unit: Unit, labels: Labels) -> tuple[NoticeModel, ...]:
    found = notices.mine(unit)
    wanted: dict[str, list[str]] = {}
    for each in found:
        if each.object and each.record and each.object in unit.catalog.objects:
            wanted.setdefault(each.object, []).append(each.record)
    titles = titles_of(unit, wanted)
    return tuple(_model(unit, each, titles, labels) for each in found)


def count(unread: int) -> str:
    if not unread:
        return ""
    return f"{MOST_COUNTED - 1}+" if unread >= MOST_COUNTED else str(unread)


def _model(unit: Unit, notice: Notice, titles: dict[str, str], labels: Labels) -> NoticeModel:
    obj = unit.catalog.objects.get(notice.object or "")
    title = titles.get(notice.record or "", "")
    return NoticeModel(
        text=notice.text or translate(OUT_OF_SIGHT, labels.locale),
        when=relative_moment(notice.at, unit.now, unit.zone, labels.locale),
        moment=moment_format(labels.locale)(notice.at, unit.zone),
        object=labels.object(obj) if obj else "",
        title=title,
        url=f"/o/{obj.name}/{notice.record}" if obj and title else "",
        is_new=notice.read_at is None,
    )
