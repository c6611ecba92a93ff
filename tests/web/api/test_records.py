"""Records over REST: the names of the contract, the statuses, and what must never come out."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa

from tests.web.api.conftest import Client

DEALS = "/objects/deal/records"


def error(response) -> str:
    assert set(response.json["error"]) == {"code", "message", "details"}
    return response.json["error"]["code"]


def test_a_record_is_flat_decimals_are_text_and_lookups_ids(
    ada: Client, deal: str, account
) -> None:
    answer = ada.get(f"{DEALS}/{deal}")
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"1.0"'
    values = answer.json
    assert (values["amount"], values["amount_currency"]) == ("12.50", "CNY")
    assert (values["account"], values["version"]) == (account, 1)
    assert values["created_at"].endswith("Z")


def test_a_list_has_fields_filter_sort_count_and_pages(ada: Client, deal: str, account) -> None:
    for i in range(5):
        ada.post(DEALS, {"name": f"D{i}", "account": account, "amount": str(i)})
    query = {
        "fields": "name,account.name",
        "filter": "amount < 4 and stage == 'new'",
        "sort": "-amount",
        "limit": "3",
        "count": "exact",
    }
    first = ada.get(DEALS, query_string=query).json
    assert [r["name"] for r in first["records"]] == ["D3", "D2", "D1"]
    assert first["records"][0]["account.name"] == "上海 Acme"
    assert (first["count"], first["count_is_capped"]) == (4, False)
    second = ada.get(DEALS, query_string=query | {"cursor": first["next"]}).json
    assert [r["name"] for r in second["records"]] == ["D0"]
    assert second["next"] is None


def test_a_cursor_belongs_to_its_question_and_its_reader(ada, bob, deal, account) -> None:
    for i in range(3):
        ada.post(DEALS, {"name": f"D{i}", "account": account})
    cursor = ada.get(DEALS, query_string={"limit": 1, "sort": "name"}).json["next"]
    assert ada.get(DEALS, query_string={"cursor": cursor}).status_code == 400
    assert bob.get(DEALS, query_string={"sort": "name", "cursor": cursor}).status_code == 400


def test_groups_and_measures(ada: Client, deal: str, account) -> None:
    ada.post(DEALS, {"name": "Won", "account": account, "amount": "0.01", "stage": "won"})
    body = {"group": ["stage"], "measures": [{"sum": "amount"}, {"count": "*"}]}
    groups = ada.post("/objects/deal/query", body).json["groups"]
    assert groups == [
        {"stage": "new", "sum_amount": "12.50", "count": 1},
        {"stage": "won", "sum_amount": "0.01", "count": 1},
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"nonsense": "1"},
        {"fields": "nope"},
        {"sort": "nope"},
        {"sort": "name;drop table"},
        {"filter": "nope == 1"},
        {"filter": "name.__class__ == 'x'"},
        {"limit": "0"},
        {"limit": "many"},
        {"count": "all"},
        {"cursor": "AAAA"},
        {"filter": "amount >"},
    ],
)
def test_what_is_not_understood_is_refused_by_name(ada: Client, query) -> None:
    answer = ada.get(DEALS, query_string=query)
    assert answer.status_code == 400
    assert "SELECT" not in answer.text and "sqlite" not in answer.text.lower()
    error(answer)


def test_unknown_and_hidden_fields_are_the_same_400_everywhere(ada: Client, account: str) -> None:
    path = "/objects/account/records"
    for name in ("credit", "nothing_here"):
        answers = [
            ada.get(path, query_string={"fields": name}),
            ada.get(path, query_string={"sort": name}),
            ada.get(path, query_string={"filter": f"{name} > 1"}),
            ada.get(DEALS, query_string={"fields": f"account.{name}"}),
            ada.get(DEALS, query_string={"filter": f"account.{name} > 1"}),
            ada.post("/objects/account/query", {"measures": [{"sum": name}]}),
            ada.post("/objects/account/query", {"group": [name]}),
            ada.post(path, {"name": "X", name: "1"}),
            ada.patch(f"{path}/{account}", {name: "1"}),
        ]
        assert {a.status_code for a in answers} == {400}
        texts = {a.text.replace(name, "FIELD") for a in answers if "fields" in str(a.request.url)}
        assert len({t.partition("Did you mean")[0] for t in texts}) <= 2
    described = ada.get("/objects/account").json
    assert "credit" not in [f["name"] for f in described["fields"]]


def test_etags_guard_against_what_changed_meanwhile(ada: Client, deal: str) -> None:
    first = ada.patch(f"{DEALS}/{deal}", {"name": "A"}, headers={"If-Match": '"1.0"'})
    assert (first.status_code, first.headers["ETag"]) == (200, '"2.0"')
    stale = ada.patch(f"{DEALS}/{deal}", {"name": "B"}, headers={"If-Match": '"1.0"'})
    assert (stale.status_code, error(stale)) == (412, "stale")
    both = {"field": "name", "code": "stale", "theirs": "A", "mine": "B"}
    (told,) = stale.json["error"]["details"]
    assert told == both | {"message": "Changed by Ada meanwhile."}
    several = {"amount": "99", "close_date": "2027-01-01", "tags": ["red"]}
    stale = ada.patch(f"{DEALS}/{deal}", several, headers={"If-Match": '"1.0"'})
    told = {d["field"]: (d["theirs"], d["mine"]) for d in stale.json["error"]["details"]}
    assert told == {
        "amount": ("12.50", "99"),
        "close_date": ("2026-12-21", "2027-01-01"),
        "tags": ([], ["red"]),
    }
    assert ada.delete(f"{DEALS}/{deal}", headers={"If-Match": '"1"'}).status_code == 412
    assert ada.delete(f"{DEALS}/{deal}", headers={"If-Match": '"2"'}).status_code == 200


def test_a_version_of_nought_is_stale_too(ada: Client, deal: str) -> None:
    assert ada.delete(f"{DEALS}/{deal}", headers={"If-Match": '"0"'}).status_code == 412
    body = {"operation": "delete", "records": [{"id": deal, "version": 7}]}
    assert ada.post("/objects/deal/bulk", body).status_code == 412
    assert ada.get(f"{DEALS}/{deal}").status_code == 200


def test_what_is_given_away_is_answered_with_its_id(ada: Client, bob: Client, deal: str) -> None:
    me = bob.get("/me").json["id"]
    given = ada.post(f"{DEALS}/{deal}/owner", {"owner": me})
    assert (given.status_code, given.json) == (200, {"id": deal})
    assert ada.get(f"{DEALS}/{deal}").status_code == 404
    assert bob.get(f"{DEALS}/{deal}").json["owner"] == me


def test_what_is_not_for_groups_is_refused_with_groups(ada: Client, deal: str) -> None:
    for name, value in (("limit", 1), ("sort", "name"), ("fields", ["name"]), ("count", "exact")):
        answer = ada.post("/objects/deal/query", {"group": ["stage"], name: value})
        assert answer.status_code == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "TRACE"])
@pytest.mark.parametrize("path", ["/nothing/here", "/objects/deal/records"])
def test_an_address_or_method_that_is_not_there_is_told_in_json(
    ada: Client, path: str, method: str
) -> None:
    answer = ada.call(method, path)
    expected = 404 if "nothing" in path else 200 if method == "GET" else 405
    assert answer.status_code == expected
    assert answer.is_json
    if expected == 405:
        assert error(answer) == "method_not_allowed"
        assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("record_type", [[], {}, 0, ["x"], {"a": 1}])
def test_system_fields_take_text_only(ada: Client, account: str, record_type) -> None:
    for name in ("record_type", "owner"):
        values = {"name": "D", "account": account, name: record_type}
        answer = ada.post(DEALS, values)
        assert answer.status_code == 422
        assert [d["field"] for d in answer.json["error"]["details"]] == [name]


NOT_IN_THE_SHOP = (
    "/audit",
    "/automations/{}/runs",
    "/automations/{}/start",
    "/objects/{}/records/{}/actions/{}",
    "/objects/{}/records/{}/approvals",
    *(f"/objects/{{}}/{each}" for each in ("pool", "records/{}/claim", "records/{}/release")),
    "/objects/{}/records/{}/assign",
    "/objects/{}/records/{}/clocks",
)
"""Described where they lead somewhere: nobody in the shop reads the audit, it has no automations,
and deals have no actions, no approval, no pool and no service level."""


def test_the_description_names_every_address(admin: Client) -> None:
    described = {_shape(path) for path in admin.get("/openapi.json").json["paths"]}
    rules = {_shape(rule.rule) for rule in admin._client.application.url_map.iter_rules()}
    missing = {rule for rule in rules if rule.startswith("/api/")} - described
    assert missing == {f"/api/v1{path}" for path in NOT_IN_THE_SHOP}


def _shape(path: str) -> str:
    """Without the names of what is filled in; of objects there is one described."""
    return re.sub(r"<[^>]+>|\{[^}]+\}|(?<=/objects/)\w+|(?<=/related/)\w+", "{}", path)


def test_delete_and_restore(ada: Client, deal: str) -> None:
    assert ada.delete(f"{DEALS}/{deal}").json["records"] == 1
    assert ada.get(f"{DEALS}/{deal}").status_code == 404
    assert [e["title"] for e in ada.get("/bin").json["entries"]] == ["Big"]
    assert ada.call("POST", f"{DEALS}/{deal}/restore", json={}).status_code == 200
    assert ada.get(f"{DEALS}/{deal}").status_code == 200


def test_another_persons_record_is_simply_not_there(bob: Client, deal: str) -> None:
    answers = [
        bob.get(f"{DEALS}/{deal}"),
        bob.patch(f"{DEALS}/{deal}", {"name": "Mine"}),
        bob.delete(f"{DEALS}/{deal}"),
        bob.get(f"{DEALS}/{deal}/history"),
        bob.get(f"{DEALS}/{deal}/timeline"),
        bob.get(f"{DEALS}/{deal}/tags"),
        bob.get(f"{DEALS}/{deal}/related/lines"),
        bob.post(f"{DEALS}/{deal}/comments", {"body": "hello"}),
        bob.post(f"{DEALS}/{deal}/owner", {"owner": None}),
        bob.get(f"{DEALS}/00000000-0000-7000-8000-000000000000"),
        bob.get(f"{DEALS}/x'; drop table o_deal"),
    ]
    assert {a.status_code for a in answers} == {404}
    bodies = {json.dumps(a.json, sort_keys=True) for a in answers}
    assert len(bodies) == 1
    assert bob.get("/search?q=Big").json["results"] == []
    assert bob.get(DEALS, query_string={"count": "exact"}).json["count"] == 0


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[1]",
        b'{"name": NaN}',
        b'{"name": "a", "name": "b"}',
        b"[" * 100,
        b'{"name": "\\ud800"}',
        b'{"name": "a\\u0000b"}',
        b"\xff\xfe",
        b'{"amount": 1e999}',
    ],
)
def test_a_body_that_is_no_plain_json_is_400(ada: Client, body: bytes) -> None:
    answer = ada.call("POST", DEALS, data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    error(answer)


@pytest.mark.parametrize(
    "values",
    [
        {"amount": "1e400"},
        {"amount": {"a": 1}},
        {"amount": True},
        {"name": ["x"]},
        {"name": "x" * 30_000},
        {"close_date": "2026-02-30"},
        {"account": "not an id"},
        {"stage": 5},
        {"tags": ["purple"]},
    ],
)
def test_a_wrong_value_is_422_at_its_field(ada: Client, account: str, values) -> None:
    answer = ada.post(DEALS, {"name": "D", "account": account} | values)
    assert answer.status_code == 422
    assert [d["field"] for d in answer.json["error"]["details"]] == list(values)


def test_bulk_tells_each_row_its_result(ada: Client, account: str) -> None:
    rows = [{"name": "One", "account": account}, {"name": ""}]
    body = {"operation": "create", "records": rows, "atomic": False}
    results = ada.post("/objects/deal/bulk", body).json["results"]
    assert [r["status"] for r in results] == ["created", "refused"]
    whole = ada.post("/objects/deal/bulk", body | {"atomic": True})
    assert whole.status_code == 422
    assert {d["row"] for d in whole.json["error"]["details"]} == {1}
    assert ada.get(DEALS, query_string={"count": "exact"}).json["count"] == 1


def test_bulk_upserts_by_a_unique_field_and_only_once_per_key(ada: Client, account: str) -> None:
    rows = [{"code": c, "name": c, "account": account} for c in ("it's", "b")]
    body = {"operation": "upsert", "match": "code", "records": rows}
    headers = {"Idempotency-Key": "a-key-of-mine"}
    first = ada.post("/objects/deal/bulk", body, headers=headers).json
    assert [r["status"] for r in first["results"]] == ["created", "created"]
    assert ada.post("/objects/deal/bulk", body, headers=headers).json == first
    again = ada.post("/objects/deal/bulk", body).json["results"]
    assert [r["status"] for r in again] == ["updated", "updated"]
    other = ada.post("/objects/deal/bulk", body | {"atomic": False}, headers=headers)
    assert other.status_code == 409


def test_nobody_gets_in_without_a_token(ada: Client, deal: str) -> None:
    for token in ("", "tc_00000000_x", "Bearer", ada.token[:-1] + "!"):
        answer = Client(ada._client, token).get(f"{DEALS}/{deal}")
        assert (answer.status_code, error(answer)) == (401, "sign_in_required")
    assert ada.call("POST", "/auth/logout").status_code == 204
    assert ada.get("/me").status_code == 401


def test_a_read_takes_two_statements(shop, ada: Client, deal: str) -> None:
    seen: list[str] = []
    engine = shop.workspace.database.engine

    def note(connection, cursor, statement, *rest) -> None:
        seen.append(statement)

    def ask() -> None:
        ada.get(f"{DEALS}/{deal}")
        ada.get(DEALS, query_string={"fields": "name,account.name,owner.name"})

    ask()  # statements are prepared, and the way through the list is chosen, by the first
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    told = [s for s in seen if not s.startswith("BEGIN")]
    assert len(told) == 4, told
