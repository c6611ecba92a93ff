"""A7: what an approval opens to whom: by what way somebody came to be asked, what they read of the
record meanwhile and afterwards, and that nobody approves what they submitted themselves."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.web.served import Served
from tests.workflow.approvals.firm import Firm
from tests.workflow.approvals.graphs import approve, edge, end, graph, role, start, ways
from typecase.bootstrap import runner_of
from typecase.errors import AccessDenied, Conflict, NotFound
from typecase.runtime import comments, file_store, files, handing, saving, users
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.message_tables import message
from typecase.workflow import notices
from typecase.workflow.approvals import absences, deciding

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

TODAY = date(2026, 11, 21)
WORDS = {"name": "falcontaxi", "note": "falconnote", "comment": "falconsaid", "file": "falconbytes",
         "code": "falconcode"}  # fmt: skip
"""What lies where on the expense; ``code`` is what it held before."""
SECRET = "falconsecret"
AWAY = 401


class Court(Firm, Served):
    """The firm with its application; Ada submits ``expense``."""

    def __init__(self, database: str, folder: Path, *graphs: dict[str, Any]) -> None:
        super().__init__(database, folder, *graphs)
        self.serve()

    def begin(self) -> None:
        self.submit(name=WORDS["name"], note="before", code=WORDS["code"])

        def put_on(unit: Any) -> None:
            told = {"note": WORDS["note"], "code": "after", "secret": SECRET}
            saving.update(unit, "expense", self.expense, told)
            comments.add(unit, "expense", self.expense, WORDS["comment"])
            folder = self.platform.settings.files
            stored = file_store.store(folder, io.BytesIO(WORDS["file"].encode()), "a.txt")
            self.file = files.attach(unit, "expense", self.expense, stored)

        self.workspace.run(SYSTEM, put_on)

    def told(self, login: str) -> set[str]:
        """Which of the words somebody is told, wherever they ask."""
        call, browser = self.api(self.who(login)), self.browser(self.who(login))
        records = "/objects/expense/records"
        one = f"{records}/{self.expense}"
        texts = [call("GET", path).get_data(as_text=True) for path in (
            records, one, f"{one}/history", f"{one}/timeline", f"{one}/files", "/approvals",
            f"{one}/files/{self.file}", "/approvals?state=decided", f"/approvals/{self.case}",
            "/search?q=falcontaxi",
        )]  # fmt: skip
        texts += [browser.get(path).get_data(as_text=True) for path in (
            "/o/expense", f"/o/expense/{self.expense}", f"/files/{self.file}", "/approvals", "/",
            "/approvals?state=decided", f"/approvals/{self.case}", "/notices",
            f"/o/expense/{self.expense}/access",
        )]  # fmt: skip
        everything = "\n".join(texts)
        found = {name for name, word in WORDS.items() if word in everything}
        return found | ({"secret"} if SECRET in everything or "secret" in everything else set())

    def case_status(self, login: str) -> int:
        return int(self.api(self.who(login))("GET", f"/approvals/{self.case}").status_code)

    def role(self, login: str, name: str | None) -> None:
        id_ = self.who(login).id
        self.workspace.run(SYSTEM, lambda unit: users.update(unit, id_, {"role": name}))


Open = Callable[..., Court]


@pytest.fixture
def court_of(database: str, tmp_path: Path) -> Iterator[Open]:
    opened: list[Court] = []

    def make(*people: dict[str, Any], **more: Any) -> Court:
        first = approve("first", *people, **more)
        nodes = [start(), first, end(), end("rejected")]
        edges = [edge("submit", "first"), *ways("first", "approved")]
        opened.append(Court(database, tmp_path, graph(nodes, edges, lock=False)))
        return opened[0]

    yield make
    for each in opened:
        each.close()


BOSS, CFO = {"user": "boss"}, {"user": "cfo"}
ALL, NONE = set(WORDS), set[str]()


def away(court: Court, who: str, deputy: str, **more: Any) -> None:
    one, other = court.who(who), court.who(deputy)
    court.workspace.run(one, lambda u: absences.add(u, one.id, other.id, TODAY, TODAY, **more))


def disabled(court: Court, who: str) -> None:
    id_ = court.who(who).id
    court.workspace.run(court.who("admin"), lambda unit: users.disable(unit, id_))


def begun(court: Court) -> None:
    court.begin()


def deputised(deputy: str) -> Callable[[Court], None]:
    def work(court: Court) -> None:
        away(court, "boss", deputy)
        court.begin()

    return work


def does(login: str, decision: str, **more: Any) -> Callable[[Court], None]:
    def work(court: Court) -> None:
        court.begin()
        court.does(login, decision, **more)

    return work


def told_in_copy(court: Court) -> None:
    court.begin()
    said = deciding.Decision("cc", to=court.who("head").id)
    court.workspace.run(court.who("boss"), lambda unit: deciding.decide(unit, court.case, said))


def withdrawn(court: Court) -> None:
    court.begin()
    court.workspace.run(court.who("ada"), lambda unit: deciding.withdraw(unit, court.case))


def left(court: Court) -> None:
    court.begin()
    disabled(court, "boss")


def without_right(court: Court) -> None:
    court.begin()
    court.role("boss", "cfo")


def handed_over(court: Court) -> None:
    court.begin()
    boss, head = court.who("boss").id, court.who("head").id
    court.workspace.run(court.who("admin"), lambda unit: handing.hand_over(unit, boss, head))


Reads = dict[str, tuple[set[str], int]]
"""Who → what they are told of the record, and what the case answers."""

REACH: dict[str, tuple[tuple[dict[str, Any], ...], Callable[[Court], None], Reads]] = {
    "asked": ((BOSS,), begun, {"boss": (ALL, 200), "head": (NONE, 404), "stranger": (NONE, 404)}),
    "asked without the right": ((CFO,), begun, {"cfo": (NONE, 200), "boss": (NONE, 404)}),
    "deputy": ((BOSS,), deputised("head"), {"head": (ALL, 200), "boss": (NONE, 200)}),
    "deputy without the right": (
        (BOSS,), deputised("cfo"), {"cfo": (NONE, 200), "boss": (NONE, 200)}),
    "delegated": (
        (BOSS,), does("boss", "delegate", to="head"), {"head": (ALL, 200), "boss": (ALL, 200)}),
    "delegated to one without": (
        (BOSS,), does("boss", "delegate", to="cfo"), {"cfo": (NONE, 200)}),
    "added": ((BOSS,), does("boss", "add_signer", to="head"), {"head": (ALL, 200)}),
    "added without the right": (
        (BOSS,), does("boss", "add_signer", to="cfo"), {"cfo": (NONE, 200)}),
    "reads along": ((BOSS,), told_in_copy, {"head": (ALL, 200)}),
    "handed over": ((BOSS,), handed_over, {"head": (ALL, 200)}),
    "left": ((BOSS,), left, {"boss": (NONE, AWAY), "admin": ({*ALL, "secret"}, 200)}),
    "right taken meanwhile": ((BOSS,), without_right, {"boss": (NONE, 200)}),
    "approved": ((BOSS,), does("boss", "approve"), {"boss": (NONE, 200)}),
    "rejected": ((BOSS,), does("boss", "reject"), {"boss": (NONE, 200)}),
    "withdrawn": ((BOSS,), withdrawn, {"boss": (NONE, 200)}),
}  # fmt: skip


@pytest.mark.parametrize("name", REACH)
def test_who_reads_what_of_a_record_in_approval(court_of: Open, name: str) -> None:
    people, work, expected = REACH[name]
    court = court_of(*people)
    work(court)
    found = {who: (court.told(who), court.case_status(who)) for who in expected}
    assert found == expected
    assert court.told("ada") == ALL


def test_who_may_not_read_it_decides_by_the_case_alone(court_of: Open) -> None:
    """The stated rule: such a person sees steps, people and comments, and may decide."""
    court = court_of(CFO)
    court.begin()
    call = court.api(court.who("cfo"))
    shown = call("GET", f"/approvals/{court.case}").json
    assert "differences" not in shown or shown["differences"] == []
    task = court.task("cfo").id
    done = call("POST", f"/approvals/{court.case}/decisions",
                json={"task": task, "decision": "approve"})  # fmt: skip
    assert (done.status_code, court.state) == (200, "approved")


def test_who_may_not_read_it_is_told_no_title_by_mail_either(court_of: Open) -> None:
    court = court_of(CFO)
    every_way = notices.Choice(bell=True, mail=True, sms=True)
    cfo = court.who("cfo")
    court.workspace.run(cfo, lambda unit: notices.choose(unit, {"approval": every_way}))
    court.begin()
    with court.workspace.read(SYSTEM) as unit:
        told = [dict(row) for row in unit.execute(sa.select(message)).mappings()]
    assert [(row["channel"], row["person"]) for row in told] == [("email", cfo.id), ("sms", cfo.id)]
    assert "Review" in str(told), "what waits, and where"
    assert [word for word in (*WORDS.values(), SECRET) if word in str(told)] == []


def test_beyond_its_own_fields_a_step_writes_nothing(database: str, tmp_path: Path) -> None:
    """What the node lists, by whom it asks, while it asks them; the hidden field by nobody."""
    nodes = [start(), approve("first", BOSS, CFO, editable=["code"]), end(), end("rejected")]
    edges = [edge("submit", "first"), *ways("first", "approved")]
    court = Court(database, tmp_path, graph(nodes, edges))
    court.begin()
    path, whole = f"/objects/expense/records/{court.expense}", court.stored("note", "secret")

    def answers(login: str, **values: Any) -> int:
        return int(court.api(court.who(login))("PATCH", path, json=values).status_code)

    assert answers("boss", code="7") == 200
    assert answers("boss", note="mine") == 423
    assert answers("boss", code="8", note="mine") == 423
    assert answers("boss", secret="mine") == 400
    assert answers("cfo", code="8") == 403, "asked, but without the right on such records"
    assert answers("head", code="8") == 404
    court.does("boss", "approve")
    assert answers("boss", code="8") == 404
    assert court.stored("code", "note", "secret") == {"code": "7", **whole}
    court.close()


# Whoever submitted it ------------------------------------------------------------------------

ADA = {"user": "ada"}


def lends(court: Court) -> None:
    court.submit()
    away(court, "boss", "ada", waiting=True)


def gives(court: Court) -> None:
    court.submit()
    boss, ada = court.who("boss").id, court.who("ada").id
    court.workspace.run(court.who("admin"), lambda unit: handing.hand_over(unit, boss, ada))


def leaves(court: Court) -> None:
    court.submit()
    disabled(court, "boss")


def refused(login: str, decision: str, **more: Any) -> Callable[[Court], None]:
    def work(court: Court) -> None:
        court.submit()
        with pytest.raises(Conflict, match="submitted"):
            court.does(login, decision, **more)

    return work


def waits(court: Court) -> None:
    court.submit()
    runner = runner_of(court.workspace)
    court.clock.advance(timedelta(hours=3))
    runner.planners = ()
    runner.work_off()


def submits(court: Court, **values: Any) -> None:
    court.submit(**values)


def deputises(court: Court) -> None:
    away(court, "boss", "ada")
    court.submit()


OWN: dict[str, tuple[tuple[Any, ...], dict[str, Any], Callable[[Court], None], list[str]]] = {
    "named": ((ADA, BOSS), {}, submits, ["boss"]),
    "by role": ((role("rep"),), {}, submits, ["bob"]),
    "by a field": (({"field": "who"}, BOSS), {},
                   lambda court: submits(court, who=court.who("ada").id), ["boss"]),
    "picked by herself": (({"chosen_by": "submitter"},), {"fallback": [BOSS]},
                          lambda court: submits(court, chosen={"first": [court.who("ada").id]}),
                          ["boss"]),
    "as the fallback": (({"user": "nobody"},), {"fallback": [ADA]}, submits, ["admin"]),
    "as a deputy": ((BOSS,), {}, deputises, ["admin"]),
    "lent what waits": ((BOSS,), {}, lends, ["boss"]),
    "handed over to": ((BOSS,), {}, gives, ["admin"]),
    "instead of who leaves": ((BOSS,), {"fallback": [ADA]}, leaves, ["admin"]),
    "delegated to": ((BOSS,), {}, refused("boss", "delegate", to="ada"), ["boss"]),
    "added": ((BOSS,), {}, refused("boss", "add_signer", to="ada"), ["boss"]),
    "when it is overdue": ((BOSS,), {"due": "2h", "overdue": {"escalate": ADA}}, waits, ["boss"]),
}  # fmt: skip


@pytest.mark.parametrize("name", OWN)
def test_nobody_approves_what_they_submitted(court_of: Open, name: str) -> None:
    people, more, work, expected = OWN[name]
    court = court_of(*people, **more)
    work(court)
    assert court.waiting() == expected
    task = court.task(expected[0], "waiting").id
    for decision in ("approve", "reject", "return"):
        with pytest.raises((AccessDenied, NotFound, Conflict)):
            court.does("ada", decision, task=task)
    assert court.state == "running"


def test_the_only_one_who_could_decide_does_not_decide_about_themselves(court_of: Open) -> None:
    court = court_of({"user": "nobody"})
    with pytest.raises(Conflict, match="Nobody may decide"):
        court.submit("admin")


@pytest.mark.parametrize("name", ["named", "by role", "by a field", "as a deputy", "delegated to"])
def test_where_the_step_allows_it_they_do(court_of: Open, name: str) -> None:
    people, more, work, _ = OWN[name]
    court = court_of(*people, **more, self_approval="allow")
    if name == "delegated to":
        court.submit()
        court.does("boss", "delegate", to="ada")
    else:
        work(court)
    assert "ada" in court.waiting()
    court.does("ada", "approve")
    assert court.state == "approved"
