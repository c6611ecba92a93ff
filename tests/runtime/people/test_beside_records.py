"""Comments, files and tags: A8 of the security plan. Their rights are the record's, each time."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_field, a_lookup, a_package, a_permission_set, an_object
from tests.runtime.shop import Shop
from typecase.errors import (
    AccessDenied,
    BadRequest,
    Conflict,
    NotFound,
    RecordInvalid,
    TooLarge,
    TypecaseError,
)
from typecase.runtime import (
    comments,
    file_store,
    file_sweep,
    files,
    reading,
    recycle,
    saving,
    scopes,
    tags,
    timeline,
)
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.storage.unit_of_work import Unit

NOBODY = "00000000-0000-7000-8000-000000000001"
WORK = ["read", "create", "edit", "delete"]
PACKAGE = a_package(
    an_object(
        "account",
        a_field("picture", "image"),
        a_field("contract", "file", sensitive=True, max_mb=1, accept=[".pdf"]),
        a_field("margin", sensitive=True),
        tracks=["history", "activities", "files", "comments", "tags"],
    ),
    an_object("note", a_lookup("regarding", "account", "notes"), a_field("due", "date")),
    an_object("chat", a_lookup("regarding", "account", "chats")),
    an_object("memo", a_lookup("about", "account", "memos")),
    an_object("bare"),
    permissions=[
        a_permission_set("sales", account=WORK, note=WORK, memo=WORK, bare=WORK),
        a_permission_set("chats", chat=WORK),
        a_permission_set("looking", account=["read", "view_all"]),
        a_permission_set("law", fields={"account.contract": "edit"}),
        a_permission_set("all", system=["bulk", "designer"], account=[*WORK, "edit_all"]),
    ],
    roles=[
        {"name": "boss", "label": "Boss", "permissions": ["sales"]},
        {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["sales"]},
    ],
)


class Office(Shop):
    """ada and bob sell and see nothing of each other; the boss sees both; eve may only look."""

    def __init__(self, database: str, folder: Path) -> None:
        self.open(database, folder, PACKAGE)
        self.ada = self.person("ada", "rep")
        self.bob = self.person("bob", "rep")
        self.boss = self.person("boss", "boss", "chats")
        self.eve = self.person("eve", None, "looking")
        self.admin = self.person("admin", None, "all")
        self.lawyer = self.person("lawyer", None, "all", "law")
        self.stranger = self.person("stranger", None)
        self.account = self.create(self.ada, "account", name="Acme")

    @property
    def folder(self) -> Path:
        return self.workspace.settings.files

    def create(self, who: Actor, kind: str, **values: Any) -> str:
        return self.run(who, lambda unit: saving.create(unit, kind, values))

    def run(self, who: Actor, work: Callable[[Unit], Any]) -> Any:
        return self.workspace.run(who, work)

    def store(self, data: bytes = b"hello", name: str = "a.txt", **more: int) -> file_store.Stored:
        return file_store.store(self.folder, io.BytesIO(data), name, **more)

    def attach(self, data: bytes = b"hello", name: str = "a.txt") -> str:
        stored = self.store(data, name)
        return self.run(self.ada, lambda u: files.attach(u, "account", self.account, stored))

    def comment(self, who: Actor, body: str = "hello") -> str:
        return self.run(who, lambda u: comments.add(u, "account", self.account, body))

    def comments(self, who: Actor) -> list[str]:
        found = self.run(who, lambda u: comments.of_record(u, "account", self.account))
        return [each.body for each in found]

    def tag(self, who: Actor, *names: str) -> int:
        return self.run(who, lambda u: tags.add(u, "account", [self.account], names))

    def tags(self, who: Actor) -> list[str]:
        return [t.name for t in self.run(who, lambda u: tags.of_record(u, "account", self.account))]


@pytest.fixture
def office(database: str, tmp_path: Path) -> Iterator[Office]:
    built = Office(database, tmp_path)
    yield built
    built.close()


# The matrix ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Things:
    """One of each, made by ada on her account."""

    account: str
    file: str
    comment: str
    stored: file_store.Stored


READING: dict[str, Callable[[Unit, Things], Any]] = {
    "read comments": lambda u, t: comments.of_record(u, "account", t.account),
    "list files": lambda u, t: files.of_record(u, "account", t.account),
    "open a file": lambda u, t: files.open_file(u, t.file),
    "read tags": lambda u, t: tags.of_record(u, "account", t.account),
    "read the timeline": lambda u, t: timeline.timeline(u, "account", t.account),
}
TALKING: dict[str, Callable[[Unit, Things], Any]] = {
    "comment": lambda u, t: comments.add(u, "account", t.account, "hello"),
}
CHANGING: dict[str, Callable[[Unit, Things], Any]] = {
    "attach": lambda u, t: files.attach(u, "account", t.account, t.stored),
    "remove a file": lambda u, t: files.remove(u, t.file),
    "tag": lambda u, t: tags.add(u, "account", [t.account], ["vip"]),
    "untag": lambda u, t: tags.remove(u, "account", [t.account], ["old"]),
}
OWNING: dict[str, Callable[[Unit, Things], Any]] = {
    "edit a comment": lambda u, t: comments.edit(u, t.comment, "changed"),
    "delete a comment": lambda u, t: comments.delete(u, t.comment),
}
DO = READING | TALKING | CHANGING | OWNING

MAY: dict[str, set[str]] = {
    "ada": set(DO),
    "boss": set(READING | TALKING | CHANGING),
    "admin": set(READING | TALKING | CHANGING),
    "eve": set(READING | TALKING),
    "bob": set(),
    "stranger": set(),
}


def answers(office: Office, who: Actor, things: Things) -> set[str]:
    """What of everything goes well; nothing of it is kept."""

    class Undo(Exception):
        pass

    done = set()
    for name, attempt in DO.items():
        try:
            with office.workspace.write(who) as unit:
                attempt(unit, things)
                done.add(name)
                raise Undo
        except (AccessDenied, NotFound, Undo):
            pass
    return done


@pytest.fixture
def things(office: Office) -> Things:
    office.tag(office.ada, "old")
    file, comment = office.attach(), office.comment(office.ada)
    return Things(office.account, file, comment, office.store(b"more"))


def test_what_lies_beside_a_record_is_as_open_as_the_record(office: Office, things: Things) -> None:
    for login, allowed in MAY.items():
        assert answers(office, getattr(office, login), things) == allowed, login


def test_a_new_owner_changes_who_may_at_once(office: Office, things: Things) -> None:
    """The same ids, guessed or kept: the record decides, asked each time (A8)."""
    office.run(
        office.admin,
        lambda u: saving.update(u, "account", things.account, {"owner": office.bob.id}),
    )
    assert answers(office, office.ada, things) == set()
    assert answers(office, office.bob, things) == set(READING | TALKING | CHANGING)


def test_in_the_bin_nothing_opens(office: Office, things: Things) -> None:
    office.run(office.ada, lambda u: recycle.delete(u, "account", things.account))
    for who in (office.ada, office.boss, office.admin):
        assert answers(office, who, things) == set()


def test_missing_and_invisible_look_the_same(office: Office, things: Things) -> None:
    def refusal(work: Callable[[Unit], Any]) -> str:
        with pytest.raises(NotFound) as refused:
            office.run(office.bob, work)
        return str(refused.value)

    assert refusal(lambda u: files.open_file(u, things.file)) == refusal(
        lambda u: files.open_file(u, NOBODY)
    )
    assert refusal(lambda u: comments.edit(u, things.comment, "x")) == refusal(
        lambda u: comments.edit(u, NOBODY, "x")
    )


def test_strange_ids_are_the_ids_of_nothing(office: Office) -> None:
    attempts: tuple[Callable[[Unit, str], Any], ...] = (
        lambda u, id_: files.open_file(u, id_),
        lambda u, id_: files.remove(u, id_),
        lambda u, id_: comments.delete(u, id_),
        lambda u, id_: comments.of_record(u, "account", id_),
        lambda u, id_: tags.add(u, "account", [id_], ["vip"]),
        lambda u, id_: timeline.timeline(u, "account", id_),
    )
    for attempt in attempts:
        for strange in ("", "x", "' or 1=1", "\x00", "\ud800", NOBODY.upper(), "1" * 99):
            with pytest.raises(NotFound), office.workspace.write(office.admin) as unit:
                attempt(unit, strange)


def test_objects_keep_only_what_they_say(office: Office) -> None:
    bare, stored = office.create(office.ada, "bare", name="B"), office.store()
    for attempt in (
        lambda u: comments.add(u, "bare", bare, "hello"),
        lambda u: files.attach(u, "bare", bare, stored),
        lambda u: tags.add(u, "bare", [bare], ["vip"]),
    ):
        with pytest.raises(BadRequest):
            office.run(office.ada, attempt)


def test_a_reading_token_changes_nothing(office: Office, things: Things) -> None:
    """Even inside a unit that could write: comments need no right but reading the record."""
    reader = scopes.narrow(office.ada, ("read",))
    for name, attempt in (TALKING | CHANGING | OWNING).items():
        with office.workspace.read(reader) as unit, pytest.raises(AccessDenied):
            attempt(unit, things)
        assert name


# Comments -----------------------------------------------------------------------------------


def test_people_talk_about_a_record(office: Office) -> None:
    office.comment(office.ada, "first\r\nline")
    office.clock.advance(timedelta(minutes=1))
    office.comment(office.boss, "<b>second</b>")
    found = office.run(office.ada, lambda u: comments.of_record(u, "account", office.account))
    assert [(c.author_name, c.body) for c in found] == [
        ("Boss", "<b>second</b>"),
        ("Ada", "first\nline"),
    ]
    assert [(c.may_edit, c.may_delete) for c in found] == [(False, False), (True, True)]


def test_a_quarter_of_an_hour_to_mend_what_one_wrote(office: Office) -> None:
    comment = office.comment(office.ada)
    office.clock.advance(timedelta(minutes=15))
    office.run(office.ada, lambda u: comments.edit(u, comment, "mended"))
    assert office.comments(office.ada) == ["mended"]
    office.clock.advance(timedelta(seconds=1))
    with pytest.raises(Conflict):
        office.run(office.ada, lambda u: comments.edit(u, comment, "too late"))
    office.run(office.ada, lambda u: comments.delete(u, comment))
    assert office.comments(office.ada) == []
    with pytest.raises(NotFound):
        office.run(office.ada, lambda u: comments.delete(u, comment))


def test_a_comment_says_something(office: Office) -> None:
    for body in ("", " \n ", None, 1, ["x"], "x" * 10_001, "nul\x00", "\ud800"):
        with pytest.raises(RecordInvalid):
            office.run(
                office.ada, lambda u, body=body: comments.add(u, "account", office.account, body)
            )


# Tags ---------------------------------------------------------------------------------------


def test_tags_are_put_on_and_taken_off(office: Office) -> None:
    assert office.tag(office.ada, " 重要  客户 ", "vip", "vip") == 1
    assert office.tag(office.ada, "vip") == 0
    assert office.tags(office.ada) == ["vip", "重要 客户"]
    taken = office.run(
        office.ada, lambda u: tags.remove(u, "account", [office.account], ["vip", "unknown"])
    )
    assert taken == 1 and office.tags(office.ada) == ["重要 客户"]
    names = [t.name for t in office.run(office.ada, lambda u: tags.find(u))]
    assert names == ["vip", "重要 客户"]


def test_a_tag_is_a_word(office: Office) -> None:
    wrong: list[list[Any]] = [[], [""], ["x" * 41], ["a\x00b"], [None], [1], [["x"]]]
    for names in wrong:
        with pytest.raises(RecordInvalid):
            office.tag(office.ada, *names)


def test_a_record_carries_so_many_tags_and_no_more(office: Office) -> None:
    office.tag(office.ada, *(f"t{n}" for n in range(50)))
    with pytest.raises(RecordInvalid):
        office.tag(office.ada, "one more")
    assert len(office.tags(office.ada)) == 50


def test_tagging_many_is_all_or_none_and_needs_a_right(office: Office) -> None:
    own = office.create(office.ada, "account", name="Second")
    theirs = office.create(office.bob, "account", name="Bob's")
    with pytest.raises(AccessDenied):
        office.run(office.ada, lambda u: tags.add(u, "account", [office.account, own], ["vip"]))
    both = [office.account, theirs]
    assert office.run(office.admin, lambda u: tags.add(u, "account", both, ["vip", "new"])) == 2
    with pytest.raises(NotFound):
        office.run(office.admin, lambda u: tags.add(u, "account", [own, NOBODY], ["vip"]))
    listed = office.run(office.admin, lambda u: tags.of_records(u, "account", [*both, own]))
    assert [len(listed[i]) for i in (*both, own)] == [2, 2, 0]


def test_two_people_make_one_tag_at_once(office: Office) -> None:
    other = office.create(office.bob, "account", name="Bob's")
    barrier, failed = threading.Barrier(2), []

    def tag(who: Actor, record: str) -> None:
        barrier.wait()
        try:
            office.run(who, lambda u: tags.add(u, "account", [record], ["brand new"]))
        except TypecaseError as error:
            failed.append(error)

    threads = [
        threading.Thread(target=tag, args=pair)
        for pair in ((office.ada, office.account), (office.bob, other))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(office.run(office.admin, lambda u: tags.find(u, "brand"))) == 1


def test_administrators_tidy_the_words(office: Office) -> None:
    office.tag(office.ada, "vip")
    (tag,) = office.run(office.admin, lambda u: tags.find(u))
    with pytest.raises(AccessDenied):
        office.run(office.ada, lambda u: tags.drop(u, tag.id))
    office.run(office.admin, lambda u: tags.describe(u, tag.id, "VIP", "Value", "red"))
    (tag,) = office.run(office.ada, lambda u: tags.of_record(u, "account", office.account))
    assert (tag.name, tag.group, tag.color) == ("VIP", "Value", "red")
    office.run(office.admin, lambda u: tags.drop(u, tag.id))
    assert office.tags(office.ada) == []


# Files --------------------------------------------------------------------------------------


def test_a_file_comes_back_as_it_went(office: Office) -> None:
    data = os.urandom(600_000)
    id_ = office.attach(data, "合同 2026.pdf")
    opened = office.run(office.boss, lambda u: files.open_file(u, id_))
    assert opened.path.read_bytes() == data
    assert (opened.name, opened.size) == ("合同 2026.pdf", 600_000)
    assert opened.path.parent.parent.parent == office.folder
    (listed,) = office.run(office.eve, lambda u: files.of_record(u, "account", office.account))
    assert (listed.created_by_name, listed.may_remove) == ("Ada", False)


def test_too_large_a_file_leaves_nothing(office: Office) -> None:
    office.store(b"x" * 1000, largest=1000)
    with pytest.raises(TooLarge):
        office.store(b"x" * 1001, largest=1000)
    assert list((office.folder / "incoming").iterdir()) == []


def test_a_broken_upload_leaves_nothing(office: Office) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        file_store.store(office.folder, Broken(), "a.txt")
    assert list((office.folder / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    "name, kept",
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\report.xlsx", "report.xlsx"),
        ("a\r\nb.txt", "ab.txt"),
        ("\u202egnp.exe", "gnp.exe"),
        ("", "file"),
        ("...", "file"),
        ("/", "file"),
        ("\ud800.txt", "txt"),
        ("报价单.pdf", "报价单.pdf"),
        ("x" * 300 + ".pdf", "x" * 176 + ".pdf"),
    ],
)
def test_a_name_is_a_label_and_never_a_path(name: str, kept: str) -> None:
    assert file_store.clean_name(name) == kept


@pytest.mark.parametrize(
    "name, data, media_type",
    [
        ("a.pdf", b"%PDF-1.7 ...", "application/pdf"),
        ("a.png", b"\x89PNG\r\n\x1a\n....", "image/png"),
        ("a.webp", b"RIFF\0\0\0\0WEBP", "image/webp"),
        ("a.docx", b"PK\x03\x04....", "application/vnd.openxmlformats-officedocument"),
        ("a.zip", b"PK\x03\x04....", "application/zip"),
        ("a.csv", "名称,金额\n".encode(), "text/csv"),
        ("cut.txt", ("xx" + "名" * 2000).encode(), "text/plain"),
        ("a.txt", b"<script>alert(1)</script>", "text/plain"),
        ("a.html", b"<script>alert(1)</script>", "application/octet-stream"),
        ("a.svg", b"<svg onload=alert(1)>", "application/octet-stream"),
        ("a.png", b"<script>alert(1)</script>", "application/octet-stream"),
        ("a.txt", b"\x00\x01\x02", "application/octet-stream"),
        ("a.txt", b"\xff\xfe\xfd", "application/octet-stream"),
        ("a.txt", "名".encode()[:-1], "application/octet-stream"),
        ("empty.txt", b"", "text/plain"),
    ],
)
def test_a_file_is_what_its_bytes_say(
    tmp_path: Path, name: str, data: bytes, media_type: str
) -> None:
    assert file_store.store(tmp_path, io.BytesIO(data), name).media_type.startswith(media_type)


def age(office: Office) -> None:
    old = time.time() - 2 * 24 * 3600
    for path in office.folder.rglob("*"):
        os.utime(path, (old, old))


def lying(office: Office) -> int:
    return len([p for p in office.folder.rglob("*") if p.is_file()])


def test_bytes_go_when_nobody_refers_to_them_and_not_before(office: Office) -> None:
    kept, doomed = office.attach(b"kept"), office.attach(b"doomed")
    shared = [office.attach(b"shared", name) for name in ("one.txt", "two.txt")]
    office.store(b"never attached")
    for id_ in (doomed, shared[0]):
        office.run(office.ada, lambda u, id_=id_: files.remove(u, id_))
    assert file_sweep.sweep(office.workspace) == 0
    age(office)
    assert file_sweep.sweep(office.workspace) == 2
    for id_ in (kept, shared[1]):
        assert office.run(office.ada, lambda u, id_=id_: files.open_file(u, id_)).path.is_file()
    assert lying(office) == 2


def test_bytes_stored_again_while_the_sweep_looks_are_kept(office: Office, monkeypatch) -> None:
    """Between asking who refers to the bytes and removing them, somebody attaches them anew."""
    office.store(b"again")
    age(office)
    asked = file_sweep.collaboration.used_digests

    def slowly(unit: Unit, among: Any) -> set[str]:
        found = asked(unit, among)
        office.store(b"again")
        return found

    monkeypatch.setattr(file_sweep.collaboration, "used_digests", slowly)
    assert file_sweep.sweep(office.workspace) == 0
    assert file_store.path_of(office.folder, office.store(b"again").digest).is_file()


# Values of file fields ----------------------------------------------------------------------


def upload(office: Office, who: Actor, data: bytes = b"signed", name: str = "a.pdf") -> str:
    stored = office.store(data, name)
    return office.run(who, lambda u: files.upload(u, stored))


def put(office: Office, who: Actor, record: str | None = None, **values: str) -> None:
    target = record or office.account
    office.run(who, lambda u: saving.update(u, "account", target, values))


def opens(office: Office, who: Actor, file: str) -> bool:
    try:
        return office.run(who, lambda u: files.open_file(u, file)).path.is_file()
    except NotFound:
        return False


PNG = b"\x89PNG\r\n\x1a\n...."


def test_an_upload_is_its_uploaders_until_it_is_saved(office: Office) -> None:
    id_ = upload(office, office.ada)
    assert opens(office, office.ada, id_)
    assert not opens(office, office.boss, id_) and not opens(office, office.admin, id_)
    office.clock.advance(timedelta(hours=25))
    file_sweep.sweep(office.workspace)
    assert not opens(office, office.ada, id_)


def test_the_file_of_a_field_opens_for_who_may_read_the_field(office: Office) -> None:
    picture = upload(office, office.lawyer, PNG, "a.png")
    contract = upload(office, office.lawyer)
    put(office, office.lawyer, picture=picture, contract=contract)
    for who in (office.ada, office.eve, office.lawyer):
        assert opens(office, who, picture)
    for who, may in ((office.lawyer, True), (office.ada, False), (office.admin, False)):
        assert opens(office, who, contract) is may
    assert not opens(office, office.bob, picture)
    assert office.run(office.ada, lambda u: files.of_record(u, "account", office.account)) == ()
    with pytest.raises(NotFound):
        office.run(office.ada, lambda u: files.remove(u, picture))
    office.clock.advance(timedelta(hours=25))
    age(office)
    assert file_sweep.sweep(office.workspace) == 0
    assert opens(office, office.ada, picture)


def test_nobody_uses_a_file_they_may_not_open(office: Office) -> None:
    """A guessed id in a field would otherwise open a file its record hides."""
    theirs = upload(office, office.bob, PNG, "a.png")
    other = office.create(office.bob, "account", name="Bob's", picture=theirs)
    secret = upload(office, office.lawyer, PNG, "a.pdf")
    put(office, office.lawyer, contract=secret)
    for id_ in (theirs, secret, upload(office, office.bob, PNG, "b.png"), NOBODY):
        with pytest.raises(RecordInvalid) as refused:
            put(office, office.ada, picture=id_)
        assert refused.value.problems[0].field == "picture"
    assert opens(office, office.bob, theirs) and other


def test_a_copied_record_gets_a_file_of_its_own(office: Office) -> None:
    first = upload(office, office.ada, PNG, "a.png")
    put(office, office.ada, picture=first)
    copy = office.create(office.ada, "account", name="Copy", picture=first)
    read = office.run(office.ada, lambda u: reading.get(u, "account", copy))
    assert read["picture"] != first
    office.run(office.ada, lambda u: recycle.delete(u, "account", office.account))
    assert not opens(office, office.ada, first) and opens(office, office.ada, read["picture"])


def test_fields_take_only_the_files_they_name(office: Office) -> None:
    for name, data, ending in (
        ("picture", b"<svg onload=alert(1)>", "a.png"),
        ("contract", b"hello", "a.exe"),
        ("contract", b"x" * (1024 * 1024 + 1), "a.pdf"),
    ):
        id_ = upload(office, office.lawyer, data, ending)
        with pytest.raises(RecordInvalid) as refused:
            put(office, office.lawyer, **{name: id_})
        assert [p.field for p in refused.value.problems] == [name]


# The timeline -------------------------------------------------------------------------------


def shown(office: Office, who: Actor, limit: int = 30) -> list[str]:
    """Every page of the timeline, each thing in a word."""
    found, after = [], None
    while True:
        page = office.run(
            who,
            lambda u, after=after: timeline.timeline(u, "account", office.account, limit, after),
        )
        assert len(page.items) <= limit
        for item in page.items:
            what = item.what
            match what:
                case comments.Comment():
                    found.append(f"{item.actor_name} said {what.body}")
                case timeline.Activity():
                    found.append(f"{item.actor_name} {what.object} {what.title}")
                case _:
                    found.append(f"{item.actor_name} {what.kind} {[e.field for e in what.edits]}")
        after = page.next
        if after is None:
            return found


@pytest.fixture
def story(office: Office) -> Office:
    def later() -> None:
        office.clock.advance(timedelta(minutes=1))

    later()
    office.comment(office.ada, "one")
    later()
    office.create(office.ada, "note", name="Call back", regarding=office.account)
    later()
    office.run(
        office.lawyer, lambda u: saving.update(u, "account", office.account, {"name": "Acme Ltd"})
    )
    later()
    office.tag(office.ada, "vip")
    later()
    office.attach()
    later()
    office.create(office.boss, "chat", name="Lunch", regarding=office.account)
    office.create(office.bob, "note", name="Not for Ada", regarding=None)
    office.create(office.ada, "memo", name="No activity", about=office.account)
    later()
    office.comment(office.boss, "two")
    return office


STORY = [
    "Boss said two",
    "Boss chat Lunch",
    "Ada update ['files']",
    "Ada update ['tags']",
    "Lawyer update ['name']",
    "Ada note Call back",
    "Ada said one",
    "Ada create ['name', 'owner']",
]


def test_everything_in_one_stream_whatever_the_size_of_the_page(story: Office) -> None:
    for limit in (1, 2, 3, 30):
        assert shown(story, story.boss, limit) == STORY


def test_activities_one_may_not_read_do_not_show(story: Office) -> None:
    without_chat = [line for line in STORY if "chat" not in line]
    assert shown(story, story.ada) == without_chat
    without_notes = [line for line in without_chat if "note" not in line]
    assert shown(story, story.eve) == without_notes


def test_hidden_changes_do_not_show_and_lose_nothing_behind_them(office: Office) -> None:
    """Many changes of a field one may not read, then an old comment: page by page it is reached."""
    office.comment(office.ada, "old")
    with_margin = office.person("accountant", None, "all", "law")
    for number in range(8):
        office.clock.advance(timedelta(minutes=1))
        put(office, with_margin, contract=upload(office, with_margin, b"%d" % number))
    for limit in (1, 3):
        lines = shown(office, office.ada, limit)
        assert lines == ["Ada said old", "Ada create ['name', 'owner']"] or lines == [
            "Ada create ['name', 'owner']",
            "Ada said old",
        ]
    assert len(shown(office, with_margin, 3)) == 10


def test_a_made_up_cursor_is_refused(office: Office) -> None:
    for after in ("", "x", "2026-11-21~x", f"2026-11-21T00:00:00~{NOBODY}", "~"):
        with pytest.raises(BadRequest):
            office.run(
                office.ada,
                lambda u, after=after: timeline.timeline(u, "account", office.account, after=after),
            )


def test_the_system_can_sweep_an_empty_folder(office: Office) -> None:
    assert file_sweep.sweep(office.workspace) == 0
    assert office.run(SYSTEM, lambda u: tags.find(u)) == ()
