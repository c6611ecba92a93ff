"""Messages for whoever looks after them: the log with its replay, the accounts they leave by."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, request, url_for

from ...errors import BadRequest, TypecaseError, Unavailable
from ...runtime.storage.unit_of_work import Unit
from ...workflow.messages import accounts, gateway_accounts, outbox, suppressions, trying
from .. import account_pages, message_pages, text_account_pages
from ..answers import Answer, Go, Page, respond
from ..errors import status_of
from ..form_input import chosen_ids
from ..visits import reads, require_visitor, visit, writes, writes_or

pages = Blueprint("messages", __name__, url_prefix="/admin/messages")


@pages.get("")
@reads
def show(unit: Unit) -> Answer:
    model = message_pages.log(unit, request.args, visit().labels)
    return Page("administration/messages.html", {"model": model})


@pages.post("/replay")
@writes
def replay(unit: Unit) -> Answer:
    ids = chosen_ids(request.form, outbox.MOST)
    outbox.replay(unit, ids)
    said = visit().labels.text("{count} {count:message waits|messages wait} again.", count=len(ids))
    return Go(url_for("messages.show"), said)


@pages.get("/suppressions")
@reads
def suppressed(unit: Unit) -> Answer:
    model = message_pages.suppressed(unit, request.args, visit().labels)
    return Page("administration/suppressions.html", {"model": model})


@pages.post("/suppressions/lift")
@writes
def lift(unit: Unit) -> Answer:
    suppressions.lift(unit, request.form.get("address", ""))
    said = visit().labels.text("Marketing may go there again.")
    return Go(url_for("messages.suppressed"), said)


@pages.get("/account")
@reads
def account(unit: Unit) -> Answer:
    return _account(unit)


def again(unit: Unit, error: TypecaseError) -> Answer:
    return _account(unit, error)


@pages.post("/account")
@writes_or(again)
def save(unit: Unit) -> Answer:
    if "remove" in request.form:
        accounts.remove(unit, accounts.EMAIL)
        return Go(url_for("messages.account"), visit().labels.text("Removed."))
    accounts.save_mail(unit, request.form)
    return Go(url_for("messages.account"), visit().labels.text("Saved. Now send a test mail."))


@pages.post("/account/test")
def test() -> Response:
    """A mail to whoever presses; the page says how it went."""
    require_visitor()
    here = visit()
    who = account_pages.credential(here)
    try:
        address = trying.test_mail(here.workspace, who)
    except (Unavailable, BadRequest) as error:
        with here.workspace.read(who) as unit:
            return make_response(respond(_account(unit, error, typed=False)))
    said = here.labels.text("A test mail is on its way to {address}.", address=address)
    return make_response(respond(Go(url_for("messages.account"), said)))


@pages.get("/texts")
@reads
def texts(unit: Unit) -> Answer:
    return _texts(unit)


def texts_again(unit: Unit, error: TypecaseError) -> Answer:
    return _texts(unit, error)


@pages.post("/texts")
@writes_or(texts_again)
def save_texts(unit: Unit) -> Answer:
    if "remove" in request.form:
        accounts.remove(unit, gateway_accounts.SMS)
        return Go(url_for("messages.texts"), visit().labels.text("Removed."))
    gateway_accounts.save(unit, request.form)
    said = visit().labels.text("Saved. Now send a test message.")
    return Go(url_for("messages.texts"), said)


@pages.post("/texts/test")
def test_texts() -> Response:
    """A message to the number that is typed; the page says how it went."""
    require_visitor()
    here = visit()
    who = account_pages.credential(here)
    try:
        number = trying.test_text(here.workspace, who, request.form.get("number", ""))
    except (Unavailable, BadRequest) as error:
        with here.workspace.read(who) as unit:
            return make_response(respond(_texts(unit, error, typed=False)))
    said = here.labels.text("The gateway has taken a message to {number}.", number=number)
    return make_response(respond(Go(url_for("messages.texts"), said)))


def _texts(unit: Unit, error: TypecaseError | None = None, typed: bool = True) -> Page:
    form = request.form if error is not None and typed else None
    model = text_account_pages.build(unit, visit().labels, request.args, form, error)
    return Page("administration/text_account.html", {"model": model},
                status_of(error) if error else 200)  # fmt: skip


def _account(unit: Unit, error: TypecaseError | None = None, typed: bool = True) -> Page:
    form = request.form if error is not None and typed else None
    model = message_pages.account(unit, visit().labels, form, error)
    return Page("administration/mail_account.html", {"model": model},
                status_of(error) if error else 200)  # fmt: skip
