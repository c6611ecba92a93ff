"""Pools and queues: limits, periods and members, changed on pages and published at once."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from ...errors import TypecaseError
from ...runtime.storage.unit_of_work import Unit
from .. import pool_forms, queue_forms
from ..answers import Answer, Page, Planned
from ..errors import status_of
from ..rights_edit import planned
from ..visits import publishes, reads, visit

pages = Blueprint("administration_limits", __name__, url_prefix="/admin")


@pages.get("/pools")
@reads
def pools(unit: Unit) -> Answer:
    model = pool_forms.pools(unit, visit().labels)
    return Page("administration/pools.html", {"model": model})


@pages.get("/pools/<object_name>")
@reads
def pool(unit: Unit, object_name: str) -> Answer:
    return _pool_page(unit, object_name, is_new=False)


@pages.get("/pools/<object_name>/new")
@reads
def new_pool(unit: Unit, object_name: str) -> Answer:
    return _pool_page(unit, object_name, is_new=True)


def _pool_page(unit: Unit, object_name: str, is_new: bool) -> Page:
    model = pool_forms.pool(unit, object_name, is_new, visit().labels)
    return Page("administration/pool.html", {"model": model})


def pool_again(unit: Unit, error: TypecaseError, object_name: str) -> Answer:
    return _pool_again(unit, error, object_name, is_new=False)


def new_pool_again(unit: Unit, error: TypecaseError, object_name: str) -> Answer:
    return _pool_again(unit, error, object_name, is_new=True)


def _pool_again(unit: Unit, error: TypecaseError, object_name: str, is_new: bool) -> Page:
    model = pool_forms.pool(unit, object_name, is_new, visit().labels, request.form, error)
    return Page("administration/pool.html", {"model": model}, status_of(error))


@pages.post("/pools/<object_name>")
@publishes(pool_again)
def save_pool(unit: Unit, object_name: str) -> Answer | Planned:
    return _save_pool(unit, object_name, is_new=False)


@pages.post("/pools/<object_name>/new")
@publishes(new_pool_again)
def save_new_pool(unit: Unit, object_name: str) -> Answer | Planned:
    return _save_pool(unit, object_name, is_new=True)


def _save_pool(unit: Unit, object_name: str, is_new: bool) -> Answer | Planned:
    """Shows first how many records would go back; ``publish`` does it. ``add`` and ``drop`` change
    the form: a rule more, a rule less."""
    labels, form = visit().labels, request.form
    going: tuple[str, ...] = ()
    if form.get("do") != "add" and not form.get("drop"):
        edit = pool_forms.saved(unit, object_name, is_new, form, labels)
        if form.get("do") == "publish":
            return planned(unit, edit, form, url_for("administration_limits.pools"), labels)
        going = pool_forms.previewed(unit, object_name, edit, form, labels)
    model = pool_forms.pool(unit, object_name, is_new, labels, form, going=going)
    return Page("administration/pool.html", {"model": model})


@pages.get("/queue/<queue_name>")
@reads
def queue(unit: Unit, queue_name: str) -> Answer:
    model = queue_forms.queue(unit, queue_name, visit().labels)
    return Page("administration/queue.html", {"model": model})


def queue_again(unit: Unit, error: TypecaseError, queue_name: str) -> Answer:
    # a queue that is to go is shown as it is
    form = None if request.form.get("do") == "remove" else request.form
    model = queue_forms.queue(unit, queue_name, visit().labels, form, error)
    return Page("administration/queue.html", {"model": model}, status_of(error))


@pages.post("/queue/<queue_name>")
@publishes(queue_again)
def save_queue(unit: Unit, queue_name: str) -> Answer | Planned:
    labels = visit().labels
    if request.form.get("do") == "remove":
        edit = queue_forms.removed(unit, queue_name, labels)
    else:
        edit = queue_forms.saved(unit, queue_name, request.form, labels)
    return planned(unit, edit, request.form, url_for("administration_rights.groups"), labels)
