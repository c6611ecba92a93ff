"""What is asked of both sides, and what only of Typecase."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bench.client import Client, Request
from bench.data import Business

API = "/api/v1"
RECORDS = f"{API}/objects/opportunity/records"
LIST_FIELDS = "name,stage,amount,amount_currency,close_date,owner,account.name"
COLUMNS = "name,account.name,stage,amount,probability,close_date,region,owner"
BULK = 500
SEARCHES = (
    "华信", "上海", "科技", "shanghai", "kj", "hxkj", "acme", "13800", "138 0012", "贸易 上海",
    "tiancheng", "pacific summit", "zzzz", "瑞丰电子", "采购",
)  # fmt: skip

Requests = Callable[[int], Request]


@dataclass(frozen=True)
class Work:
    """One line of the table for both sides. ``share``: of the usual number of requests."""

    name: str
    limit: str
    """As the table says it."""
    most: float
    """Typecase's cost over that of the other side."""
    typecase: Callable[[Business, Client], Requests]
    handwritten: Callable[[Business, Client], Requests]
    everything: bool = False
    """Asked by somebody who sees every record, instead of by a representative."""
    share: float = 1.0
    rows: int = 1
    at_a_million: float | None = None
    """Milliseconds of processor time allowed at 1,000,000 records."""


def _read(path: str) -> Callable[[Business, Client], Requests]:
    def prepared(business: Business, client: Client) -> Requests:
        return lambda n: Request("GET", f"{path}/{business.opportunity_of_first_owner(n * 7)}")

    return prepared


def _typecase_page(filter_: str | None) -> Callable[[Business, Client], Requests]:
    told = {"fields": LIST_FIELDS, "sort": "-close_date", "limit": "50"}
    if filter_:
        told["filter"] = filter_
    path = f"{RECORDS}?{urlencode(told)}"
    return lambda business, client: lambda n: Request("GET", path)


def _handwritten_page(filtered: bool) -> Callable[[Business, Client], Requests]:
    path = "/opportunities?stage=proposal&amount=50000" if filtered else "/opportunities"
    return lambda business, client: lambda n: Request("GET", path)


def _typecase_deep(business: Business, client: Client) -> Requests:
    """Pages from places reached by walking: a cursor is only given out, never made."""
    told = {"fields": LIST_FIELDS, "sort": "-close_date", "limit": "50"}
    client.reconnect()
    places = [json.loads(client.send(Request("GET", f"{RECORDS}?{urlencode(told)}")))["next"]]
    walked = {**told, "limit": "500"}
    while places[-1] and len(places) < 40:
        page = urlencode({**walked, "cursor": places[-1]})
        places.append(json.loads(client.send(Request("GET", f"{RECORDS}?{page}")))["next"])
    paths = [f"{RECORDS}?{urlencode({**told, 'cursor': place})}" for place in places if place]
    return lambda n: Request("GET", paths[n % len(paths)])


def _handwritten_deep(business: Business, client: Client) -> Requests:
    dates = [f"202{5 + n % 2}-{n % 12 + 1:02}-15" for n in range(40)]
    return lambda n: Request(
        "GET", f"/opportunities?after={dates[n % 40]}~{'f' * 8}-ffff-7fff-8fff-{'f' * 12}"
    )


def _create(path: str) -> Callable[[Business, Client], Requests]:
    def prepared(business: Business, client: Client) -> Requests:
        return lambda n: Request("POST", path, business.new_opportunity(n), expect=201)

    return prepared


def _update(path: str) -> Callable[[Business, Client], Requests]:
    counter = iter(range(10**9))

    def prepared(business: Business, client: Client) -> Requests:
        return lambda n: Request(
            "PATCH",
            f"{path}/{business.opportunity_of_first_owner(n * 13)}",
            {"amount": f"{2_000 + next(counter)}.50", "next_step": f"Call again {n}"},
        )

    return prepared


def _bulk(path: str, around: Callable[[list[Any]], Any]) -> Callable[[Business, Client], Requests]:
    def prepared(business: Business, client: Client) -> Requests:
        def request(n: int) -> Request:
            rows = [business.new_opportunity(n * BULK + place) for place in range(BULK)]
            return Request("POST", path, around(rows))

        return request

    return prepared


FILTER = "stage == 'proposal' and amount > 50000"

BOTH: tuple[Work, ...] = (
    Work("read one record", "1.5 ×", 1.5, _read(RECORDS), _read("/opportunities")),
    Work("list page, own records", "1.5 ×", 1.5, _typecase_page(FILTER),
         _handwritten_page(True), at_a_million=3.0),
    Work("list page, all records", "1.5 ×", 1.5, _typecase_page(FILTER),
         _handwritten_page(True), everything=True, at_a_million=3.0),
    Work("keyset page anywhere", "1.5 ×", 1.5, _typecase_deep, _handwritten_deep,
         everything=True, at_a_million=3.0),
    Work("create", "2.5 ×", 2.5, _create(RECORDS), _create("/opportunities"), share=0.5),
    Work("update", "2.5 ×", 2.5, _update(RECORDS), _update("/opportunities"), share=0.5),
    Work("bulk create, a row", "2 ×", 2.0,
         _bulk(f"{API}/objects/opportunity/bulk", lambda r: {"operation": "create", "records": r}),
         _bulk("/opportunities/bulk", lambda r: {"records": r}), share=0.02, rows=BULK),
)  # fmt: skip
"""Limits are on processor time, server and database together."""


def search(number: int) -> Request:
    told = urlencode({"q": SEARCHES[number % len(SEARCHES)]})
    return Request("GET", f"{API}/search?{told}")


def html_list(number: int) -> Request:
    told = urlencode({"view": "all", "columns": COLUMNS})
    return Request("GET", f"/o/opportunity?{told}")
