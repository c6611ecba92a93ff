"""API tokens: U6 of the security plan."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.runtime.people.world import GOOD, NOON, World
from typecase.errors import AccessDenied, NotFound, RecordInvalid, SignInRequired
from typecase.runtime import identity, passwords, scopes, sessions, tokens
from typecase.runtime.actors import ALL, SYSTEM, Actor, Rights
from typecase.runtime.storage import system_tables as tables
from typecase.runtime.storage.unit_of_work import Unit


@pytest.fixture
def office(world: World) -> World:
    world.add("ann", passwords.prepare(GOOD), role="rep", permission_sets=["finance"])
    world.add("boss", role="chief")
    return world


def make(world: World, login: str, *wanted: str, days: int | None = 90) -> str:
    with world.workspace.write(world.actor(login)) as unit:
        return tokens.create(unit, "a script", wanted or scopes.EVERYTHING, days).secret


def shown(token: str):
    found = tokens.credential(token)
    assert found is not None
    return found


def as_whom(world: World, token: str) -> Actor:
    with world.workspace.read(shown(token)) as unit:
        return unit.actor


def test_a_token_is_its_owner_and_is_kept_as_a_digest_only(office: World) -> None:
    token = make(office, "ann")
    assert re.fullmatch(r"tc_[0-9a-f]{8}_[\w-]{43}", token)
    assert as_whom(office, token).rights == office.actor("ann").rights
    secret = token.split("_", 2)[2]
    with office.workspace.read(SYSTEM) as unit:
        for table in tables.metadata.sorted_tables:
            for row in unit.execute(sa.select(table)):
                assert secret not in repr(tuple(row)), table.name
        (listed,) = tokens.of_user(unit, office.ids["ann"])
    assert listed.hint == token[3:11]
    assert not hasattr(listed, "hash")
    assert secret not in repr(listed)


@pytest.mark.parametrize(
    "text", ["", "tc_", "tc_12345678_short", "x" * 56, "tc_é2345678_" + "a" * 43]
)
def test_what_is_not_shaped_like_a_token_is_none(text: str) -> None:
    assert tokens.credential(text) is None


def test_a_made_up_token_opens_nothing(office: World) -> None:
    token = make(office, "ann")
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    with pytest.raises(SignInRequired):
        as_whom(office, forged)


def test_an_expired_token_is_dead_and_one_without_an_end_is_not(office: World) -> None:
    short, endless = make(office, "ann", days=1), make(office, "ann", days=None)
    office.clock.advance(timedelta(hours=23, minutes=59))
    as_whom(office, short)
    office.clock.advance(timedelta(minutes=1))
    with pytest.raises(SignInRequired):
        as_whom(office, short)
    assert as_whom(office, endless).login == "ann"


def test_a_revoked_token_is_dead_and_only_its_owner_or_who_manages_people_may_do_it(
    office: World,
) -> None:
    one, other = make(office, "ann"), make(office, "ann")
    with office.workspace.read(office.actor("ann")) as unit:
        ids = {t.hint: t.id for t in tokens.of_user(unit)}
    office.add("bob", role="rep")
    with pytest.raises(NotFound), office.workspace.write(office.actor("bob")) as unit:
        tokens.revoke(unit, ids[one[3:11]])
    with office.workspace.write(office.actor("ann")) as unit:
        tokens.revoke(unit, ids[one[3:11]])
    with office.workspace.write(office.actor("boss")) as unit:
        tokens.revoke(unit, ids[other[3:11]])
    for token in (one, other):
        with pytest.raises(SignInRequired):
            as_whom(office, token)


def test_others_tokens_are_listed_only_for_who_manages_people(office: World) -> None:
    make(office, "ann")
    office.add("bob", role="rep")
    with office.workspace.read(office.actor("boss")) as unit:
        assert len(tokens.of_user(unit, office.ids["ann"])) == 1
    with pytest.raises(AccessDenied), office.workspace.read(office.actor("bob")) as unit:
        tokens.of_user(unit, office.ids["ann"])


def test_nobody_makes_a_token_for_another(office: World) -> None:
    """It would act as its owner: the administrator would be anybody."""
    with pytest.raises(AccessDenied), office.workspace.write(office.actor("boss")) as unit:
        tokens.create(unit, "mine", user=office.ids["ann"])
    with office.workspace.write(SYSTEM) as unit:
        made = tokens.create(unit, "by the command line", user=office.ids["ann"])
    assert as_whom(office, made.secret).login == "ann"
    assert made.secret not in repr(made)


def test_a_token_makes_no_token(office: World) -> None:
    token = make(office, "ann", "write", "deal")
    with pytest.raises(AccessDenied), office.workspace.write(shown(token)) as unit:
        tokens.create(unit, "wider")


@pytest.mark.parametrize(
    "wanted, days", [(("everything",), 1), ((), 1), (("read",), 0), (("read",), 4000)]
)
def test_what_makes_no_sense_is_refused(office: World, wanted: tuple[str, ...], days: int) -> None:
    with pytest.raises(RecordInvalid), office.workspace.write(office.actor("ann")) as unit:
        tokens.create(unit, "a script", wanted, days)


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "two\nlines"])
def test_a_token_has_a_name(office: World, name: str) -> None:
    with pytest.raises(RecordInvalid), office.workspace.write(office.actor("ann")) as unit:
        tokens.create(unit, name)


# Scopes -------------------------------------------------------------------------------------


def test_a_reading_token_writes_nothing_at_all(office: World) -> None:
    token = make(office, "ann", "read")
    actor = as_whom(office, token)
    assert actor.rights.on("deal") == {"read", "view_all"}
    assert actor.rights.fields == {"deal.margin": "read"}
    assert actor.rights.system == {"export"}
    with pytest.raises(AccessDenied), office.workspace.write(shown(token)):
        pass

    def work(unit: Unit) -> None:
        raise AssertionError("reached")

    with pytest.raises(AccessDenied):
        office.workspace.run(shown(token), work)


def test_a_token_for_one_object_opens_that_one(office: World) -> None:
    actor = as_whom(office, make(office, "ann", "write", "deal"))
    assert "edit" in actor.rights.on("deal")
    assert not actor.rights.on("book") and not actor.rights.on("plain")
    only_read = as_whom(office, make(office, "ann", "book"))
    assert only_read.rights.on("book") == {"read"} and not only_read.rights.on("deal")


def test_writing_is_not_administering(office: World) -> None:
    writing = as_whom(office, make(office, "boss", "read", "write"))
    assert "edit_all" in writing.rights.on("deal")
    assert writing.rights.system == {"export", "import", "bulk"}
    assert "designer" in as_whom(office, make(office, "boss", "admin")).rights.system
    assert "designer" not in as_whom(office, make(office, "boss", "admin", "deal")).rights.system


def test_what_packages_grant_by_name_goes_with_writing(office: World) -> None:
    assert "pay_out" in as_whom(office, make(office, "ann", "write")).rights.system
    assert "pay_out" not in as_whom(office, make(office, "ann", "read")).rights.system


@pytest.mark.parametrize(
    "wanted", [("read",), ("write",), ("admin",), ("deal",), ("write", "deal")]
)
def test_no_scope_ever_adds_a_right(wanted: tuple[str, ...]) -> None:
    for rights in (
        Rights(),
        Rights({"deal": frozenset(("read",))}, {"deal.margin": "read"}, frozenset(("export",))),
        Rights({"*": ALL, "deal": ALL}, {}, frozenset(("designer",))),
    ):
        actor = Actor("id", "ann", "Ann", rights=rights)
        narrowed = scopes.narrow(actor, wanted).rights
        assert narrowed.system <= rights.system
        assert narrowed.fields.keys() <= rights.fields.keys()
        for name in ("deal", "book", "never heard of"):
            assert narrowed.on(name) <= rights.on(name)


def test_two_tokens_of_one_person_are_not_mixed_up(office: World) -> None:
    """The same person with the same version of rights: prepared answers must not be shared."""
    reading, writing = make(office, "ann", "read"), make(office, "ann", "write")
    for _ in range(2):
        assert "edit" not in as_whom(office, reading).rights.on("deal")
        assert "edit" in as_whom(office, writing).rights.on("deal")
    assert as_whom(office, reading).key != as_whom(office, writing).key


# Scripts ------------------------------------------------------------------------------------


def test_a_script_signs_in_for_half_a_day_and_out_again(office: World) -> None:
    token, actor = identity.sign_in_for_token(office.workspace, "ann", GOOD, None, "curl/8")
    assert actor.login == "ann"
    assert as_whom(office, token).rights == office.actor("ann").rights
    identity.sign_out(office.workspace, shown(token))
    with pytest.raises(SignInRequired):
        as_whom(office, token)
    token = identity.sign_in_for_token(office.workspace, "ann", GOOD).secret
    office.clock.advance(timedelta(hours=12))
    with pytest.raises(SignInRequired):
        as_whom(office, token)


def test_the_last_use_is_written_down_lazily(office: World) -> None:
    token = make(office, "ann")
    used_at = sa.select(tables.token.c.used_at)

    def use() -> None:
        with office.workspace.read(shown(token)) as unit:
            holder = unit.opening.holder
        identity.seen(office.workspace, shown(token), holder)

    assert office.count(used_at) is None
    use()
    assert office.count(used_at) == NOON
    office.clock.advance(timedelta(seconds=30))
    use()
    assert office.count(used_at) == NOON
    office.clock.advance(timedelta(seconds=30))
    use()
    assert office.count(used_at) == NOON + timedelta(minutes=1)


def test_a_session_of_a_browser_is_no_token_and_the_other_way_round(office: World) -> None:
    cookie = identity.sign_in(office.workspace, "ann", GOOD).secret
    token = make(office, "ann")
    assert tokens.credential(cookie) is None
    with pytest.raises(SignInRequired), office.workspace.read(sessions.credential(token)):
        pass
    with pytest.raises(AccessDenied), office.workspace.write(shown(token)) as unit:
        sessions.end_others(unit)
