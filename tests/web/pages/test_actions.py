"""Actions, jobs and automations in the pages and over REST."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.pages.site import Scenario, Site
from tests.workflow.office import office_package
from typecase.bootstrap import runner_of
from typecase.metadata.processes import process_of
from typecase.runtime import reading, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query
from typecase.web.labels import Labels
from typecase.web.process_words import when
from typecase.web.timeline import timeline_of
from typecase.workflow import queue, runs
from typecase.workflow.jobs import MOST_ATTEMPTS
from typecase.workflow.storage import run_rows


@pytest.fixture
def office(sqlite_database: str, tmp_path: Path) -> Iterator[Site]:
    built = Site(sqlite_database, tmp_path, office_package())
    ada = built.shop.ada
    built.add(ada, "acme", "account", name="Acme")
    built.add(ada, "lead", "lead", name="Wang", company="Acme Ltd")
    built.add(ada, "other", "lead", name="Li", company="Bolt")
    built.add(ada, "lame", "lead", name="Nobody")
    built.add(ada, "deal", "deal", name="Big", account=built.names["acme"], stage="talks")
    yield built
    built.close()


def names(site: Site, object_name: str) -> list[str]:
    with site.shop.workspace.read(SYSTEM) as unit:
        rows = reading.find(unit, Query(object_name, ("name",), limit=500)).rows
        return sorted(row["name"] for row in rows)


def test_what_a_record_offers_and_to_whom(office: Site) -> None:
    lead, deal = "/o/lead/{lead}", "/o/deal/{deal}"
    for scenario in (
        Scenario("its own", "ada", lead, holds=(f"{lead}/actions/convert", "Convert")),
        Scenario("needs a right", "ada", deal, lacks=("Secret",), holds=("Clone", "Twice")),
        Scenario("has it", "admin", deal, holds=("Secret",)),
        Scenario("not theirs", "bob", f"{lead}/actions/convert", 404),
        Scenario("no rights", "stranger", f"{lead}/actions/convert", 403),
        Scenario("no such", "ada", f"{lead}/actions/nothing", 404),
    ):
        office.run(scenario)


def test_the_form_asks_keeps_what_was_typed_and_leads_to_what_was_made(office: Site) -> None:
    path = "/o/lead/{lead}/actions/convert"
    office.run(Scenario("the form", "ada", path, holds=(
        'name="amount"', 'value="100', 'name="account"', 'name="lines.2.price"',
        "/o/lead/actions/convert/lookup/account", "Wang")))  # fmt: skip
    wrong = {"amount": "-3", "lines.0.price": "x1", "lines.0.name": "Row", "lines.1.name": ""}
    office.run(Scenario("mistakes at their fields", "ada", path, 422, data=wrong, holds=(
        'value="-3"', 'value="x1"', 'value="Row"', "is-invalid")))  # fmt: skip
    assert names(office, "deal") == ["Big"]
    right = {"amount": "5", "account": "", "lines.0.name": "Row", "lines.0.price": "5"}
    answer = office.run(Scenario("done", "ada", path, 303, data=right))
    assert names(office, "deal") == ["Big", "Wang at Acme Ltd"]
    assert answer.headers["Location"].startswith("/o/deal/")
    office.run(Scenario("not twice", "ada", path, 409, data=right))


def test_what_it_would_do_is_told_and_nothing_is_done(office: Site) -> None:
    """What was typed stays in the form; what is wrong is told as if it were meant."""
    path = "/o/lead/{lead}/actions/convert"
    typed = {"only_try": "1", "amount": "5", "lines.0.name": "Row", "lines.0.price": "7"}
    office.run(Scenario("tried", "ada", path, 200, data=typed,
                        holds=("Account: 1 new", "Deal: 1 new", "Lead: 1 changed",
                               'value="5"', 'value="Row"', "Only try it")))  # fmt: skip
    assert names(office, "deal") == ["Big"]
    office.run(Scenario("wrong", "ada", path, 422, data={**typed, "amount": "-3"},
                        lacks=("1 new",)))  # fmt: skip
    assert (
        office.browser("ada")
        .post(path.format(**office.names), {**typed, "only_try": ""})
        .status_code
        == 200
    ), "the button's name says it, whatever its value"
    assert names(office, "deal") == ["Big"]


def test_a_failed_check_is_told_in_words(office: Site) -> None:
    office.run(Scenario("no company", "ada", "/o/lead/{lame}/actions/convert", 422,
                        data={"amount": "1"}, holds=("Say the company first.",)))  # fmt: skip


def test_lookups_of_inputs_offer_what_the_person_may_choose(office: Site) -> None:
    path = "/o/lead/actions/convert/lookup/account"
    office.run(Scenario("hers", "ada", f"{path}?q=Acme", holds=('"text":"Acme"',)))
    office.run(Scenario("not his", "bob", f"{path}?q=Acme", lacks=("Acme",)))
    office.run(Scenario("no rights", "stranger", path, 403))
    office.run(Scenario("no such input", "ada", "/o/lead/actions/convert/lookup/x", 404))


def test_many_records_at_once_all_or_none(office: Site) -> None:
    ada, path = office.browser("ada"), "/o/lead/bulk"
    ids = [office.names["lead"], office.names["other"]]
    chosen = {"action": "do.convert", "id": ids}
    assert 'value="do.convert"' in ada.get("/o/lead").text
    asked = ada.post(path, chosen)
    assert asked.status_code == 200 and 'name="amount"' in asked.text
    lame = {**chosen, "id": [*ids, office.names["lame"]], "bulk_save": "1", "amount": "1"}
    refused = ada.post(path, lame)
    assert refused.status_code == 422 and "Say the company first." in refused.text
    assert names(office, "deal") == ["Big"]
    assert ada.post(path, {**chosen, "bulk_save": "1", "amount": "1"}).status_code == 303
    assert names(office, "deal") == ["Big", "Li at Bolt", "Wang at Acme Ltd"]


def test_over_rest(office: Site) -> None:
    ada = office.browser("ada")
    base = f"/api/v1/objects/lead/records/{office.names['lead']}/actions"
    headers = {"X-CSRF-Token": ada.csrf}

    def post(path: str, body: object, **more: str) -> tuple[int, dict]:
        answer = ada.client.post(path, json=body, headers={**headers, **more})
        return answer.status_code, answer.json

    described = ada.get(base).json["actions"][0]
    assert [each["name"] for each in described["inputs"]] == ["account", "amount", "lines"]
    assert ada.get("/api/v1/objects/lead").json["actions"] == [
        {"name": "convert", "label": "Convert"}
    ]
    status, tried = post(f"{base}/convert", {"dry_run": True})
    assert (status, tried["dry_run"]) == (200, True) and tried["trace"]
    assert names(office, "deal") == ["Big"]
    assert post(f"{base}/convert", {}, **{"If-Match": '"9"'})[0] == 412
    status, refused = post(f"{base}/convert", {"inputs": {"amount": "-1"}})
    assert status == 422
    assert refused["error"]["details"][0]["field"] == "inputs.amount"
    assert post(f"{base}/convert", {"input": {}})[0] == 400
    status, done = post(f"{base}/convert", {"inputs": {"amount": "3"}}, **{"If-Match": '"1"'})
    assert (status, done["object"]) == (200, "deal")
    assert post(f"{base}/convert", {})[0] == 409
    assert post(f"{base}/nothing", {})[0] == 404


def test_jobs_are_seen_and_the_dead_are_tried_again(office: Site) -> None:
    for path in ("/admin/jobs", "/admin/automations", "/admin/automations/deal.weekly"):
        office.run(Scenario("not for her", "ada", path, 403))
    shop = office.shop
    office.add(shop.ada, "bad", "deal", name="Bad", account=office.names["acme"], stage="talks")
    shop.workspace.run(SYSTEM, lambda unit: queue.put(
        unit, "automation", {"automation": "deal.weekly", "event": "schedule"}, key="k",
        about=("deal", office.names["bad"])))  # fmt: skip
    runner = runner_of(shop.workspace)
    for _ in range(9):
        while runner.tick():
            pass
        shop.clock.advance(shop.clock.now() - shop.clock.now())
        with shop.workspace.read(SYSTEM) as unit:
            waiting = [j for j in queue.look(unit, "waiting", 200).jobs if j.kind == "automation"]
        if waiting:
            shop.clock.advance(waiting[0].due_at - shop.clock.now())
    office.run(Scenario("dead", "admin", "/admin/jobs?state=dead",
                        holds=("A bad one.", "Dead 1", "Bad")))  # fmt: skip
    office.run(Scenario("no such state", "admin", "/admin/jobs?state=lost", 400))
    office.run(Scenario("its runs", "admin", "/admin/automations/deal.weekly",
                        holds=("Failed", "A bad one.", "Start now")))  # fmt: skip
    page = office.browser("admin").get("/admin/automations/deal.weekly").text
    assert page.count("A bad one.") == MOST_ATTEMPTS
    assert page.count("Do it again") == 1, "its tries are one thing to do"
    assert page.index("Do it again") < page.index("</tr>", page.index("<tbody>")), "the last try"
    office.run(
        Scenario("all of them", "admin", "/admin/automations", holds=("weekly", "tell_boss"))
    )
    with shop.workspace.read(SYSTEM) as unit:
        (dead,) = queue.look(unit, "dead").jobs
    office.run(Scenario("replay", "admin", "/admin/jobs/replay", 303, data={"id": dead.id}))
    office.run(Scenario("not again", "admin", "/admin/jobs/replay", 404, data={"id": dead.id}))
    admin = office.browser("admin")
    page = admin.get("/admin/automations/deal.weekly").text
    assert "Do it again" not in page, "it waits for its turn already"
    assert page.count("It is tried again by itself.") == 1
    told = admin.get("/api/v1/jobs?state=waiting").json
    assert dead.id in [job["id"] for job in told["jobs"]]
    assert admin.get("/api/v1/automations/deal.weekly/runs").json["runs"][0]["outcome"] == "failed"
    assert admin.get("/api/v1/automations").status_code == 200


def test_what_a_button_did_is_told_step_by_step(office: Site) -> None:
    """An action and an automation may have one name: their runs are told apart."""
    ada = office.browser("ada")
    pressed = f"/o/lead/{office.names['lead']}/actions/convert"
    assert ada.post(pressed, {"amount": "5"}).status_code == 303
    path = "/admin/actions/lead.convert"
    office.run(Scenario("not for her", "ada", path, 403))
    office.run(Scenario("no such action", "admin", "/admin/actions/lead.nothing", 404))
    office.run(Scenario("who, about what, and the steps", "admin", path,
                        holds=("Convert", "Ada", "Wang", "Done", "deal")))  # fmt: skip
    about = ("deal", office.names["deal"])
    office.shop.workspace.run(SYSTEM, lambda unit: run_rows.insert(
        unit, [runs.row(unit, "deal.weekly", "action", about, [{"step": "x", "did": "pressed"}])]
    ))  # fmt: skip
    admin = office.browser("admin")
    assert "pressed" not in admin.get("/admin/automations/deal.weekly").text
    listed = admin.get("/admin/automations").text
    assert path in listed
    weekly = listed[listed.index("/admin/automations/deal.weekly") :].split("</tr>")[0]
    assert '<td class="num" data-label="Done">0</td>' in weekly


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en", ("1 day before: Close date", "On schedule: 0 8 * * 1", "After saving: Change")),
     ("zh", ("“Close date”前 1 天", "按计划：0 8 * * 1", "保存后：更改"))],
)  # fmt: skip
def test_when_automations_run_is_told_in_words(
    office: Site, locale: str, words: tuple[str, ...]
) -> None:
    with office.shop.workspace.read(office.shop.admin) as unit:
        labels = Labels(unit.catalog, locale)
        automations = process_of(unit.catalog, "deal").automations
        told = "; ".join(when(unit, each, labels) for each in automations)
    for each in words:
        assert each in told


def test_the_timeline_names_who_had_the_system_do_it(office: Site) -> None:
    with office.shop.workspace.write(office.shop.ada) as unit:
        saving.update(unit, "deal", office.names["deal"], {"stage": "won"})
    with office.shop.workspace.read(office.shop.ada) as unit:
        labels = Labels(unit.catalog, "en")
        first, *_ = timeline_of(unit, unit.catalog.object("account"), office.names["acme"], labels)
    assert (first.who, first.did) == ("Ada", "changed")
    assert [each.after for each in first.changes] == ["Gold"]
