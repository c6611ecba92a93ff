"""The two applications, each over its own database with the same records."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from bench import loading
from bench.data import REPRESENTATIVES, Business, Row
from bench.handwritten import schema, store
from bench.handwritten.app import open_engine
from bench.handwritten.words import tokens
from typecase.bootstrap import Platform, build_platform, initialise
from typecase.config import Settings
from typecase.metadata.packages import read_package
from typecase.resources import data_folder
from typecase.runtime import installing, search_indexing
from typecase.runtime.actors import SYSTEM
from typecase.runtime.sessions import begin
from typecase.runtime.storage import people, records
from typecase.runtime.storage.tables import ObjectTable
from typecase.runtime.storage.unit_of_work import Unit
from typecase.runtime.tokens import issue

OBJECTS = ("account", "contact", "opportunity")


@dataclass(frozen=True)
class Loaded:
    """A filled database. Tokens: of the first representative, and of who sees everything."""

    url: str
    folder: Path
    business: Business
    own: str
    everything: str
    administrator: str = ""
    cookie: str = ""
    """Of the administrator's session on pages."""

    def told(self) -> Row:
        """What has to be known of it to use a copy."""
        owners, number = list(self.business.owners), self.business.opportunities
        tokens = {"own": self.own, "everything": self.everything}
        return {**tokens, "administrator": self.administrator, "owners": owners, "number": number}

    @classmethod
    def read(cls, told: Row, folder: Path) -> Loaded:
        """From what ``told`` said; the address is that of the copy, and comes later."""
        business = Business(told["number"], told["owners"])
        return cls("", folder, business, told["own"], told["everything"], told["administrator"])


# Typecase -----------------------------------------------------------------------------------


def settings(url: str, folder: Path) -> Settings:
    return Settings(folder, url, None, folder / "files", "s" * 48)


def load_typecase(url: str, folder: Path, opportunities: int, searched: int) -> Loaded:
    """Standard CRM with ``opportunities``, of which the last ``searched`` are in the index."""
    platform = build_platform(settings(url, folder))
    try:
        initialise(platform.main)
        installing.install(platform.main, [read_package(data_folder("apps") / "standard_crm")])
        loaded = _people(platform, url, folder, opportunities)
        _records(platform, loaded.business, searched)
    finally:
        platform.close()
    loading.settle(url)
    return loaded


def _people(platform: Platform, url: str, folder: Path, opportunities: int) -> Loaded:
    with platform.main.write(SYSTEM) as unit:
        director = people.create_person(unit, _person("director", "sales_director"), None)
        manager = people.create_person(unit, _person("manager", "regional_manager"), director)
        owners = [
            people.create_person(unit, _person(f"rep{n}", "sales_representative"), manager)
            for n in range(REPRESENTATIVES)
        ]
        administrator = people.create_person(unit, _person("admin", "administrator"), None)
        people.rebuild_visibility(unit.connection, unit.catalog)
        own = issue(unit, owners[0], "bench", ("write",), None)
        everything = issue(unit, administrator, "bench", ("write",), None)
    business = Business(opportunities, owners)
    return Loaded(url, folder, business, own.secret, everything.secret, administrator)


def signed_in(loaded: Loaded) -> Loaded:
    """With the definitions of today, and with a session of the administrator, which would not
    live as long as what is kept."""
    platform = build_platform(settings(loaded.url, loaded.folder))
    try:
        installing.install(platform.main, [read_package(data_folder("apps") / "standard_crm")])
        with platform.main.write(SYSTEM) as unit:
            return replace(loaded, cookie=begin(unit, loaded.administrator, None, None))
    finally:
        platform.close()


def _person(login: str, role: str) -> Row:
    return {"login": login, "name": login.title(), "role": role}


def _records(platform: Platform, business: Business, searched: int) -> None:
    told = {
        "account": business.account_rows, "contact": business.contact_rows,
        "opportunity": business.opportunity_rows,
    }  # fmt: skip
    for name in OBJECTS:
        with platform.main.write(SYSTEM) as unit:
            of = unit.model.table(name)
            loading.insert(unit.connection, of.table, (_columns(of, row) for row in told[name]()))
            if name == "opportunity":
                loading.repeat(unit.connection, of.table, business.repeated())
    with platform.main.write(SYSTEM) as unit:
        _index(unit, unit.model.table("account"), business.account_rows())
        _index(unit, unit.model.table("opportunity"), business.latest(searched))


def _columns(of: ObjectTable, row: Row) -> Row:
    values = {"record_type": None, "tc_rollups": 0, "tc_deletion": None, **row}
    if of.object.record_types:
        values["record_type"] = next(t.name for t in of.object.record_types if t.default)
    return records.to_columns(of, values)


def _index(unit: Unit, of: ObjectTable, rows: Iterator[Row]) -> None:
    for some in loading.batches(rows, loading.STEP):
        search_indexing.write_rows(unit, of.object, some, keep=False)


# The one written by hand --------------------------------------------------------------------


def load_handwritten(url: str, folder: Path, opportunities: int, searched: int) -> Loaded:
    engine = open_engine(url)
    owners, everything = [store.new_id() for _ in range(REPRESENTATIVES)], store.new_id()
    manager = store.new_id()
    business = Business(opportunities, owners)
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        schema.create(connection)
        users = [{"id": id_, "name": f"Rep {n}", "sees_all": False} for n, id_ in enumerate(owners)]
        users.append({"id": manager, "name": "Manager", "sees_all": False})
        users.append({"id": everything, "name": "Admin", "sees_all": True})
        connection.execute(sa.insert(schema.user), users)
        seen = [{"viewer": manager, "owner": owner} for owner in owners]
        connection.execute(sa.insert(schema.visibility), seen)
        held = [("own", owners[0]), ("everything", everything)]
        told = [{"hash": hashlib.sha256(t.encode()).hexdigest(), "user": u} for t, u in held]
        connection.execute(sa.insert(schema.token), told)
        loading.insert(connection, schema.account, business.account_rows())
        loading.insert(connection, schema.contact, business.contact_rows())
        loading.insert(connection, schema.opportunity, business.opportunity_rows())
        loading.repeat(connection, schema.opportunity, business.repeated())
        _index_by_hand(connection, business, searched)
    engine.dispose()
    loading.settle(url)
    return Loaded(url, folder, business, "own", "everything")


def _index_by_hand(connection: sa.Connection, business: Business, searched: int) -> None:
    wanted = (
        {"number": n, "record": row["id"], "tokens": tokens(row["name"])}
        for n, row in enumerate(business.latest(searched), 1)
    )
    for some in loading.batches(wanted, loading.STEP):
        if connection.dialect.name == "postgresql":
            connection.execute(
                sa.insert(schema.search).values(
                    record=sa.bindparam("record"),
                    tokens=sa.func.array_to_tsvector(
                        sa.func.string_to_array(sa.bindparam("words", type_=sa.Text), " ")
                    ),
                ),
                [{"record": row["record"], "words": row["tokens"]} for row in some],
            )
            continue
        connection.exec_driver_sql(
            "INSERT INTO search_rows (number, record) VALUES (:number, :record)", some
        )
        connection.exec_driver_sql(
            "INSERT INTO search (rowid, tokens) VALUES (:number, :tokens)", some
        )
