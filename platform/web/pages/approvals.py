"""Approvals: submitting a record, my tasks, a case, and what people do with it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, request, url_for

from ...errors import Conflict, TypecaseError
from ...runtime import users
from ...runtime.storage.unit_of_work import Unit
from ...workflow.approvals import deciding, inbox, submitting
from ...workflow.approvals.deciding import Decision
from .. import approval_pages, inbox_pages
from ..answers import Answer, Go, Page, fragment, safe_path
from ..errors import status_of
from ..visits import reads, visit, writes, writes_or

pages = Blueprint("approvals", __name__)


@pages.get("/o/<name>/<uuid:id_>/submit")
@reads
def ask(unit: Unit, name: str, id_: UUID) -> Answer:
    return _form(unit, name, id_)


def ask_again(unit: Unit, name: str, id_: UUID, error: TypecaseError) -> Answer:
    return _form(unit, name, id_, error)


@pages.post("/o/<name>/<uuid:id_>/submit")
@writes_or(ask_again)
def submit(unit: Unit, name: str, id_: UUID) -> Answer:
    comment = request.form.get("comment", "")
    submitting.submit(unit, name, str(id_), comment=comment, chosen=_chosen())
    to = url_for("records.show", name=name, id_=id_)
    return Go(to, visit().labels.text("Submitted for approval."), id=str(id_))


@pages.get("/approvals")
@reads
def mine(unit: Unit) -> Answer:
    model = inbox_pages.my_tasks(unit, request.args, visit().labels)
    return Page("approvals/inbox.html", {"model": model})


@pages.post("/approvals/decide")
@writes
def decide_many(unit: Unit) -> Answer:
    """Several tasks at once; what is refused stays, and is named."""
    given = [each.partition(":")[::2] for each in request.form.getlist("task")]
    comment = request.form.get("comment", "")
    done = inbox.decide_many(unit, given, request.form.get("decision", ""), comment)
    cases = {task: case for case, task in given}
    refused = [(cases[task], error.text(visit().locale)) for task, error in done if error]
    titles = inbox.about(unit, [case for case, _ in refused])
    text = visit().labels.text
    said = [text("{count} decided.", count=len(done) - len(refused))]
    for case, why in refused:
        said.append(f"{titles[case]}: {why}" if case in titles else why)
    return Go(url_for("approvals.mine"), " ".join(dict.fromkeys(said)))


@pages.get("/approvals/people")
@reads
def people(unit: Unit) -> Answer:
    """Whom one may ask instead, or too."""
    found = users.choices(unit, request.args.get("q", ""))
    return {"results": [{"value": u.id, "text": u.name, "second": u.login} for u in found]}


@pages.get("/approvals/<uuid:id_>")
@reads
def case(unit: Unit, id_: UUID) -> Answer:
    return _case(unit, id_)


def case_again(unit: Unit, id_: UUID, error: TypecaseError) -> Answer:
    return _case(unit, id_, error)


@pages.post("/approvals/<uuid:id_>/decide")
@writes_or(case_again)
def decide(unit: Unit, id_: UUID) -> Answer:
    given = request.form
    said = Decision(
        decision=given.get("decision", ""),
        task=given.get("task"),
        to=given.get("to") or None,
        comment=given.get("comment", ""),
        straight=given.get("straight") == "1",
        after=given.get("place") == "after",
        votes=given.get("votes", "1") == "1",
    )
    return _done(unit, id_, lambda: deciding.decide(unit, str(id_), said), "Done.")


@pages.post("/approvals/<uuid:id_>/withdraw")
@writes_or(case_again)
def withdraw(unit: Unit, id_: UUID) -> Answer:
    comment = request.form.get("comment", "")
    return _done(unit, id_, lambda: deciding.withdraw(unit, str(id_), comment), "Withdrawn.")


@pages.post("/approvals/<uuid:id_>/take_back")
@writes_or(case_again)
def take_back(unit: Unit, id_: UUID) -> Answer:
    said = "Your decision is taken back."
    return _done(unit, id_, lambda: deciding.take_back(unit, str(id_)), said)


@pages.post("/approvals/<uuid:id_>/remind")
@writes_or(case_again)
def remind(unit: Unit, id_: UUID) -> Answer:
    return _done(unit, id_, lambda: deciding.remind(unit, str(id_)), "Reminded.")


def _done(unit: Unit, id_: UUID, do: Callable[[], object], said: str) -> Answer:
    """Back to the case; where somebody was first, with a word about that."""
    word = visit().labels.text(said)
    try:
        with unit.savepoint():
            do()
    except Conflict as refused:
        word = refused.text(visit().locale)
    here = url_for("approvals.case", id_=id_)
    return Go(safe_path(request.form.get("back"), here), word)


def _case(unit: Unit, id_: UUID, error: TypecaseError | None = None) -> Answer:
    model = approval_pages.case(unit, str(id_), visit().labels, error)
    return Page("approvals/case.html", {"model": model}, status_of(error) if error else 200)


def _form(unit: Unit, name: str, id_: UUID, error: TypecaseError | None = None) -> Answer:
    labels, comment = visit().labels, request.form.get("comment", "")
    model = approval_pages.submit_form(unit, name, str(id_), comment, _chosen(), labels, error)
    template = "approvals/submit_body.html" if fragment() else "approvals/submit.html"
    return Page(template, {"model": model}, status_of(error) if error else 200)


def _chosen() -> dict[str, list[str]]:
    """Whom the form picks: node → ids of people."""
    given = request.form
    return {
        key.removeprefix("chosen."): [each for each in given.getlist(key) if each]
        for key in given
        if key.startswith("chosen.")
    }
