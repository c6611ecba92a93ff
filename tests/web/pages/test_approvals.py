"""Approvals on pages and over REST: the way of an expense from submission to its end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.pages.site import TOKEN
from tests.workflow.approvals.firm import Firm, firm_package
from tests.workflow.approvals.graphs import approve, edge, end, graph, node, role, start, ways
from typecase.runtime import installing, sessions, users
from typecase.runtime.actors import SYSTEM
from typecase.web.app import create_app
from typecase.web.cookies import SESSION_COOKIE


class Desk:
    """The firm's pages, seen by its people."""

    def __init__(self, firm: Firm) -> None:
        self.firm, self.app = firm, create_app(firm.platform)

    def client(self, login: str) -> tuple[FlaskClient, str]:
        with self.firm.workspace.write(SYSTEM) as unit:
            cookie = sessions.begin(unit, self.firm.who(login).id, "127.0.0.1", "test")
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, cookie)
        found = TOKEN.search(client.get("/me/password").text)
        return client, found.group(1) if found else ""

    def get(self, login: str, path: str, status: int = 200) -> str:
        answer = self.client(login)[0].get(path)
        assert answer.status_code == status, answer.text[-2000:]
        return answer.text

    def post(self, login: str, path: str, status: int = 303, **data: Any) -> str:
        client, token = self.client(login)
        answer = client.post(path, data={"csrf": token, **data})
        assert answer.status_code == status, answer.text[-2000:]
        return client.get("/approvals").text if status == 303 else answer.text

    def api(self, login: str, method: str, path: str, status: int, body: Any = None) -> Any:
        client, token = self.client(login)
        sent = {} if method == "GET" else {"json": body or {}}
        answer = client.open(
            f"/api/v1{path}", method=method, headers={"X-CSRF-Token": token}, **sent
        )
        assert answer.status_code == status, answer.text
        return answer.get_json()


@pytest.fixture
def desk(sqlite_database: str, tmp_path: Path) -> Iterator[Desk]:
    firm = Firm(sqlite_database, tmp_path)
    yield Desk(firm)
    firm.close()


def test_from_the_record_to_the_end(desk: Desk) -> None:
    firm = desk.firm
    firm.submit(note="first")
    record, case = f"/o/expense/{firm.expense}", f"/approvals/{firm.case}"
    assert "First: waits for Boss, Chief" in desk.get("ada", record)
    assert "Taxi" in desk.get("boss", "/approvals")
    assert "Nothing waits for you" in desk.get("head", "/approvals")
    shown = desk.get("boss", case)
    assert "Your turn: First" in shown and "In the role Boss" in shown and "<svg" in shown
    task = firm.task("boss").id
    desk.post("boss", f"{case}/decide", task=task, decision="approve", comment="Fine <b>by</b> me")
    assert "Fine &lt;b&gt;by&lt;/b&gt; me" in desk.get("ada", case)
    assert "Already decided by Boss" in desk.post(
        "chief", f"{case}/decide", task=firm.task("chief").id, decision="reject"
    )
    head = firm.task("head").id
    desk.post("head", "/approvals/decide", task=f"{firm.case}:{head}", decision="approve")
    assert firm.state == "approved"
    assert "Approved" in desk.get("ada", record)


def test_submitting_on_the_page(desk: Desk) -> None:
    firm = desk.firm
    firm.submit()
    desk.post("ada", f"/approvals/{firm.case}/withdraw", comment="Not yet")
    record = f"/o/expense/{firm.expense}"
    assert "Submit for approval" in desk.get("ada", record)
    assert "Comment" in desk.get("ada", f"{record}/submit")
    desk.post("ada", f"{record}/submit", comment="Now")
    desk.post("ada", f"{record}/submit", status=409)
    desk.get("stranger", f"/approvals/{firm.case}", 404)


def test_what_changed_since_stands_beside_it(desk: Desk) -> None:
    firm = desk.firm
    firm.submit(note="first")
    firm.does("boss", "return", to="submitter", straight=True)
    now = str(firm.stored("version")["version"])
    desk.post("ada", f"/o/expense/{firm.expense}/fact/note", 200, note="second", version=now)
    shown = desk.get("ada", f"/approvals/{firm.case}")
    assert "<del>first</del>" in shown and "<ins>second</ins>" in shown


def test_over_rest(desk: Desk) -> None:
    firm = desk.firm
    firm.submit()
    [mine] = desk.api("boss", "GET", "/approvals?state=waiting", 200)["approvals"]
    case = desk.api("boss", "GET", f"/approvals/{mine['case']}", 200)
    assert case["state"] == "running" and case["standing"][0]["needed"] == 1
    path = f"/approvals/{mine['case']}"
    said = {"task": mine["task"], "case_version": case["case_version"], "decision": "approve"}
    desk.api("stranger", "POST", f"{path}/decisions", 404, said)
    desk.api("chief", "POST", f"{path}/decisions", 403, said)
    after = desk.api("boss", "POST", f"{path}/decisions", 200, said)
    assert after["case_version"] == case["case_version"] + 1
    refused = desk.api("boss", "POST", f"{path}/decisions", 409, said)
    assert refused["error"]["message"].startswith("Already decided by Boss")
    desk.api("ada", "POST", f"{path}/decisions", 400, {"decision": "approve"})
    desk.api("ada", "PATCH", f"/objects/expense/records/{firm.expense}", 423, {"note": "x"})
    assert desk.api("boss", "POST", f"{path}/take_back", 200)["standing"][0]["node"] == "first"
    assert desk.api("ada", "POST", f"{path}/remind", 200) == {"reminded": 2}
    assert desk.api("ada", "POST", f"{path}/withdraw", 200)["state"] == "withdrawn"
    again = desk.api("ada", "POST", f"/objects/expense/records/{firm.expense}/approvals", 201)
    assert [each["verb"] for each in again["trail"]] == ["submit"]


def test_absences_under_my_account_and_of_others(desk: Desk) -> None:
    firm = desk.firm
    cfo = firm.who("cfo").id
    day = "2026-11-21"
    told = {"since": day, "until": day, "deputy": cfo}
    refused = desk.post("boss", "/me/absences", 422, since="2026-11-25", until=day, deputy=cfo)
    assert "It ends before it begins." in refused and 'value="2026-11-25"' in refused
    assert "Cfo" in refused, "what was chosen is not lost"
    desk.post("boss", "/me/absences", **told)
    shown = desk.get("boss", "/me/absences")
    assert "Away now" in shown and "Cfo decides" in shown
    boss = f"/admin/users/{firm.who('boss').id}/absences"
    desk.get("bob", boss, 403)
    desk.post("bob", boss, 403, **told)
    firm.submit()
    assert firm.waiting() == ["cfo", "chief"]
    [found] = desk.api("boss", "GET", "/absences", 200)["absences"]
    assert (found["deputy"], found["is_now"]) == (cfo, True)
    desk.api("bob", "GET", f"/absences?person={found['person']}", 403)
    desk.api("boss", "POST", "/absences", 422, {"deputy": cfo, "since": day, "until": "soon"})
    desk.api("boss", "DELETE", f"/absences/{found['id']}", 204)
    made = {"deputy": cfo, "since": day, "until": day}
    assert desk.api("boss", "POST", "/absences", 201, made)["since"] == day


def test_a_graph_is_tried_out_on_its_page_and_over_rest(desk: Desk) -> None:
    assert "Review" in desk.get("admin", "/admin/approvals")
    desk.get("boss", "/admin/approvals", 403)
    page = "/admin/approvals/expense/review"
    assert "Nothing is written and nobody is told" in desk.get("admin", page)
    ada = desk.firm.who("ada").id
    tried = desk.get("admin", f"{page}?try=1&submitter={ada}&answer.second=reject")
    assert "It would be rejected." in tried and "In the role Head" in tried
    assert "Written: State" in tried
    asked = {"object": "expense", "submitter": ada, "values": {"amount": "5"}}
    found = desk.api("admin", "POST", "/approvals/simulate", 200, asked)
    assert [stop["node"] for stop in found["path"]] == ["submit", "first", "second", "approved"]
    assert found["path"][1]["people"][0]["why"] == "In the role Boss"
    assert found["outcome"] == "approved"
    desk.api("boss", "POST", "/approvals/simulate", 403, {"object": "expense"})
    wrong = {"object": "expense", "values": {"amount": "x"}}
    assert desk.api("admin", "POST", "/approvals/simulate", 422, wrong)["error"]["details"]


def test_who_and_what_is_tried_out_is_searched_for(sqlite_database: str, tmp_path: Path) -> None:
    """A field that points to somebody is searched, and stays chosen under their name."""
    nodes = [start(), approve("first", {"field": "who"}), end(), end("rejected")]
    who = graph(nodes, [edge("submit", "first"), *ways("first", "approved")])
    firm = Firm(sqlite_database, tmp_path, who)
    desk, head, ada = Desk(firm), firm.who("head"), firm.who("ada")
    page = "/admin/approvals/expense/review"
    assert 'data-url="/o/expense/lookup/who"' in desk.get("admin", page)
    tried = desk.get("admin", f"{page}?try=1&submitter={ada.id}&value.who={head.id}")
    assert f'<option value="{head.id}" selected>{head.name}</option>' in tried
    assert "It would be approved." in tried
    nobody = desk.get("admin", f"{page}?try=1&submitter={ada.id}&value.who=nobody")
    assert "field-error" in nobody and ">nobody<" not in nobody and "It would be" not in nobody
    firm.close()


def test_the_record_it_is_tried_on_is_searched_for(desk: Desk) -> None:
    firm, page = desk.firm, "/admin/approvals/expense/review"
    firm.submit()
    taxi = firm.expense
    shown = desk.get("admin", page)
    assert f'data-url="{page}/records"' in shown and taxi not in shown
    found = desk.client("admin")[0].get(f"{page}/records?q=tax").get_json()["results"]
    assert [(each["value"], each["text"]) for each in found] == [(taxi, "Taxi")]
    assert desk.client("admin")[0].get(f"{page}/records?q=train").get_json()["results"] == []
    desk.get("boss", f"{page}/records?q=tax", 403)
    tried = desk.get("admin", f"{page}?try=1&record={taxi}&submitter={firm.who('ada').id}")
    assert f'<option value="{taxi}" selected>Taxi</option>' in tried
    assert "It would be approved." in tried
    desk.get("admin", f"{page}?try=1&record={firm.case}", 422)


def test_a_step_that_nobody_can_decide_is_marked_on_the_drawing(desk: Desk) -> None:
    firm = desk.firm
    page = "/admin/approvals/expense/review"
    assert "Something is amiss" not in desk.get("admin", page)
    with firm.workspace.write(firm.who("admin")) as unit:
        users.disable(unit, firm.who("head").id)
    shown = desk.get("admin", page)
    assert "Nobody is there for “In the role Head”." in shown and "case-mark" in shown
    assert "2 amiss" in desk.get("admin", "/admin/approvals")


def test_what_happens_in_a_case_stands_on_the_timeline_of_its_record(desk: Desk) -> None:
    firm = desk.firm
    firm.submit()
    firm.does("boss", "return", to="submitter", comment="Which taxi?")
    firm.does("ada", "approve")
    firm.does("chief", "approve")
    shown = desk.get("ada", f"/o/expense/{firm.expense}")
    for said in ("returned it to Whoever submitted it", "Which taxi?", "submitted it again"):
        assert said in shown
    assert f"/approvals/{firm.case}" in shown
    path = f"/objects/expense/records/{firm.expense}/timeline"
    first = desk.api("ada", "GET", f"{path}?limit=2", 200)
    rest = desk.api("ada", "GET", f"{path}?cursor={first['next'].replace('+', '%2B')}", 200)
    told = [x for x in [*first["items"], *rest["items"]] if x["kind"] == "approval"]
    assert [x["verb"] for x in told] == ["approve", "approve", "return", "submit"]
    assert told[0] | {"at": "", "id": "", "actor": "", "case": ""} == {
        "at": "", "id": "", "actor": "", "case": "", "kind": "approval", "approval": "Review",
        "verb": "approve", "node": "First", "for": None, "to": None, "comment": None,
    }  # fmt: skip
    desk.api("bob", "GET", path, 404)


def test_somebody_is_let_read_along_on_the_page(desk: Desk) -> None:
    firm = desk.firm
    firm.submit()
    case, head = f"/approvals/{firm.case}", firm.who("head").id
    desk.get("head", case, 404)
    for login in ("ada", "boss", "admin"):
        assert "Let somebody read along" in desk.get(login, case)
    desk.post("ada", f"{case}/decide", decision="cc", to=head, comment="For your plans")
    shown = desk.get("head", case)
    assert "let Head read along" in shown and "For your plans" in shown
    assert "Let somebody read along" not in shown, "readers do not widen who reads"
    desk.post("head", f"{case}/decide", 403, decision="cc", to=firm.who("bob").id)


def test_only_what_can_be_done_is_offered(desk: Desk) -> None:
    firm = desk.firm
    firm.submit()
    case = f"/approvals/{firm.case}"
    asked = desk.get("boss", case)
    assert "Take my decision back" not in asked and f"{case}/remind" not in asked
    shown = desk.get("admin", case)
    assert f"{case}/remind" in shown and f"{case}/withdraw" not in shown
    desk.post("admin", f"{case}/remind")
    firm.does("boss", "approve")
    assert "Take my decision back" in desk.get("boss", case)
    firm.does("head", "return", to="first")
    assert "Take my decision back" not in desk.get("boss", case), "the next step has been acted on"
    desk.post("ada", f"{case}/withdraw")
    shown = desk.get("ada", case)
    assert f"{case}/remind" not in shown and f"{case}/withdraw" not in shown


def test_who_comes_after_whom_is_said(sqlite_database: str, tmp_path: Path) -> None:
    people = [{"user": "head"}, {"user": "boss"}, {"user": "chief"}]
    nodes = [start(), approve("first", *people, mode="sequence"), end(), end("rejected")]
    firm = Firm(
        sqlite_database,
        tmp_path,
        graph(nodes, [edge("submit", "first"), *ways("first", "approved")]),
    )
    desk = Desk(firm)
    firm.submit()
    assert "then Boss, Chief" in desk.get("ada", f"/approvals/{firm.case}")
    [stand] = desk.api("ada", "GET", f"/approvals/{firm.case}", 200)["standing"]
    assert stand["then"] == [firm.who("boss").id, firm.who("chief").id]
    firm.close()


def test_several_are_picked_and_stay_picked_where_something_is_missing(
    sqlite_database: str, tmp_path: Path
) -> None:
    chosen = {"chosen_by": "submitter"}
    nodes = [start(), approve("first", chosen, mode="all"), approve("second", chosen), end(),
             end("rejected")]  # fmt: skip
    ways_on = [edge("submit", "first"), *ways("first", "second"), *ways("second", "approved")]
    firm = Firm(sqlite_database, tmp_path, graph(nodes, ways_on))
    desk, boss, head = Desk(firm), firm.who("boss"), firm.who("head")
    firm.submit(chosen={"first": [boss.id], "second": [head.id]})
    desk.post("ada", f"/approvals/{firm.case}/withdraw")
    path = f"/o/expense/{firm.expense}/submit"
    told = {"chosen.first": [boss.id, head.id], "comment": "Soon"}
    refused = desk.post("ada", path, 422, **told)
    assert "Pick who decides “Second”." in refused and ">Soon<" in refused
    for each in (boss, head):
        assert f'<option value="{each.id}" selected>' in refused
    desk.post("ada", path, **told, **{"chosen.second": head.id})
    assert "Your turn: First" in desk.get("head", "/approvals/" + _case_of(desk, "head"))
    firm.close()


def test_what_only_wants_to_be_read_is_read_together(sqlite_database: str, tmp_path: Path) -> None:
    nodes = [start(), node("seen", "acknowledge", assignees=[role("boss")]), end()]
    firm = Firm(
        sqlite_database, tmp_path, graph(nodes, [edge("submit", "seen"), edge("seen", "approved")])
    )
    desk = Desk(firm)
    firm.submit()
    assert "I have read it" in desk.get("boss", "/approvals")
    task = f"{firm.case}:{firm.task('boss').id}"
    desk.post("boss", "/approvals/decide", task=task, decision="approve")
    assert firm.state == "running", "there is nothing to approve"
    desk.post("boss", "/approvals/decide", task=task, decision="acknowledge")
    assert firm.state == "approved"
    firm.close()


def _case_of(desk: Desk, login: str) -> str:
    return str(desk.api(login, "GET", "/approvals", 200)["approvals"][0]["case"])


def test_cases_on_an_older_version_are_looked_at_and_moved(desk: Desk) -> None:
    firm = desk.firm
    firm.submit()
    moved = firm.case
    firm.submit()
    stays, page = firm.case, "/admin/approvals/expense/review"
    firm.does("boss", "approve")
    assert "on an older version" not in desk.get("admin", page)
    assert "No case runs on an older version" in desk.get("admin", f"{page}/cases")
    steps = [start(), approve("first", {"user": "cfo"}), end(), end("rejected")]
    newer = graph(steps, [edge("submit", "first"), *ways("first", "approved")])
    installing.install(firm.workspace, [firm_package(newer)])
    assert f'<a href="{page}/cases">2 on an older version</a>' in desk.get("admin", page)
    shown = desk.get("admin", f"{page}/cases?case={moved}&case={stays}")
    assert "“Second”, where it stands, is not in the new version." in shown
    assert "First: Cfo" in shown and "Named in the graph" in shown
    key = f"{moved}:{_number(desk, moved)}"
    assert f'value="{key}"' in shown and f'value="{stays}:' not in shown
    desk.get("boss", f"{page}/cases", 403)
    desk.post("boss", f"{page}/cases", 403, case=key)
    desk.post("admin", f"{page}/cases", case=[key, f"{stays}:2", "x:1", f"{moved}:x"])
    firm.case = moved
    assert firm.waiting() == ["cfo"]
    assert "moved it to the new version of the graph" in desk.get("ada", f"/approvals/{moved}")
    assert f'<a href="{page}/cases">1 on an older version</a>' in desk.get("admin", page)

    assert desk.get("ada", f"/o/expense/{firm.standing().record}")
    assert "First" in desk.get("boss", "/approvals?state=decided")


def test_cases_on_an_older_version_over_rest(desk: Desk) -> None:
    firm = desk.firm
    firm.submit()
    steps = [start(), approve("first", {"user": "cfo"}), end(), end("rejected")]
    newer = graph(steps, [edge("submit", "first"), *ways("first", "approved")])
    installing.install(firm.workspace, [firm_package(newer)])
    listed = "/approvals/older?object=expense&approval=review"
    desk.api("boss", "GET", listed, 403)
    desk.api("admin", "GET", "/approvals/older?object=expense&approval=none", 404)
    found = desk.api("admin", "GET", listed, 200)
    [case] = found["cases"]
    assert (case["id"], case["reason"], case["standing"][0]["node"]) == (firm.case, None, "first")
    move = f"/approvals/{firm.case}/move"
    desk.api("ada", "POST", move, 403)
    desk.api("admin", "POST", move, 400, {"dry_run": 1})
    cfo, number = firm.who("cfo").id, case["case_version"]
    then = desk.api("admin", "POST", move, 200, {"dry_run": True})
    assert then["standing"][0]["people"] == [cfo] and firm.waiting() == ["boss", "chief"]
    desk.api("admin", "POST", move, 409, {"case_version": number + 1})
    assert desk.api("admin", "POST", move, 200, {"case_version": number})["dry_run"] is False
    assert firm.waiting() == ["cfo"]
    desk.api("admin", "POST", move, 409)
    assert desk.api("admin", "GET", listed, 200)["cases"] == []


def _number(desk: Desk, case: str) -> int:
    return int(desk.api("admin", "GET", f"/approvals/{case}", 200)["case_version"])


def test_inbox_and_case_say_what_it_is_about_to_those_who_may_see_it(desk: Desk) -> None:
    firm = desk.firm
    firm.submit(amount="480.50", note="to the airport")
    case = f"/approvals/{firm.case}"
    for page in (desk.get("boss", "/approvals"), desk.get("boss", case)):
        assert "480.50" in page and "to the airport" in page
    assert "480.50" in desk.get("ada", "/")  # the desk, where the title alone said nothing


def test_a_record_in_approval_offers_no_pen_for_what_is_held(desk: Desk) -> None:
    firm = desk.firm
    firm.submit(note="first")
    record = f"/o/expense/{firm.expense}"
    shown = desk.get("ada", record)
    assert f"{record}/fact/" not in shown and f"{record}/edit" not in shown
    assert "What it is decided about is locked." in shown
    firm.does("boss", "return", to="submitter")
    shown = desk.get("ada", record)
    assert f"{record}/fact/note" in shown and f"{record}/edit" in shown
    assert "is locked" not in shown


def test_the_trail_keeps_from_where_and_tells_administrators(desk: Desk) -> None:
    firm = desk.firm
    firm.submit()
    task = firm.task("boss").id
    desk.post("boss", f"/approvals/{firm.case}/decide", task=task, decision="approve")
    for login, told in (("admin", "127.0.0.1"), ("ada", None)):
        lines = desk.api(login, "GET", f"/approvals/{firm.case}", 200)["trail"]
        assert [each["address"] for each in lines if each["verb"] == "approve"] == [told]
        assert ("127.0.0.1" in desk.get(login, f"/approvals/{firm.case}")) == (told is not None)


def test_what_is_refused_among_many_is_named(desk: Desk) -> None:
    firm = desk.firm
    firm.submit(name="Taxi to town")
    late, case = firm.task("boss").id, firm.case
    firm.does("boss", "approve")
    firm.submit(name="Hotel")
    sent = [f"{case}:{late}", f"{firm.case}:{firm.task('boss').id}", "x:y"]
    shown = desk.post("boss", "/approvals/decide", task=sent, decision="approve")
    assert "1 decided. Taxi to town: Already decided by Boss at " in shown
    assert "Not found, or not visible to you." in shown
