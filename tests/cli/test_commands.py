"""The commands one after the other on a real database, as an administrator types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.builders import a_field, a_permission_set, an_object, package_files
from typecase.cli import init, main
from typecase.cli.console import DONE, PROBLEMS, REFUSED, USAGE

Run = Callable[..., tuple[int, Any]]


def write_package(folder: Path, **manifest: Any) -> Path:
    files = package_files(
        an_object("deal", a_field("code", unique=True), *manifest.pop("more", ())),
        permissions=[
            a_permission_set("sales", deal=["read", "create", "edit"]),
            a_permission_set("office", system=["manage_users", "manage_rights"]),
        ],
        roles=[{"name": "rep", "label": "Rep", "permissions": ["sales"]}],
        **manifest,
    )
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return write_package(tmp_path / "shop")


@pytest.fixture
def run(database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with ``--json``; gives its exit code and document."""

    def running(*words: str | Path, place: bool = True) -> tuple[int, Any]:
        where = ["--dir", tmp_path / "var", "--database", database] if place else []
        code = main([str(word) for word in (*words, *where, "--json")])
        return code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return running


def test_from_nothing_to_a_person_with_a_token(run: Run, shop: Path) -> None:
    code, made = run("init", "--package", shop)
    assert (code, made["user"]) == (DONE, "admin")
    assert len(made["password"]) >= 16
    code, _ = run("user", "add", "ada", "--name", "Ada", "--role", "rep")
    assert code == DONE
    code, issued = run("token", "create", "ada", "--days", "7")
    assert code == DONE
    assert issued["token"].startswith("tc_")
    code, listed = run("user", "list")
    assert [(u["login"], u["role"]) for u in listed["users"]] == [("ada", "rep"), ("admin", None)]
    code, found = run("token", "list", "ada")
    assert [each["id"] for each in found["tokens"]] == [issued["id"]]
    assert run("token", "revoke", "ada", "--id", issued["id"])[0] == DONE
    assert run("token", "list", "ada")[1]["tokens"] == []


def test_a_second_init_is_refused_and_changes_nothing(run: Run, shop: Path) -> None:
    run("init", "--package", shop)
    code, said = run("init", "--package", shop, "--admin", "mallory")
    assert (code, said["error"]["code"]) == (REFUSED, "conflict")
    assert [u["login"] for u in run("user", "list")[1]["users"]] == ["admin"]


def test_of_two_inits_at_once_one_makes_the_administrator(
    run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """U7: the second has looked before the first was done."""
    run("init", "--package", shop)
    monkeypatch.setattr(init, "is_initialised", lambda workspace: False)
    code, said = run("init", "--package", shop, "--admin", "mallory")
    assert (code, said["error"]["code"]) == (REFUSED, "conflict")
    assert [u["login"] for u in run("user", "list")[1]["users"]] == ["admin"]


def test_people_are_invited_and_lose_their_phones(run: Run, shop: Path) -> None:
    run("init", "--package", shop)
    run("user", "add", "ada", "--name", "Ada", "--role", "rep", "--email", "ada@example.com")
    code, made = run("user", "invite", "ada")
    assert (code, made["sent_to"]) == (DONE, None)
    assert made["link"].startswith("http://127.0.0.1:8000/choose-password?link=")
    code, said = run("user", "reset-second-step", "ada")
    assert (code, said["error"]["code"]) == (USAGE, "not_found")


def test_a_workspace_that_is_not_there_is_not_made_by_asking(run: Run, tmp_path: Path) -> None:
    code, said = run("user", "list")
    assert (code, said["error"]["code"]) == (REFUSED, "conflict")
    assert not list(tmp_path.rglob("*.sqlite"))


def test_a_package_that_nobody_could_administer_is_refused_before_anything_is_made(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "lonely"
    for name, content in package_files(an_object("deal")).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    assert run("init", "--package", folder)[0] == USAGE
    assert run("user", "list")[0] == REFUSED


def test_plan_says_what_install_does(run: Run, shop: Path, tmp_path: Path) -> None:
    run("init", "--package", shop)
    newer = write_package(tmp_path / "newer", version="1.1.0", more=[a_field("colour")])
    code, planned = run("plan", newer)
    assert code == DONE
    assert [step["does"] for step in planned["operations"]] == ["add deal.colour"]
    assert run("plan", newer)[1] == planned, "planning changes nothing"
    code, done = run("install", newer)
    assert (code, done["operations"]) == (DONE, 1)
    after = run("plan", newer)[1]
    assert (after["operations"], after["changed"]) == ([], False)
    code, again = run("install", newer)
    assert (code, again["changed"], again["version"]) == (DONE, False, done["version"])


def test_plan_names_the_values_that_will_not_convert(
    run: Run,
    shop: Path,
    tmp_path: Path,
    database: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run("init", "--package", write_package(shop, more=[a_field("size")]))
    rows = [{"key": f"r{n}", "name": f"R{n}", "size": size} for n, size in enumerate("12x")]
    (shop / "data").mkdir()
    (shop / "data/deals.json").write_text(json.dumps({"object": "deal", "rows": rows}))
    run("install", shop)
    newer = write_package(tmp_path / "newer", more=[a_field("size", "integer")])
    lost = [{"field": "deal.size", "count": 1, "of": 3, "examples": ["x"]}]
    assert run("plan", newer)[1]["unconverted"] == lost
    words = ["plan", str(newer), "--dir", str(tmp_path / "var"), "--database", database]
    assert main(words) == DONE
    shown = capsys.readouterr().out
    assert "deal.size: 1 of 3 values cannot be converted (kept aside): “x”" in shown
    assert "1 operation on version" in shown
    assert run("install", newer)[1]["unconverted"] == lost


def test_purge_lists_and_deletes_only_when_told_so(run: Run, shop: Path, tmp_path: Path) -> None:
    wider = write_package(tmp_path / "wider", more=[a_field("size")])
    run("init", "--package", wider)
    run("install", write_package(tmp_path / "newer", version="1.1.0"))
    listed = {"hidden": [{"name": "deal.size", "kind": "field", "count": 0}]}
    assert run("purge") == (DONE, listed)
    assert run("purge", "deal.size")[0] == REFUSED
    assert run("purge", "deal.name", "--yes")[0] == USAGE
    assert run("purge") == (DONE, listed)
    code, done = run("purge", "deal.size", "--yes")
    assert (code, done["deleted"]) == (DONE, listed["hidden"])
    assert Path(done["backup"]).exists()
    assert run("purge") == (DONE, {"hidden": []})


def test_a_faulty_package_is_refused_whole(run: Run, shop: Path) -> None:
    run("init", "--package", shop)
    view = {"views": [{"name": "all", "label": "All", "columns": ["nmae", "cod"]}]}
    (shop / "objects/deal/views.json").write_text(json.dumps(view))
    before = run("plan", write_package(shop.with_name("again")))[1]["base"]
    code, said = run("install", shop)
    assert code == PROBLEMS
    assert len(said["error"]["details"]) == 2
    assert run("plan", write_package(shop.with_name("again")))[1]["base"] == before


def test_a_person_can_be_kept_out_and_let_in_again(run: Run, shop: Path) -> None:
    run("init", "--package", shop)
    run("user", "add", "ada", "--role", "rep")
    assert run("user", "disable", "ada")[0] == DONE
    assert [u["active"] for u in run("user", "list", "ada")[1]["users"]] == [False]
    assert run("user", "enable", "ada")[0] == DONE
    code, said = run("user", "password", "ada")
    assert code == DONE
    assert len(said["password"]) >= 16
    assert run("user", "disable", "nobody")[0] == USAGE


def test_the_last_administrator_stays(run: Run, shop: Path) -> None:
    run("init", "--package", shop)
    code, said = run("user", "disable", "admin")
    assert (code, said["error"]["code"]) == (REFUSED, "conflict")


def test_a_sound_database_has_no_findings(run: Run, shop: Path) -> None:
    run("init", "--package", shop)
    assert run("check") == (DONE, {"findings": [], "repaired": 0})
    assert run("check", "nonsense")[0] == USAGE


def test_backup_and_restore_by_command(run: Run, shop: Path, tmp_path: Path, database: str) -> None:
    run("init", "--package", shop)
    code, done = run("backup", tmp_path / "a.backup")
    assert (code, done["missing_files"]) == (DONE, [])
    assert run("restore", tmp_path / "a.backup")[0] == REFUSED, "the place is not empty"
    assert run("restore", tmp_path / "a.backup", "--verify-only")[0] == DONE
    assert run("backup", tmp_path / "a.backup")[0] == REFUSED, "nothing is overwritten"


def test_migrate_has_nothing_to_do_on_a_new_database(run: Run, shop: Path) -> None:
    assert run("migrate")[0] == REFUSED
    run("init", "--package", shop)
    code, said = run("migrate")
    assert (code, said["backup"]) == (DONE, None)
    assert said["before"] == said["after"]


def test_validate_lists_every_problem_with_file_and_line(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    view = {"views": [{"name": "all", "label": "All", "columns": ["nmae"], "sort": "-cod"}]}
    (shop / "objects/deal/views.json").write_text(json.dumps(view, indent=1))
    assert main(["validate", str(shop), "--json"]) == PROBLEMS
    details = json.loads(capsys.readouterr().out)["error"]["details"]
    assert {d["file"] for d in details} == {"objects/deal/views.json"}
    assert len(details) == 2
    assert all(detail["line"] for detail in details)


def test_a_new_package_validates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new-package", "repair_shop", "--in", str(tmp_path), "--object", "job"]) == DONE
    assert main(["validate", str(tmp_path / "repair_shop"), "--json"]) == DONE
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["problems"], said["objects"]) == ([], 1)
    assert main(["new-package", "repair_shop", "--in", str(tmp_path)]) == REFUSED
    assert main(["new-package", "Repair-Shop", "--in", str(tmp_path)]) == USAGE
    schema = json.loads((tmp_path / "repair_shop/package.json").read_text())["$schema"]
    assert (tmp_path / "repair_shop" / schema).is_file()


def test_why_somebody_may_not(run: Run, shop: Path) -> None:
    run("init", "--package", shop)
    run("user", "add", "ada", "--role", "rep")
    nowhere = "00000000-0000-7000-8000-00000000dead"
    for login, object_, id_ in [
        ("ada", "deal", nowhere),
        ("ada", "deal", "no-id"),
        ("nobody", "deal", nowhere),
    ]:
        code, told = run("explain", "access", login, object_, id_)
        assert code == USAGE
        assert told["error"]["code"] == "not_found"


def test_a_database_of_an_unreleased_state_is_refused_with_words(
    run: Run, shop: Path, database: str
) -> None:
    assert run("init", "--package", shop)[0] == DONE
    engine = sa.create_engine(database)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE tc_state SET value = 7 WHERE key = 'shape'"))
    engine.dispose()
    code, told = run("check")
    assert code == REFUSED and "unreleased state" in str(told)
