"""Recomputing the clocks of an object on a page: what would change, and how far it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from ..metadata.definitions import Object
from ..metadata.field_types.clock import STANDINGS
from ..metadata.formats import moment_format, relative_moment
from ..metadata.service_levels import service_levels_of
from ..runtime.forms import titles_of
from ..runtime.storage.unit_of_work import Unit
from ..workflow.sla import recomputing
from ..workflow.sla.recomputing import Difference, Preview, Progress
from . import standings
from .labels import Labels


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    title: str
    url: str | None
    target: str
    before: str
    before_color: str
    after: str
    after_color: str
    due_before: str
    due_after: str


@dataclass(frozen=True, slots=True)
class RecomputeModel:
    """``rows``: the examples of the preview, in words."""

    label: str
    start_url: str
    preview: Preview
    rows: tuple[DifferenceRow, ...]
    progress: Progress | None
    started: str
    is_running: bool


def recompute(unit: Unit, name: str, labels: Labels) -> RecomputeModel:
    """What recomputing would change, and how far it came. Raises AccessDenied, NotFound."""
    preview, progress = recomputing.preview(unit, name), recomputing.progress(unit, name)
    obj = unit.catalog.object(name)
    started = ""
    if progress is not None:
        started = relative_moment(progress.started_at, unit.now, unit.zone, labels.locale)
    return RecomputeModel(
        label=labels.plural(obj),
        start_url=url_for("service_levels.start", name=obj.name),
        preview=preview,
        rows=rows_of(unit, obj, preview, labels),
        progress=progress,
        started=started,
        is_running=progress is not None and progress.ended_at is None,
    )


def rows_of(unit: Unit, obj: Object, preview: Preview, labels: Labels) -> tuple[DifferenceRow, ...]:
    titles = titles_of(unit, {obj.name: {each.record for each in preview.examples}})
    return tuple(_row(unit, obj, each, titles, labels) for each in preview.examples)


def _row(
    unit: Unit, obj: Object, each: Difference, titles: Mapping[str, str | None], labels: Labels
) -> DifferenceRow:
    def due(moment: datetime | None) -> str:
        return moment_format(labels.locale)(moment, unit.zone) if moment else "–"

    before, after = each.before, each.after
    named = service_levels_of(unit.catalog, obj.name).target(each.target)
    target = labels.thing(named) if named else each.target.replace("_", " ").capitalize()
    nothing = labels.text("no clock")
    return DifferenceRow(
        title=titles.get(each.record) or labels.text("Untitled"),
        url=f"/o/{obj.name}/{each.record}" if each.record in titles else None,
        target=target,
        before=labels.text(STANDINGS[before]) if before else nothing,
        before_color=standings.COLORS[before] if before else "gray",
        after=labels.text(STANDINGS[after]) if after else nothing,
        after_color=standings.COLORS[after] if after else "gray",
        due_before=due(each.due_before),
        due_after=due(each.due_after),
    )
