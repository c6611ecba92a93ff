"""What somebody may not read they cannot guess either: a right guess, a wrong one and a field that
is not there get the same answer, whatever parameter carries it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.web.vault import HIDDEN, MISSING, RIGHT, WORTH, WRONG, Vault

pytestmark = pytest.mark.timeout(300)

CLIENTS, DEALS = "/objects/client/records", "/objects/deal/records"

FILTERS = (
    "{field} == '{value}'", "{field} != '{value}'", "{field} > '{value}'", "{field} <= '{value}'",
    "{field} in ['{value}']", "starts_with({field}, '{value}')", "contains({field}, '{value}')",
    "is_blank({field})", "not is_blank({field})", "length({field}) == 14",
    "if({field} == '{value}', true, false)", "name == {field}", "upper({field}) == '{value}'",
)  # fmt: skip

FUNCTIONS = ("max", "min", "sum", "count", "count_distinct")
COUNT = [{"count": "*"}]

Request = tuple[str, str, dict[str, Any]]


def asked(field: str, value: str, vault: Vault) -> Iterator[Request]:
    """Every parameter of the API that takes the name of a field."""
    for template in FILTERS:
        filter_ = template.format(field=field, value=value)
        above = template.format(field=f"client.{field}", value=value)
        for path, told in ((CLIENTS, filter_), (DEALS, above)):
            yield "GET", path, {"query_string": {"filter": told}}
        yield "POST", "/objects/client/query", {"json": {"filter": filter_, "count": "exact"}}
        yield "GET", f"{CLIENTS}/{vault.acme}/related/deals", {"query_string": {"filter": above}}
        counted = {"filter": filter_, "measures": COUNT}
        yield "POST", "/objects/client/query", {"json": counted}
    for name, path in ((field, CLIENTS), (f"client.{field}", DEALS)):
        object_name = path.split("/")[2]
        for query in ({"fields": name}, {"sort": name}, {"sort": f"-{name}"},
                      {"fields": f"name,{name}"}):  # fmt: skip
            yield "GET", path, {"query_string": query}
        measured = [{"measures": [{each: name}]} for each in FUNCTIONS]
        for body in ({"group": [name]}, {"group": [name], "measures": COUNT}, *measured):
            yield "POST", f"/objects/{object_name}/query", {"json": body}


def written(field: str, value: str, vault: Vault) -> Iterator[Request]:
    """Every door that takes values."""
    raw = {field: value}
    yield "PATCH", f"{CLIENTS}/{vault.acme}", {"json": raw}
    yield "POST", CLIENTS, {"json": {"name": "New", **raw}}
    for operation, record in (
        ("create", {"name": "New", **raw}),
        ("update", {"id": vault.acme, **raw}),
        ("upsert", {"name": "New", "code": "A", **raw}),
    ):
        for atomic in (True, False):
            body = {"operation": operation, "records": [record], "atomic": atomic}
            body |= {"match": "code"} if operation == "upsert" else {}
            yield "POST", "/objects/client/bulk", {"json": body}
    matched = {"operation": "upsert", "match": field, "records": [{"name": "New", **raw}]}
    yield "POST", "/objects/client/bulk", {"json": matched}


def pages(field: str, value: str, vault: Vault) -> Iterator[str]:
    for template in FILTERS:
        filter_ = quote(template.format(field=field, value=value))
        yield f"/o/client?filter={filter_}"
        yield f"/o/client/export.csv?filter={filter_}"
    for name in (field, f"-{field}"):
        yield f"/o/client?sort={name}"
        yield f"/o/client/export.csv?sort={name}"
    yield f"/o/client?columns=name,{field}"
    yield f"/o/client?column={field}"
    yield f"/o/client/export.csv?columns=name,{field}"
    yield f"/o/deal?columns=name,client.{field}"
    yield f"/o/client/{vault.acme}/cell/{field}"
    yield f"/o/client/{vault.acme}/fact/{field}"
    yield f"/o/client/lookup/{field}?q={value}"


def said(answer: Any, field: str, value: str) -> tuple[int, str]:
    """An answer without what the caller said themselves, and without what differs each time."""
    text = answer.get_data(as_text=True)
    for own in (field, field.capitalize(), value, quote(value)):
        text = text.replace(own, "…")
    text = re.sub(r'nonce="[^"]*"|csrf[^>]*>|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}', "", text)
    return answer.status_code, re.sub(r'data-(statements|took)="[^"]*"', "", text)


GUESSES = ((HIDDEN, RIGHT), (HIDDEN, WRONG), (MISSING, RIGHT))


@pytest.fixture
def vault(database: str, tmp_path: Path) -> Iterator[Vault]:
    built = Vault(database, tmp_path)
    yield built
    built.close()


def test_questions_answer_a_right_guess_like_any_other(vault: Vault) -> None:
    call = vault.api(vault.ada)
    rounds = [list(asked(field, value, vault)) for field, value in GUESSES]
    for requests in zip(*rounds, strict=True):
        answers = [
            said(call(m, p, **t), *g) for (m, p, t), g in zip(requests, GUESSES, strict=True)
        ]
        assert answers[0][0] == 400, (requests[0], answers[0])
        assert answers[0] == answers[1] == answers[2], requests[0]


def test_writing_answers_a_right_guess_like_any_other_and_changes_nothing(vault: Vault) -> None:
    call, chief = vault.api(vault.ada), vault.api(vault.chief)
    before = chief("GET", CLIENTS, query_string={"count": "exact"}).json
    rounds = [list(written(field, value, vault)) for field, value in GUESSES]
    for requests in zip(*rounds, strict=True):
        answers = [
            said(call(m, p, **t), *g) for (m, p, t), g in zip(requests, GUESSES, strict=True)
        ]
        assert answers[0] == answers[1] == answers[2], requests[0]
        assert answers[0][0] == 400 or '"refused"' in answers[0][1], (requests[0], answers[0])
    assert chief("GET", CLIENTS, query_string={"count": "exact"}).json == before


def test_pages_answer_a_right_guess_like_any_other(vault: Vault) -> None:
    browser = vault.browser(vault.ada)
    rounds = [list(pages(field, value, vault)) for field, value in GUESSES]
    for paths in zip(*rounds, strict=True):
        answers = [said(browser.get(p), *g) for p, g in zip(paths, GUESSES, strict=True)]
        assert answers[0] == answers[1] == answers[2], paths[0]
        assert RIGHT not in answers[0][1]


def test_a_mistyped_name_is_no_hint_at_a_hidden_one(vault: Vault) -> None:
    call, browser = vault.api(vault.ada), vault.browser(vault.ada)
    typo = HIDDEN[:-1]
    told = [call("GET", CLIENTS, query_string=q).text for q in
            ({"filter": f"{typo} == 'x'"}, {"sort": typo}, {"fields": typo})]  # fmt: skip
    told += [call("PATCH", f"{CLIENTS}/{vault.acme}", json={typo: "x"}).text]
    told += [browser.get(f"/o/client?{q}").text for q in
             (f"filter={typo} == 'x'", f"sort={typo}", f"columns={typo}")]  # fmt: skip
    assert [text for text in told if HIDDEN in text] == []


def test_no_answer_holds_a_hidden_value_or_the_name_of_its_field(vault: Vault) -> None:
    call, browser = vault.api(vault.ada), vault.browser(vault.ada)
    record = f"{CLIENTS}/{vault.acme}"
    chief = vault.api(vault.chief)
    chief("PATCH", record, json={"worth": "31338"})
    chief("PATCH", record, json={"worth": WORTH})
    paths = [
        CLIENTS, record, f"{record}/history", f"{record}/timeline", f"{record}/related/deals",
        f"{record}/access", "/objects", "/objects/client", "/openapi.json", f"/search?q={RIGHT}",
        f"/search?q={WORTH}", "/search?q=Acme", DEALS,
    ]  # fmt: skip
    told = {path: call("GET", path) for path in paths}
    looked = ["/o/client", f"/o/client/{vault.acme}", f"/o/client/{vault.acme}/edit",
              "/o/client/export.csv", f"/search?q={RIGHT}", f"/search/suggest?q={RIGHT}",
              "/o/client/new", f"/o/deal/{vault.deal}"]  # fmt: skip
    told |= {path: browser.get(path) for path in looked}
    for path, answer in told.items():
        assert answer.status_code == 200, (path, answer.text[:300])
        text = answer.get_data(as_text=True).replace(f"q={RIGHT}", "").replace(f"q={WORTH}", "")
        text = text.replace(f'value="{RIGHT}"', "")
        for canary in (HIDDEN, "worth", WORTH, "31338"):
            assert canary not in text, (path, canary)


def test_search_finds_a_hidden_value_for_nobody_without_its_right(vault: Vault) -> None:
    for who, found in ((vault.ada, 0), (vault.chief, 1)):
        call = vault.api(who)
        for text in (RIGHT, RIGHT.split("-")[0], RIGHT.split("-")[1], RIGHT[:4].lower()):
            assert len(call("GET", "/search", query_string={"q": text}).json["results"]) == found


def test_a_cursor_is_of_no_use_to_somebody_else(vault: Vault) -> None:
    """Nor does the place in a list sorted by what is hidden tell anything."""
    vault.make("client", name="Other", code="C", vaulted="Z", owner=vault.ada.id)
    query = {"sort": HIDDEN, "limit": 1}
    cursor = vault.api(vault.chief)("GET", CLIENTS, query_string=query).json["next"]
    call = vault.api(vault.ada)
    assert RIGHT not in cursor
    for sort in (HIDDEN, "name", None):
        told = {"limit": 1, "cursor": cursor} | ({"sort": sort} if sort else {})
        assert call("GET", CLIENTS, query_string=told).status_code == 400


def test_rows_one_may_not_see_are_not_counted_by_a_filter(vault: Vault) -> None:
    """Ada sees one of the two deals of Acme, and none of its memos."""
    call = vault.api(vault.ada)

    def finds(filter_: str) -> int:
        told = call("GET", CLIENTS, query_string={"filter": filter_, "count": "exact"})
        assert told.status_code == 200, told.text
        return int(told.json["count"])

    assert finds("count(deals) == 1") == 1
    assert finds("count(deals) == 2") == 0
    assert finds("sum(deals.size) == 1") == 1
    assert finds("sum(deals.size) > 1") == 0
    assert finds("count(memos) > 0") == 0
    assert finds("max(memos.weight) > 1") == 0


def test_formulas_read_as_their_reader_and_rollups_as_the_system(vault: Vault) -> None:
    record = f"{CLIENTS}/{vault.acme}"
    mine, whole = (
        vault.api(vault.ada)("GET", record).json,
        vault.api(vault.chief)("GET", record).json,
    )
    assert (mine["double"], whole["double"]) == (None, 2 * int(WORTH))
    assert (mine["weighed"], whole["weighed"]) == (1, 41)
    assert mine["margins"] == whole["margins"] == 7


def test_a_value_taken_by_a_record_out_of_sight_names_the_field_and_nothing_else(
    vault: Vault,
) -> None:
    answer = vault.api(vault.ada)("POST", CLIENTS, json={"name": "New", "code": "B"})
    assert answer.status_code == 409
    assert vault.bobs not in answer.text and "Bobs" not in answer.text
    assert "bob" not in answer.text.lower()
