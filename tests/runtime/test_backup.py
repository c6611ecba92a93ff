"""A backup brings back everything, or says what it could not keep; a restore is whole or not."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.builders import a_lookup, a_package, an_object
from tests.runtime.shop import NOON, Shop
from typecase.bootstrap import build_platform, initialise, open_workspace
from typecase.clock import FrozenClock
from typecase.config import load_settings
from typecase.errors import Conflict, Damaged, NotFound
from typecase.metadata.rights_edits import with_item
from typecase.runtime import checking, customizing, installing, reading, saving, search
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.backup import back_up
from typecase.runtime.backup_archive import ArchiveReader
from typecase.runtime.queries import Query, parse_sort
from typecase.runtime.restore import restore
from typecase.runtime.storage import sqlite_copy, system_tables
from typecase.runtime.storage.database import Database
from typecase.runtime.storage.postgres_structure import structure_of
from typecase.runtime.workspaces import Workspace

CLOCK = FrozenClock(NOON)


@pytest.fixture
def files(shop: Shop) -> Path:
    return shop.platform.settings.files


@pytest.fixture
def target(other_database: str, tmp_path: Path) -> Iterator[Workspace]:
    """An empty place of the same kind."""
    workspace = a_place(other_database, tmp_path / "restored")
    yield workspace
    workspace.database.close()


def a_place(database: str, files: Path) -> Workspace:
    settings = load_settings({"TYPECASE_FILES": str(files)}, folder=files.parent, database=database)
    return open_workspace(settings, CLOCK)


def fill(shop: Shop) -> str:
    with shop.workspace.write(shop.ada) as unit:
        account = saving.create(unit, "account", {"name": "Grün & 客户 \t\\N", "level": "gold"})
        for number in range(5):
            deal = {"name": f"D{number}", "account": account, "amount": "12345678901.05"}
            saving.create(unit, "deal", {**deal, "tags": ["red", "blue"]})
    a_rule_of_ones_own(shop.workspace)
    return account


def a_rule_of_ones_own(workspace: Workspace) -> None:
    """In the customer's layer, so that every backup has one."""
    rule = {"name": "x_won", "when": "stage == 'won'", "grant": "read", "with": [{"role": "rep"}]}
    with workspace.read(SYSTEM) as unit:
        found = customizing.definitions(unit)
        content = with_item(found.content("access", "deal"), "sharing", rule)
        wanted = {("access", "deal"): content}
        proposal = customizing.propose(unit, unit.opening.catalog, found, wanted, "Won deals")
    installing.alone(workspace, lambda unit: customizing.publish(unit, proposal))


def attach(shop: Shop, content: bytes, keep: bool = True) -> str:
    digest = hashlib.sha256(content).hexdigest()
    with shop.workspace.write(SYSTEM) as unit:
        row = {"id": unit.new_id(), "digest": digest, "name": "a.txt", "size": len(content)}
        row |= {"media_type": "text/plain", "created_at": unit.now}
        unit.execute(sa.insert(system_tables.file), row)
    if keep:
        path = shop.platform.settings.files / digest[:2] / digest
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return digest


def everything(database: Database) -> dict[str, list[Any]]:
    """All rows of all tables, in a comparable order."""
    with database.reading() as connection:
        names = [n for n in sa.inspect(connection).get_table_names() if n.startswith(("tc_", "o_"))]
        held = {
            name: connection.execute(sa.select(sa.text("*")).select_from(sa.table(name))).all()
            for name in names
        }
    return {name: sorted(map(repr, rows)) for name, rows in held.items()}


def test_what_was_there_is_there_again(shop: Shop, target: Workspace, tmp_path: Path) -> None:
    fill(shop)
    digest = attach(shop, b"contract")
    archive, files = tmp_path / "a.backup", tmp_path / "restored"
    report = back_up(shop.workspace.database, shop.platform.settings.files, archive, CLOCK)
    assert (report.files, report.missing_files) == (1, ())
    done = restore(archive, target)
    assert done.rows == report.rows > 20
    assert everything(target.database) == everything(shop.workspace.database)
    assert (files / digest[:2] / digest).read_bytes() == b"contract"


def test_a_restored_workspace_works(
    shop: Shop, other_database: str, target: Workspace, tmp_path: Path
) -> None:
    account = fill(shop)
    back_up(shop.workspace.database, shop.platform.settings.files, tmp_path / "a", CLOCK)
    restore(tmp_path / "a", target)
    workspace = shop.workspace
    shop.workspace.database = target.database
    workspace.forget()
    with workspace.write(shop.ada) as unit:
        saving.create(unit, "deal", {"name": "after", "account": account, "amount": "1"})
    with workspace.read(shop.ada) as unit:
        assert reading.get(unit, "account", account).values["deal_count"] == 6
    assert list(checking.check(workspace, [])) == []


def test_the_structure_of_postgresql_is_the_same(
    shop: Shop, target: Workspace, tmp_path: Path
) -> None:
    if target.database.is_sqlite:
        return  # the file itself is copied
    back_up(shop.workspace.database, tmp_path / "none", tmp_path / "a", CLOCK)
    restore(tmp_path / "a", target)
    with target.database.reading() as ours, shop.workspace.database.reading() as theirs:
        assert structure_of(ours) == structure_of(theirs)
        kinds = "SELECT relkind, count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        kinds += " GROUP BY relkind ORDER BY relkind"
        counted = [c.exec_driver_sql(kinds).all() for c in (ours, theirs)]
    assert counted[0] == counted[1]


def test_a_backup_shows_one_moment_while_people_save(
    shop: Shop, target: Workspace, tmp_path: Path
) -> None:
    account = fill(shop)
    stop, saved = threading.Event(), []

    def save() -> None:
        while not stop.is_set():
            with shop.workspace.write(shop.ada) as unit:
                deal = {"name": f"more {len(saved)}", "account": account, "amount": "1"}
                saved.append(saving.create(unit, "deal", deal))

    writer = threading.Thread(target=save)
    writer.start()
    try:
        back_up(shop.workspace.database, tmp_path / "none", tmp_path / "a", CLOCK)
    finally:
        stop.set()
        writer.join()
    restore(tmp_path / "a", target)
    shop.workspace.database = target.database
    shop.workspace.forget()
    assert list(checking.check(shop.workspace, ["rollups", "references"])) == []


def test_a_file_that_is_gone_is_named(shop: Shop, files: Path, tmp_path: Path) -> None:
    digest = attach(shop, b"contract", keep=False)
    report = back_up(shop.workspace.database, files, tmp_path / "a", CLOCK)
    assert report.missing_files == (digest,)
    assert ArchiveReader(tmp_path / "a").manifest.missing_files == [digest]


def test_a_file_that_has_rotted_stops_the_backup(shop: Shop, files: Path, tmp_path: Path) -> None:
    digest = attach(shop, b"contract")
    (files / digest[:2] / digest).write_bytes(b"contrast")
    with pytest.raises(Damaged, match=digest):
        back_up(shop.workspace.database, files, tmp_path / "a", CLOCK)
    assert not (tmp_path / "a").exists()


def test_nothing_is_overwritten(
    shop: Shop, database: str, other_database: str, files: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "a"
    back_up(shop.workspace.database, files, archive, CLOCK)
    with pytest.raises(Conflict):
        back_up(shop.workspace.database, files, archive, CLOCK)
    before = everything(shop.workspace.database)
    with pytest.raises(Conflict):
        restore(archive, a_place(database, tmp_path / "restored"))
    assert everything(shop.workspace.database) == before
    assert not (tmp_path / "restored").exists()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("mine")
    with pytest.raises(Conflict):
        restore(archive, a_place(other_database, tmp_path / "full"))
    assert (tmp_path / "full" / "a.txt").read_text() == "mine"


def test_a_damaged_archive_leaves_the_place_empty(
    shop: Shop, files: Path, target: Workspace, tmp_path: Path
) -> None:
    fill(shop)
    attach(shop, b"contract")
    archive, other = tmp_path / "a", tmp_path / "b"
    back_up(shop.workspace.database, files, archive, CLOCK)
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(other, "w") as damaged:
        for name in source.namelist():
            content = source.read(name)
            damaged.writestr(name, content[:-1] if name.startswith("files/") else content)
    with pytest.raises(Damaged):
        restore(other, target)
    assert not (tmp_path / "restored").exists()
    restore(archive, target)


def test_an_archive_with_rows_missing_is_refused(
    shop: Shop, files: Path, target: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even when every checksum fits: what arrives is counted."""
    fill(shop)
    back_up(shop.workspace.database, files, tmp_path / "a", CLOCK)
    counted = sqlite_copy.row_counts
    monkeypatch.setattr(
        sqlite_copy, "row_counts", lambda connection: {**counted(connection), "o_deal": 4}
    )
    with pytest.raises(Damaged, match="o_deal"):
        restore(tmp_path / "a", target)
    monkeypatch.undo()
    restore(tmp_path / "a", target)


def test_an_archive_of_postgresql_is_not_for_sqlite(
    shop: Shop, files: Path, sqlite_database: str, tmp_path: Path
) -> None:
    if shop.workspace.database.is_sqlite:
        return
    back_up(shop.workspace.database, files, tmp_path / "a", CLOCK)
    with pytest.raises(Conflict):
        restore(tmp_path / "a", a_place(sqlite_database, tmp_path / "restored"))


def test_a_workspace_grows_from_a_file_into_a_server(
    sqlite_database: str, postgres_database: str, tmp_path: Path
) -> None:
    shop = Shop(sqlite_database, tmp_path)
    account = fill(shop)
    digest = attach(shop, b"contract")
    back_up(shop.workspace.database, shop.platform.settings.files, tmp_path / "a", CLOCK)
    grown = a_place(postgres_database, tmp_path / "restored")
    restore(tmp_path / "a", grown)
    assert list(checking.check(grown, [])) == []
    before, after = (
        {name: len(rows) for name, rows in everything(each.database).items()}
        for each in (shop.workspace, grown)
    )
    gone = {"tc_search_tokens", "tc_session"}  # one index for both; people sign in again
    assert {n: c for n, c in before.items() if not n.startswith(tuple(gone))} == {
        n: c for n, c in after.items() if n not in gone
    }
    assert [r.name for r in grown.catalog.object("deal").access.sharing] == ["x_won"]
    for who in (shop.ada, shop.bob, shop.admin):
        assert seen_by(grown, who, account) == seen_by(shop.workspace, who, account)
    with grown.write(shop.ada) as unit:
        saving.create(unit, "deal", {"name": "after", "account": account, "amount": "1"})
    with grown.read(shop.ada) as unit:
        assert reading.get(unit, "account", account).values["deal_count"] == 6
        assert [hit.id for hit in search.search(unit, "客户").results] == [account]
    assert (tmp_path / "restored" / digest[:2] / digest).read_bytes() == b"contract"
    shop.close()
    grown.database.close()


def seen_by(workspace: Workspace, who: Actor, account: str) -> Any:
    """What one person sees of the account and the deals."""
    query = Query(
        "deal", ("name", "account.name", "amount", "weighted", "tags"), sort=parse_sort("name")
    )
    with workspace.read(who) as unit:
        try:
            record = reading.get(unit, "account", account).values
        except NotFound:
            record = None
        return record, reading.find(unit, query).rows


def test_repairing_counts_wrong_rollups_anew(shop: Shop) -> None:
    account = fill(shop)
    with shop.workspace.write(SYSTEM) as unit:
        table = unit.model.table("account")
        unit.execute(sa.update(table.table).values({table["deal_count"].name: 99}))
    findings = list(checking.check(shop.workspace, ["rollups"]))
    assert [f.data["field"] for f in findings] == ["account.deal_count"]
    assert checking.repair_rollups(shop.workspace) == 1
    assert list(checking.check(shop.workspace, [])) == []
    with shop.workspace.read(shop.ada) as unit:
        assert reading.get(unit, "account", account).values["deal_count"] == 5


def test_a_tree_of_records_is_no_finding(database: str, tmp_path: Path) -> None:
    """A record that points to its own object is looked up among the others."""
    package = a_package(an_object("place", a_lookup("inside", "place")))
    settings = load_settings({}, folder=tmp_path, database=database)
    platform = build_platform(settings, CLOCK)
    initialise(platform.main)
    installing.install(platform.main, [package])
    with platform.main.write(SYSTEM) as unit:
        world = saving.create(unit, "place", {"name": "World"})
        saving.create(unit, "place", {"name": "Here", "inside": world})
    assert list(checking.check(platform.main, [])) == []
    platform.close()


def test_a_pointer_to_nothing_and_a_lost_table_are_found(shop: Shop) -> None:
    fill(shop)
    with shop.workspace.write(SYSTEM) as unit:
        deal = unit.model.table("deal")
        nowhere = {deal["account"].name: unit.new_id()}
        unit.execute(sa.update(deal.table).values(nowhere))
    found = [f.data for f in checking.check(shop.workspace, ["references"])]
    assert found == [{"field": "deal.account", "target": "account", "count": 5}]
    with shop.workspace.write(SYSTEM) as unit:
        unit.execute(sa.schema.DropTable(unit.model.table("deal").sets["tags"]))
    assert [f.data for f in checking.check(shop.workspace, ["tables"])] == [
        {"name": "o_deal__tags"}
    ]


def test_the_moment_of_a_backup_is_in_it(shop: Shop, files: Path, tmp_path: Path) -> None:
    clock = FrozenClock(NOON + timedelta(hours=3))
    back_up(shop.workspace.database, files, tmp_path / "a", clock)
    assert ArchiveReader(tmp_path / "a").manifest.made_at == "2026-11-21T07:00:00+00:00"
