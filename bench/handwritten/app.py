"""The routes. ``HANDWRITTEN_DATABASE`` names the database."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, request
from pysqlite3 import dbapi2
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from . import store


def open_engine(url: str) -> Engine:
    """The settings a careful developer chooses: WAL and full sync, immediate writes."""
    if url.startswith("postgresql"):
        return sa.create_engine(url.replace("postgresql:", "postgresql+psycopg:"), pool_size=10)
    engine = sa.create_engine(url, module=dbapi2, pool_size=10)

    @event.listens_for(engine, "connect")
    def settle(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
            "cache_size=-16000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def application(url: str | None = None) -> Flask:
    engine = open_engine(url or os.environ["HANDWRITTEN_DATABASE"])
    app = Flask(__name__)

    @contextmanager
    def unit(write: bool = False) -> Iterator[tuple[Connection, store.Person]]:
        shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
        with engine.connect().execution_options(write=write) as connection, connection.begin():
            yield connection, store.person(connection, hashlib.sha256(shown.encode()).hexdigest())

    @app.get("/opportunities/<id_>")
    def read(id_: str) -> Response:
        with unit() as (connection, me):
            return _answer(store.read(connection, me, id_))

    @app.get("/opportunities")
    def page() -> Response:
        told = request.args
        after = told.get("after", "").split("~")
        place = (date.fromisoformat(after[0]), after[1]) if len(after) == 2 else None
        with unit() as (connection, me):
            rows = store.page(
                connection, me, told.get("stage"), Decimal(told.get("amount", "0")), place
            )
        following = f"{rows[49]['close_date']}~{rows[49]['id']}" if len(rows) > 50 else None
        return _answer({"records": rows[:50], "next": following})

    @app.post("/opportunities")
    def create() -> Response:
        with unit(write=True) as (connection, me):
            (id_,) = store.create(connection, me, [request.get_json()])
            return _answer(store.read(connection, me, id_), 201)

    @app.post("/opportunities/bulk")
    def bulk() -> Response:
        with unit(write=True) as (connection, me):
            return _answer({"ids": store.create(connection, me, request.get_json()["records"])})

    @app.patch("/opportunities/<id_>")
    def update(id_: str) -> Response:
        version = request.headers.get("If-Match")
        with unit(write=True) as (connection, me):
            seen = int(version.strip('"')) if version else None
            store.update(connection, me, id_, request.get_json(), seen)
            return _answer(store.read(connection, me, id_))

    @app.errorhandler(store.Refused)
    def refused(error: store.Refused) -> Response:
        return _answer({"problems": error.problems}, error.status)

    return app


def _answer(document: dict[str, Any], status: int = 200) -> Response:
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return Response(text, status, mimetype="application/json")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value))
