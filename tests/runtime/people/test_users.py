"""The people of a workspace: who may change whom, and who is left."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa

from tests.runtime.people.world import CATALOG, GOOD, World
from typecase.errors import (
    AccessDenied,
    Conflict,
    NotFound,
    RecordInvalid,
    SignInFailed,
    SignInRequired,
    UnknownName,
)
from typecase.metadata.rights import SYSTEM_RIGHTS
from typecase.runtime import audit, identity, passwords, users
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage import system_tables as tables
from typecase.runtime.storage import user_rows


@pytest.fixture
def office(world: World) -> World:
    """ann sells, olga looks after people, rita also after rights, boss is the administrator."""
    world.add("boss", role="chief")
    world.add("ann", role="rep", email="ann@example.com")
    world.add("olga", permission_sets=["office"])
    world.add("rita", permission_sets=["rights_office", "sales"])
    return world


def update(world: World, who: str, whom: str, **values: Any) -> None:
    with world.workspace.write(world.actor(who)) as unit:
        users.update(unit, world.ids[whom], values)


def get(world: World, login: str) -> users.User:
    with world.workspace.read(SYSTEM) as unit:
        return users.get(unit, world.ids[login])


def create(world: World, who: str, **values: Any) -> str:
    with world.workspace.write(world.actor(who)) as unit:
        return users.create(unit, {"login": "new", "name": "New", **values})


def last_audit(world: World) -> audit.Entry:
    with world.workspace.read(SYSTEM) as unit:
        return audit.entries(unit, limit=1)[0]


# Making and changing ------------------------------------------------------------------------


def test_a_new_person_has_the_ways_of_the_workspace(office: World) -> None:
    office.ids["new"] = create(office, "boss", login=" Mia.Chen ", name="  Mia   Chen ", role="rep")
    mia = get(office, "new")
    assert (mia.login, mia.name, mia.language, mia.zone) == (
        "mia.chen",
        "Mia Chen",
        "en",
        "Asia/Shanghai",
    )
    assert mia.is_active and mia.must_change_password and not mia.has_password
    told = last_audit(office)
    assert told.kind == "user_created" and told.actor == office.ids["boss"]
    assert told.data["role"] == "rep"


def test_everything_that_is_wrong_is_said_at_once(office: World) -> None:
    wrong = {
        "login": "a b",
        "name": "",
        "email": "nobody",
        "language": "tlh",
        "zone": "../../etc/passwd",
        "preferences": [],
        "role": "emperor",
        "permission_sets": ["sales", "magic"],
        "manager": "somebody",
    }
    with pytest.raises(RecordInvalid) as refused:
        create(office, "boss", **wrong)
    assert {p.field for p in refused.value.problems} == set(wrong)


@pytest.mark.parametrize("name", ["password_hash", "is_active", "id", "login", "version", "x"])
def test_nothing_else_can_be_written(office: World, name: str) -> None:
    with pytest.raises(UnknownName):
        update(office, "boss", "ann", **{name: "1"})


def test_a_log_in_name_is_taken_once_whatever_its_case(office: World) -> None:
    with pytest.raises(RecordInvalid) as refused:
        create(office, "boss", login="ANN")
    assert refused.value.problems[0].field == "login"


def test_two_people_cannot_take_one_log_in_name_at_once(office: World) -> None:
    boss, results = office.actor("boss"), []
    barrier = threading.Barrier(4)

    def add() -> None:
        barrier.wait()
        try:
            office.workspace.run(boss, lambda u: users.create(u, {"login": "new", "name": "N"}))
            results.append("made")
        except RecordInvalid:
            results.append("taken")

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["made", "taken", "taken", "taken"]


def test_a_change_of_an_old_page_is_refused(office: World) -> None:
    seen = get(office, "ann").version
    update(office, "boss", "ann", name="Ann Lee")
    with pytest.raises(Conflict), office.workspace.write(office.actor("boss")) as unit:
        users.update(unit, office.ids["ann"], {"name": "Ann Li"}, version=seen)
    assert get(office, "ann").name == "Ann Lee"


def test_what_does_not_change_is_not_written(office: World) -> None:
    before = get(office, "ann")
    update(office, "boss", "ann", name="Ann", role="rep")
    assert get(office, "ann").version == before.version


def test_managers_form_no_circle(office: World) -> None:
    update(office, "boss", "ann", manager=office.ids["olga"])
    for whom, manager in (("olga", "ann"), ("ann", "ann")):
        with pytest.raises(RecordInvalid):
            update(office, "boss", whom, manager=office.ids[manager])


def test_who_sees_whom_follows_the_role(office: World) -> None:
    def owners() -> set[str]:
        chosen = sa.select(tables.visibility.c.owner)
        with office.workspace.read(SYSTEM) as unit:
            return set(unit.execute(chosen.where(tables.visibility.c.viewer == olga)).scalars())

    olga = office.ids["olga"]
    assert owners() == set()
    update(office, "boss", "olga", role="manager")
    assert owners() == {office.ids["ann"]}
    update(office, "boss", "olga", role=None)
    assert owners() == set()


# Who may ------------------------------------------------------------------------------------


def test_everybody_has_their_own_ways_and_nothing_more(office: World) -> None:
    update(office, "ann", "ann", language="zh", zone="Europe/Berlin", preferences={"theme": "dark"})
    assert office.actor("ann").language == "zh"
    assert get(office, "ann").preferences == {"theme": "dark"}
    for values in (
        {"name": "Queen Ann"},
        {"email": "x@example.com"},
        {"role": "chief"},
        {"permission_sets": ["administration"]},
        {"language": "en", "role": "manager"},
    ):
        with pytest.raises(AccessDenied):
            update(office, "ann", "ann", **values)
    for whom in ("olga", "boss"):
        with pytest.raises(AccessDenied):
            update(office, "ann", whom, language="zh")
    assert get(office, "ann").role == "rep" and get(office, "ann").name == "Ann"


@pytest.mark.parametrize("who", ["ann"])
def test_people_without_the_right_manage_nobody(office: World, who: str) -> None:
    kept = passwords.prepare(GOOD)
    ann = office.actor(who)
    for attempt in (
        lambda u: users.create(u, {"login": "new", "name": "New"}),
        lambda u: users.disable(u, office.ids["olga"]),
        lambda u: users.enable(u, office.ids["olga"]),
        lambda u: users.set_password(u, office.ids["olga"], kept),
        lambda u: users.find(u),
        lambda u: users.get(u, office.ids["olga"]),
        lambda u: users.by_login(u, "olga"),
        lambda u: audit.entries(u),
    ):
        with pytest.raises(AccessDenied):
            office.workspace.run(ann, attempt)
    with office.workspace.read(ann) as unit:
        assert users.get(unit, office.ids["ann"]).login == "ann"


def test_rights_over_people_do_not_give_rights(office: World) -> None:
    with pytest.raises(AccessDenied):
        update(office, "olga", "ann", role="manager")
    with pytest.raises(AccessDenied):
        create(office, "olga", role="rep")
    create(office, "olga")


def test_nobody_adds_to_their_own_rights(office: World) -> None:
    for who, values in (
        ("rita", {"permission_sets": ["rights_office", "sales", "finance"]}),
        ("rita", {"role": "chief"}),
        ("boss", {"permission_sets": ["finance"]}),
    ):
        with pytest.raises(AccessDenied):
            update(office, who, who, **values)
    update(office, "rita", "rita", permission_sets=["rights_office"])


def test_nobody_gives_what_they_do_not_have_unless_they_are_administrator(office: World) -> None:
    update(office, "rita", "ann", permission_sets=["sales"])
    for values in (
        {"permission_sets": ["finance"]},
        {"permission_sets": ["administration"]},
        {"role": "chief"},
    ):
        with pytest.raises(AccessDenied):
            update(office, "rita", "ann", **values)
    with pytest.raises(AccessDenied):
        create(office, "rita", permission_sets=["administration"])
    update(office, "boss", "ann", permission_sets=["finance"])
    assert last_audit(office).data["permission_sets"] == ["finance"]


def test_nobody_reaches_above_themselves(office: World) -> None:
    """A new password for the administrator would be the administrator."""
    boss, kept = office.ids["boss"], passwords.prepare(GOOD)
    for who in ("olga", "rita"):
        actor = office.actor(who)
        for attempt in (
            lambda u: users.set_password(u, boss, kept),
            lambda u: users.disable(u, boss),
            lambda u: users.update(u, boss, {"email": "rita@example.com"}),
        ):
            with pytest.raises(AccessDenied):
                office.workspace.run(actor, attempt)
    with pytest.raises(AccessDenied):
        update(office, "rita", "boss", role="rep")


def test_a_person_disables_or_resets_others_not_themselves(office: World) -> None:
    boss = office.actor("boss")
    office.add("boss2", role="chief")
    for attempt in (
        lambda u: users.disable(u, boss.id),
        lambda u: users.set_password(u, boss.id, passwords.Hashed("x")),
    ):
        with pytest.raises(AccessDenied):
            office.workspace.run(boss, attempt)


# The last administrator ---------------------------------------------------------------------


def test_the_last_administrator_stays(office: World) -> None:
    """Rita may manage people and rights as well, so she has to go first."""
    with office.workspace.write(office.actor("boss")) as unit:
        users.disable(unit, office.ids["rita"])
    with pytest.raises(Conflict), office.workspace.write(SYSTEM) as unit:
        users.disable(unit, office.ids["boss"])
    for values in ({"role": "rep"}, {"role": None}):
        with pytest.raises(Conflict):
            update(office, "boss", "boss", **values)
    assert get(office, "boss").is_active and get(office, "boss").role == "chief"


def test_of_two_administrators_who_disable_each_other_one_stays(office: World) -> None:
    with office.workspace.write(office.actor("boss")) as unit:
        users.disable(unit, office.ids["rita"])
    office.add("boss2", role="chief")
    for _ in range(3):
        pairs = [("boss", "boss2"), ("boss2", "boss")]
        actors = {login: office.actor(login) for login, _ in pairs}
        barrier, refused = threading.Barrier(2), []

        def remove(who: str, whom: str, actors=actors, barrier=barrier, refused=refused) -> None:
            barrier.wait()
            try:
                office.workspace.run(actors[who], lambda u: users.disable(u, office.ids[whom]))
            except Conflict as error:
                refused.append(error)

        threads = [threading.Thread(target=remove, args=pair) for pair in pairs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 1
        assert [get(office, login).is_active for login in ("boss", "boss2")].count(True) == 1
        for login in ("boss", "boss2"):
            with office.workspace.write(SYSTEM) as unit:
                users.enable(unit, office.ids[login])


# Passwords ----------------------------------------------------------------------------------


def test_a_reset_password_lets_in_once_and_ends_what_was_open(office: World) -> None:
    text, kept = passwords.one_time()
    with office.workspace.write(office.actor("boss")) as unit:
        users.set_password(unit, office.ids["ann"], kept)
    cookie, actor = identity.sign_in(office.workspace, "ann", text)
    assert actor.must_change_password
    again, more = passwords.one_time()
    with office.workspace.write(office.actor("boss")) as unit:
        users.set_password(unit, office.ids["ann"], more)
    with pytest.raises(SignInRequired), office.workspace.read(identity.sessions.credential(cookie)):
        pass
    with pytest.raises(SignInFailed):
        identity.sign_in(office.workspace, "ann", text)
    assert identity.sign_in(office.workspace, "ann", again).actor.login == "ann"


def test_enabling_lets_in_again_with_the_same_password(office: World) -> None:
    with office.workspace.write(SYSTEM) as unit:
        users.set_password(unit, office.ids["ann"], passwords.prepare(GOOD), must_change=False)
    boss = office.actor("boss")
    with office.workspace.write(boss) as unit:
        users.disable(unit, office.ids["ann"])
    with pytest.raises(SignInFailed):
        identity.sign_in(office.workspace, "ann", GOOD)
    with office.workspace.write(boss) as unit:
        users.enable(unit, office.ids["ann"])
    identity.sign_in(office.workspace, "ann", GOOD)


# Lists --------------------------------------------------------------------------------------


def test_people_are_found_in_pages(office: World) -> None:
    for number in range(7):
        office.add(f"p{number}", name=f"Person {number % 3}", role="rep")
    boss, found, after = office.actor("boss"), [], None
    with office.workspace.read(boss) as unit:
        while True:
            page = users.find(unit, "person", limit=3, after=after)
            assert page.count == 7
            found += [u.id for u in page.users]
            after = page.next
            if after is None:
                break
        assert len(found) == len(set(found)) == 7
        names = [users.get(unit, i).name for i in found]
        assert names == sorted(names)


def test_people_are_found_by_what_one_knows(office: World) -> None:
    with office.workspace.read(office.actor("olga")) as unit:

        def logins(text: str = "", **more: Any) -> list[str]:
            return [u.login for u in users.find(unit, text, **more).users]

        assert logins("ANN") == ["ann"]
        assert logins("ann@exa") == ["ann"]
        assert logins("%") == [] and logins("_") == []
        assert logins(role="chief") == ["boss"]
        assert logins(active=False) == []


def test_everybody_finds_active_colleagues_by_name_and_nothing_more(office: World) -> None:
    with office.workspace.write(office.actor("boss")) as unit:
        users.disable(unit, office.ids["olga"])
    with office.workspace.read(office.actor("ann")) as unit:
        found = users.choices(unit)
    assert [c.login for c in found] == ["ann", "boss", "rita"]
    assert not hasattr(found[0], "email")


def test_a_missing_person_is_not_found(office: World) -> None:
    nobody = "00000000-0000-7000-8000-000000000001"
    boss = office.actor("boss")
    for attempt in (
        lambda u: users.get(u, nobody),
        lambda u: users.update(u, nobody, {"name": "N"}),
        lambda u: users.disable(u, nobody),
        lambda u: users.by_login(u, "nobody"),
    ):
        with pytest.raises(NotFound):
            office.workspace.run(boss, attempt)


def test_rights_compare() -> None:
    def of(*names: str):
        return user_rows.rights(CATALOG, None, names)

    assert of("administration").system == frozenset(SYSTEM_RIGHTS)
    assert users.covers(of("administration"), of("sales", "office"))
    assert not users.covers(of("sales"), of("administration"))
    assert not users.covers(of("administration"), of("finance"))
    assert users.covers(of("sales", "finance"), of("finance"))
