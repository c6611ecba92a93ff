"""What others wait for while something is published: as little as can be, and nothing twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from tests.builders import a_field, a_package, a_picklist, an_object
from tests.runtime.shop import Shop, shop_package
from typecase.metadata.packages import read_package
from typecase.metadata.sources import PackageSource, SourceDocument
from typecase.resources import data_folder
from typecase.runtime import installing, reading, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query
from typecase.runtime.storage import catalog_store, people
from typecase.runtime.storage.system_tables import package, publication, visibility
from typecase.runtime.storage.unit_of_work import Unit


@pytest.fixture
def shop(database: str, tmp_path: Path) -> Iterator[Shop]:
    built = Shop(database, tmp_path)
    yield built
    built.close()


BEFORE = (("boss", None), ("rep", "boss"), ("stranger", None))


def roles(*above: tuple[str, str | None]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "label": name,
            "permissions": ["sales"],
            **({"above": upper} if upper else {}),
        }
        for name, upper in above
    ]


def test_what_was_published_here_is_not_loaded_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("loaded what had just been planned")

    monkeypatch.setattr(catalog_store, "load", refuse)
    installing.install(shop.workspace, [shop_package(version="2.0.0")])
    assert shop.workspace.catalog.packages[0].version == "2.0.0"


@pytest.mark.parametrize("name", ["standard_crm", "print_shop"])
def test_what_is_planned_is_what_others_load(
    sqlite_database: str, tmp_path: Path, name: str
) -> None:
    shop = Shop.__new__(Shop)
    names = ["standard_crm", *({name} - {"standard_crm"})]
    shop.open(sqlite_database, tmp_path, *[read_package(data_folder("apps") / n) for n in names])
    planned = shop.workspace.catalog
    shop.workspace.forget()
    assert shop.workspace.catalog is not planned
    assert shop.workspace.catalog == planned
    shop.close()


def test_a_view_is_made_anew_where_something_it_reads_is_another(shop: Shop) -> None:
    """Also when that is another object: the title of what a lookup leads to."""
    same = installing.propose(shop.workspace, [shop_package(version="1.0.1")])
    assert (same.plan.stale_views, dict(same.plan.fresh_views)) == (frozenset(), {})
    with shop.workspace.read(SYSTEM) as unit:
        found = catalog_store.installed(unit.connection)
    account = found[0].document("object", "account")
    assert account is not None
    account.content["fields"].append(a_field("nick"))  # type: ignore[index]
    account.content["title"] = "nick"  # type: ignore[index]
    retitled = installing.propose(shop.workspace, found)
    assert retitled.plan.stale_views == {"account", "deal"}
    installing.publish(shop.workspace, retitled)
    with shop.workspace.read(SYSTEM) as unit:
        view = sa.table("v_deal", sa.column("account_title"))
        assert unit.execute(sa.select(view)).all() == []


def test_an_option_with_a_percent_sign_comes_into_the_view(shop: Shop) -> None:
    with shop.workspace.read(SYSTEM) as unit:
        found = catalog_store.installed(unit.connection)
    account = found[0].document("object", "account")
    assert account is not None
    options = [{"name": "a", "label": "50 % 'off': :x %s %(y)s"}]
    account.content["fields"].append(  # type: ignore[index]
        {**a_picklist("rebate", "a"), "options": options}
    )
    installing.install(shop.workspace, found)
    raw = {"name": "Acme", "rebate": "a"}
    shop.workspace.run(SYSTEM, lambda unit: saving.create(unit, "account", raw))
    with shop.workspace.read(SYSTEM) as unit:
        view = sa.table("v_account", sa.column("rebate_label"))
        assert unit.execute(sa.select(view)).scalars().all() == [options[0]["label"]]


def test_a_publication_keeps_only_the_documents_that_changed(shop: Shop) -> None:
    other = a_package(an_object("xa_thing"), name="xa", prefix="xa")
    installing.install(shop.workspace, [other])
    with shop.workspace.read(SYSTEM) as unit:
        kept = unit.execute(sa.select(publication.c.packages).order_by(publication.c.version))
        first, second = kept.scalars()
        rows = unit.execute(sa.select(package.c.name).order_by(package.c.position))
        assert rows.scalars().all() == ["shop", "xa"]
    assert first["shop"]["documents"]
    assert (second["shop"], second["xa"]["manifest"]["name"]) == (None, "xa")


def pairs(unit: Unit) -> set[tuple[str, str]]:
    chosen = sa.select(visibility.c.viewer, visibility.c.owner)
    return {(row.viewer, row.owner) for row in unit.connection.execute(chosen)}


@pytest.mark.parametrize(
    "after",
    [
        (("boss", None), ("rep", None), ("stranger", "rep")),
        (("boss", "stranger"), ("rep", "boss"), ("stranger", None)),
        (("boss", None), ("stranger", "boss")),
        (("boss", None), ("rep", "boss"), ("stranger", "rep")),
    ],
    ids=["out", "under another", "gone", "below"],
)
def test_moving_roles_writes_only_what_follows(
    shop: Shop, after: tuple[tuple[str, str | None], ...]
) -> None:
    installing.install(shop.workspace, [organised("1.5.0", "rep", roles(*BEFORE))])
    installing.install(shop.workspace, [organised("2.0.0", after[-1][0], roles(*after))])
    with shop.workspace.write(SYSTEM) as unit:
        found = pairs(unit)
        people.rebuild_visibility(unit.connection, unit.catalog)
        assert found == pairs(unit)
        assert found


def organised(version: str, in_queue: str, tree: list[dict[str, Any]]) -> PackageSource:
    """The shop with these roles, and a queue of those in the role ``in_queue``."""
    queue = {"name": "q", "label": "Q", "members": [{"role": in_queue}]}
    built = shop_package(version=version)
    documents = [
        replace(each, content={**each.content, "roles": tree}) if each.kind == "roles" else each
        for each in built.documents
    ]
    queues = SourceDocument("queues", "", "queues.json", {"queues": [queue]})
    return replace(built, documents=(*documents, queues))


def test_who_reads_for_long_makes_nobody_wait_behind_a_publication(
    postgres_database: str, tmp_path: Path
) -> None:
    shop = Shop(postgres_database, tmp_path)
    wider = installing.propose(shop.workspace, [_wider(shop)])
    with psycopg.connect(postgres_database) as report:
        report.execute("SELECT count(*) FROM o_deal")  # and its transaction stays open
        published = threading.Thread(target=installing.publish, args=(shop.workspace, wider))
        published.start()
        slowest, ends = 0.0, time.monotonic() + 1.5
        while time.monotonic() < ends:
            began = time.monotonic()
            shop.workspace.look(SYSTEM, lambda unit: reading.find(unit, Query("deal", ("name",))))
            slowest = max(slowest, time.monotonic() - began)
        assert published.is_alive(), "it has to wait for the report"
        assert slowest < 1.0, "who reads waits no longer than a publication tries"
    published.join(15)
    assert shop.workspace.catalog.version == wider.catalog.version
    shop.close()


def _wider(shop: Shop) -> Any:
    with shop.workspace.read(SYSTEM) as unit:
        found = catalog_store.installed(unit.connection)[0]
    deal = found.document("object", "deal")
    assert deal is not None
    deal.content["fields"].append(a_field("note"))  # type: ignore[index]
    return found
