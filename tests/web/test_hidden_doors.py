"""Doors beside lists and forms: copies, actions, boards, approvals, notices, changes of many. What
is hidden comes out of none of them and goes in by none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.vault import HIDDEN, MISSING, RIGHT, WORTH, Vault
from typecase.runtime import reading, saving, sharing
from typecase.runtime.actors import SYSTEM
from typecase.runtime.sharing import To
from typecase.workflow import notices
from typecase.workflow.approvals import submitting

CLIENTS = "/objects/client/records"
TOLD = (RIGHT, WORTH, "guilty", "Guilty")


@pytest.fixture
def vault(database: str, tmp_path: Path) -> Iterator[Vault]:
    built = Vault(database, tmp_path)
    change(built, built.acme, verdict="guilty")
    yield built
    built.close()


def change(vault: Vault, id_: str, **values: Any) -> None:
    vault.workspace.run(vault.chief, lambda unit: saving.update(unit, "client", id_, values, None))


def stored(vault: Vault, id_: str) -> dict[str, Any]:
    with vault.workspace.read(SYSTEM) as unit:
        return reading.stored(unit, "client", id_)


def canaries(text: str) -> list[str]:
    return [each for each in (*TOLD, HIDDEN) if each in text]


def test_a_copy_begins_without_what_is_hidden(vault: Vault) -> None:
    browser = vault.browser(vault.ada)
    page = browser.get(f"/o/client/new?copy={vault.acme}")
    assert page.status_code == 200 and "Acme" in page.text
    assert canaries(page.text) == []
    asked = browser.get(f"/o/client/new?{HIDDEN}=smuggled&worth=99&name=New")
    assert asked.status_code == 200
    assert canaries(asked.text) == [] and "smuggled" not in asked.text


def test_a_form_takes_nothing_that_is_hidden(vault: Vault) -> None:
    browser = vault.browser(vault.ada)
    sent = {"name": "Sent", "code": "S", HIDDEN: "typed", "worth": "99", "verdict": "innocent"}
    answer = browser.post("/o/client/new", sent)
    assert answer.status_code == 303, answer.text
    made = stored(vault, answer.location.rsplit("/", 1)[1].partition("?")[0])
    assert [made[name] for name in (HIDDEN, "worth", "verdict")] == [None, None, None]
    before = stored(vault, vault.acme)
    answer = browser.post(f"/o/client/{vault.acme}/edit", {**sent, "code": "A"})
    assert answer.status_code == 303, answer.text
    after = stored(vault, vault.acme)
    assert [after[n] for n in (HIDDEN, "worth", "verdict")] == [
        before[n] for n in (HIDDEN, "worth", "verdict")
    ]


def test_an_action_copies_what_the_person_reads_and_writes_what_they_may(vault: Vault) -> None:
    call = vault.api(vault.ada)
    done = call("POST", f"{CLIENTS}/{vault.acme}/actions/again", json={})
    assert done.status_code == 200, done.text
    assert canaries(done.text) == []
    copy = stored(vault, done.json["id"])
    assert (copy["name"], copy[HIDDEN], copy["worth"], copy["verdict"]) == (
        "Acme again", None, None, None)  # fmt: skip
    refused = call("POST", f"{CLIENTS}/{vault.acme}/actions/unmask", json={})
    assert refused.status_code in (400, 403, 422), refused.text
    assert RIGHT not in refused.text
    assert stored(vault, vault.acme)[HIDDEN] == RIGHT
    answers = [
        call("POST", f"{CLIENTS}/{vault.acme}/actions/again", json={"inputs": {name: "x"}})
        for name in (HIDDEN, MISSING)
    ]
    told = [(a.status_code, a.text.replace(HIDDEN, "…").replace(MISSING, "…")) for a in answers]
    assert told[0] == told[1] and told[0][0] >= 400


def test_boards_count_and_sum_only_what_is_open(vault: Vault) -> None:
    browser, chief = vault.browser(vault.ada), vault.browser(vault.chief)
    for path in ("/o/client?view=board", "/o/client?view=all"):
        page = browser.get(path)
        assert page.status_code == 200, (path, page.text[-300:])
        assert canaries(page.text) == [], path
        assert "31,337" not in page.text
        assert "31,337" in chief.get(path).text
    page = browser.get("/o/client?view=verdicts")
    assert page.status_code in (200, 400)
    assert canaries(page.text) == []


@pytest.mark.parametrize("action", ["", "bulk_save"])
def test_a_change_of_many_does_not_know_a_hidden_field(vault: Vault, action: str) -> None:
    browser = vault.browser(vault.ada)
    told = {}
    for name in (HIDDEN, "verdict", MISSING):
        sent = {"action": "edit", "id": vault.acme, "bulk_field": name, name: "guilty"}
        answer = browser.post("/o/client/bulk", sent | ({action: "1"} if action else {}))
        text = answer.text.replace(name, "…").replace(name.capitalize(), "…")
        told[name] = (answer.status_code, text.replace("guilty", ""))
    assert told[HIDDEN][0] == told["verdict"][0] == told[MISSING][0]
    assert canaries(told[HIDDEN][1] + told["verdict"][1]) == []
    assert stored(vault, vault.acme)["verdict"] == "guilty"


def test_a_stage_out_of_sight_is_neither_shown_nor_moved(vault: Vault) -> None:
    browser = vault.browser(vault.ada)
    told = []
    for name in ("verdict", MISSING):
        sent = {"field": name, "to": "innocent"}
        answer = browser.post(f"/o/client/{vault.acme}/move", sent)
        told.append(answer.status_code)
    assert told[0] == told[1] and told[0] >= 400
    assert stored(vault, vault.acme)["verdict"] == "guilty"
    page = browser.get(f"/o/client/{vault.acme}")
    assert page.status_code == 200
    assert canaries(page.text) == []


def test_an_approval_shows_no_change_of_what_is_hidden(vault: Vault) -> None:
    """Who is asked sees the record, and of its changes what they may read."""
    case = vault.workspace.run(
        vault.chief, lambda unit: submitting.submit(unit, "client", vault.acme)
    )
    change(vault, vault.acme, worth="31338", verdict="innocent", stage="done")
    call, browser = vault.api(vault.ada), vault.browser(vault.ada)
    for answer in (call("GET", f"/approvals/{case}"), browser.get(f"/approvals/{case}")):
        assert answer.status_code == 200, answer.text[:300]
        assert "stage" in answer.text.lower()
        assert [c for c in (*TOLD, HIDDEN, "31338", "verdict", "worth") if c in answer.text] == []


def test_a_team_is_told_of_no_stage_it_may_not_read(vault: Vault) -> None:
    """Nor of a record that is out of a member's sight by now."""
    for who in (vault.ada, vault.bob):
        to = To("user", who.id)
        vault.workspace.run(
            vault.chief,
            lambda u, to=to: sharing.share(u, "client", vault.acme, to, "read", team_role="Help"),
        )
    change(vault, vault.acme, verdict="innocent")
    assert [n.text for n in vault.workspace.look(vault.ada, notices.mine)] == []
