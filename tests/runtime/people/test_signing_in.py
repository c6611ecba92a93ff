"""Signing in: U1 and U2 of the security plan, races included."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.runtime.people.world import GOOD, World
from typecase.errors import (
    AccessDenied,
    BadRequest,
    RecordInvalid,
    SignInFailed,
    SignInRequired,
    TooManyAttempts,
)
from typecase.runtime import audit, identity, passwords, sessions, tokens, users
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage import system_tables as tables

HOME, ELSEWHERE = "203.0.113.7", "198.51.100.1"


@pytest.fixture
def office(world: World) -> World:
    kept = passwords.prepare(GOOD)
    world.add("ann", kept, role="rep")
    world.add("boss", kept, role="chief")
    return world


def sign_in(world: World, login: str = "ann", password: object = GOOD, address: str = HOME):
    return identity.sign_in(world.workspace, login, password, address, "A browser")


def fail(world: World, times: int, login: str = "ann", address: str = HOME) -> None:
    for _ in range(times):
        with pytest.raises(SignInFailed):
            sign_in(world, login, "something else", address)


def is_in(world: World, cookie: str) -> bool:
    try:
        with world.workspace.read(sessions.credential(cookie)):
            return True
    except SignInRequired:
        return False


def kinds(world: World) -> list[str]:
    with world.workspace.read(SYSTEM) as unit:
        return [entry.kind for entry in reversed(audit.entries(unit))]


# Letting in ---------------------------------------------------------------------------------


def test_a_session_is_a_person_with_their_rights(office: World) -> None:
    cookie, actor = sign_in(office, "  ANN ")
    assert (actor.login, actor.role) == ("ann", "rep")
    with office.workspace.read(sessions.credential(cookie)) as unit:
        assert unit.actor == actor
        assert "edit" in unit.actor.rights.on("deal")
        assert unit.opening.holder is not None
        assert len(unit.opening.holder.csrf or "") >= 43
    assert "sign_in" in kinds(office)


def test_every_log_in_gets_an_id_of_its_own_and_the_database_knows_neither(office: World) -> None:
    one, other = sign_in(office).secret, sign_in(office).secret
    assert one != other and len(one) >= 43
    with office.workspace.read(SYSTEM) as unit:
        kept = {row.hash for row in unit.execute(sa.select(tables.session))}
    assert len(kept) == 2 and not kept & {one, other}
    assert not is_in(office, next(iter(kept)))


def test_which_of_the_two_was_wrong_is_not_said(office: World) -> None:
    for login in ("ann", "nobody", "", "ann'--", "\x00", "\ud800", "a" * 100_000):
        with pytest.raises(SignInFailed) as refused:
            sign_in(office, login, "something else")
        assert str(refused.value) == "The log-in name or the password is not right."


def test_only_texts_are_compared(office: World) -> None:
    for strange in (None, True, {}, [], ["ann"], {"$ne": ""}, 1):
        for login, password in (("ann", strange), (strange, GOOD)):
            with pytest.raises(BadRequest):
                identity.sign_in(office.workspace, login, password)


def test_somebody_without_a_password_cannot_sign_in(world: World) -> None:
    world.add("ghost")
    for password in ("", "None", "something else"):
        with pytest.raises(SignInFailed):
            sign_in(world, "ghost", password)


def test_a_stronger_hash_replaces_a_weak_one(office: World, monkeypatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", passwords.PasswordHasher(2, 16, 1))
    sign_in(office)
    kept = office.count(sa.select(tables.user.c.password_hash).where(tables.user.c.login == "ann"))
    assert "m=16,t=2" in kept
    sign_in(office)


# Keeping out --------------------------------------------------------------------------------


def test_ten_wrong_passwords_make_one_wait_even_with_the_right_one(office: World) -> None:
    fail(office, 5)
    with pytest.raises(TooManyAttempts) as told:
        sign_in(office)
    assert told.value.seconds == 2
    for wait in (2, 4, 8, 16, 32):
        office.clock.advance(timedelta(seconds=wait))
        fail(office, 1)
    with pytest.raises(TooManyAttempts) as told:
        sign_in(office)
    assert told.value.seconds == 64
    assert kinds(office).count("sign_in_failed") == 4
    assert kinds(office).count("sign_in_blocked") == 6


def test_waiting_helps_and_a_success_starts_afresh(office: World) -> None:
    fail(office, 5)
    office.clock.advance(timedelta(seconds=2))
    sign_in(office)
    fail(office, 4)
    sign_in(office)


def test_names_that_do_not_exist_wait_as_well(office: World) -> None:
    fail(office, 5, login="nobody")
    with pytest.raises(TooManyAttempts):
        sign_in(office, "nobody")


def test_one_address_cannot_try_everybody(office: World) -> None:
    for number in range(30):
        fail(office, 1, login=f"person{number}")
    with pytest.raises(TooManyAttempts):
        sign_in(office, "ann")
    sign_in(office, "ann", address=ELSEWHERE)


def test_one_good_account_does_not_cover_guesses_at_others(office: World) -> None:
    for number in range(30):
        if number % 3 == 0:
            sign_in(office, "boss")
        fail(office, 1, login=f"person{number}")
    with pytest.raises(TooManyAttempts):
        sign_in(office, "boss")


def test_a_stranger_cannot_keep_the_administrator_out(office: World) -> None:
    sign_in(office, "boss", address=HOME)
    fail(office, 5, "boss", ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        sign_in(office, "boss", address=ELSEWHERE)
    sign_in(office, "boss", address=HOME)


def test_failures_are_told_without_what_was_typed(office: World) -> None:
    fail(office, 1)
    with pytest.raises(SignInFailed):
        sign_in(office, "my secret password", "ann")
    with office.workspace.read(SYSTEM) as unit:
        told = audit.entries(unit, kind="sign_in_failed")
    assert [each.data["user"] for each in told] == [None, office.ids["ann"]]
    assert all(each.address == HOME and each.actor is None for each in told)
    assert "secret" not in repr(told)


def test_many_guesses_at_once_learn_no_more_than_one_after_another(office: World) -> None:
    """Forty guesses in flight, the right one among them last: only five are answered."""
    answers: list[str] = []
    barrier = threading.Barrier(8)

    def guess(number: int) -> None:
        barrier.wait()
        for _ in range(5):
            try:
                sign_in(office, "ann", f"wrong guess {number}")
            except SignInFailed:
                answers.append("wrong")
            except TooManyAttempts:
                answers.append("wait")

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 40
    assert answers.count("wrong") == 5


def test_two_log_ins_at_once_are_two_sessions(office: World) -> None:
    found: list[str] = []
    barrier = threading.Barrier(4)

    def enter() -> None:
        barrier.wait()
        found.append(sign_in(office).secret)

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 4
    assert all(is_in(office, cookie) for cookie in found)


# Sessions end -------------------------------------------------------------------------------


def test_half_an_hour_alone_ends_a_session(office: World) -> None:
    cookie = sign_in(office).secret
    office.clock.advance(timedelta(minutes=29, seconds=59))
    assert is_in(office, cookie)
    office.clock.advance(timedelta(seconds=1))
    assert not is_in(office, cookie)


def use(world: World, cookie: str) -> None:
    shown = sessions.credential(cookie)
    with world.workspace.read(shown) as unit:
        holder = unit.opening.holder
    identity.seen(world.workspace, shown, holder)


def test_use_keeps_a_session_for_twelve_hours_and_not_longer(office: World) -> None:
    cookie = sign_in(office).secret
    for _ in range(35):
        office.clock.advance(timedelta(minutes=20))
        use(office, cookie)
    office.clock.advance(timedelta(minutes=20))
    assert not is_in(office, cookie)


def test_use_is_written_down_once_a_minute(office: World) -> None:
    cookie = sign_in(office).secret
    seen_at = sa.select(tables.session.c.seen_at)
    before = office.count(seen_at)
    office.clock.advance(timedelta(seconds=59))
    use(office, cookie)
    assert office.count(seen_at) == before
    office.clock.advance(timedelta(seconds=1))
    use(office, cookie)
    assert office.count(seen_at) == before + timedelta(minutes=1)


def test_what_is_over_cannot_be_kept_alive(office: World) -> None:
    cookie = sign_in(office).secret
    shown = sessions.credential(cookie)
    with office.workspace.read(shown) as unit:
        holder = unit.opening.holder
    office.clock.advance(timedelta(minutes=31))
    identity.seen(office.workspace, shown, holder)
    assert not is_in(office, cookie)


def test_signing_out_ends_this_session_only(office: World) -> None:
    one, other = sign_in(office).secret, sign_in(office).secret
    identity.sign_out(office.workspace, sessions.credential(one), HOME)
    identity.sign_out(office.workspace, sessions.credential(one), HOME)
    assert not is_in(office, one) and is_in(office, other)
    assert kinds(office).count("sign_out") == 1


def test_people_see_their_sessions_and_end_them(office: World) -> None:
    here, there, theirs = (sign_in(office, who).secret for who in ("ann", "ann", "boss"))
    with office.workspace.write(sessions.credential(here)) as unit:
        listed = sessions.of_actor(unit)
        assert [each.is_this_one for each in listed].count(True) == 1
        assert {each.address for each in listed} == {HOME}
        (other,) = [each.id for each in listed if not each.is_this_one]
        sessions.end(unit, other)
    assert is_in(office, here) and not is_in(office, there) and is_in(office, theirs)


def test_all_other_sessions_end_at_once(office: World) -> None:
    here, there, theirs = (sign_in(office, who).secret for who in ("ann", "ann", "boss"))
    with office.workspace.write(sessions.credential(here)) as unit:
        assert sessions.end_others(unit) == 1
    assert [is_in(office, c) for c in (here, there, theirs)] == [True, False, True]


def test_a_disabled_person_is_out_with_the_next_request(office: World) -> None:
    cookie = sign_in(office).secret
    token = identity.sign_in_for_token(office.workspace, "ann", GOOD, HOME).secret
    assert is_in(office, cookie)
    with office.workspace.write(office.actor("boss")) as unit:
        users.disable(unit, office.ids["ann"])
    assert not is_in(office, cookie)
    with pytest.raises(SignInRequired), office.workspace.read(tokens.credential(token)):
        pass
    with pytest.raises(SignInFailed):
        sign_in(office)


def test_a_new_role_brings_new_rights_at_once_and_a_new_id(office: World) -> None:
    cookie = sign_in(office).secret
    with office.workspace.write(office.actor("boss")) as unit:
        users.update(unit, office.ids["ann"], {"role": "manager"})
    shown = sessions.credential(cookie)
    with office.workspace.read(shown) as unit:
        assert unit.actor.role == "manager"
        assert unit.opening.holder is not None and unit.opening.holder.renew
    fresh = identity.renew(office.workspace, shown)
    office.clock.advance(sessions.GRACE)
    assert not is_in(office, cookie)
    with office.workspace.read(sessions.credential(fresh)) as unit:
        assert unit.opening.holder is not None and not unit.opening.holder.renew
    with pytest.raises(SignInRequired):
        identity.renew(office.workspace, shown)


# Passwords change ---------------------------------------------------------------------------


def change(world: World, cookie: str, old: str, new: str, **more: bool) -> str:
    shown = sessions.credential(cookie)
    return identity.change_password(world.workspace, shown, old, new, HOME, "A browser", **more)


def test_a_changed_password_ends_every_other_way_in(office: World) -> None:
    here, there = sign_in(office).secret, sign_in(office).secret
    token = identity.sign_in_for_token(office.workspace, "ann", GOOD, HOME).secret
    fresh = change(office, here, GOOD, "another good password")
    assert [is_in(office, c) for c in (here, there, fresh)] == [False, False, True]
    with pytest.raises(SignInRequired), office.workspace.read(tokens.credential(token)):
        pass
    with pytest.raises(SignInFailed):
        sign_in(office)
    sign_in(office, password="another good password")
    assert "password_changed" in kinds(office)


def test_tokens_can_be_kept(office: World) -> None:
    token = identity.sign_in_for_token(office.workspace, "ann", GOOD, HOME).secret
    change(office, sign_in(office).secret, GOOD, "another good password", keep_tokens=True)
    with office.workspace.read(tokens.credential(token)) as unit:
        assert unit.actor.login == "ann"


def test_the_old_password_is_asked_for_and_guesses_are_counted(office: World) -> None:
    cookie = sign_in(office).secret
    for _ in range(5):
        with pytest.raises(SignInFailed):
            change(office, cookie, "something else", "another good password")
    with pytest.raises(TooManyAttempts):
        change(office, cookie, GOOD, "another good password")
    assert is_in(office, cookie)


def test_a_poor_or_unchanged_password_changes_nothing(office: World) -> None:
    cookie = sign_in(office).secret
    for new in (GOOD, "password1", "short", "ann"):
        with pytest.raises(RecordInvalid) as refused:
            change(office, cookie, GOOD, new)
        assert refused.value.problems[0].field == "new"
    assert is_in(office, cookie)
    sign_in(office)


def test_a_log_in_with_a_password_that_changes_meanwhile_fails(office: World, monkeypatch) -> None:
    """The slow comparison ends after the password has been changed: it is the old one by then."""
    cookie = sign_in(office).secret
    compare = passwords.verify

    def slowly(password: object, stored: str | None) -> bool:
        monkeypatch.setattr(passwords, "verify", compare)
        found = compare(password, stored)
        change(office, cookie, GOOD, "another good password")
        return found

    monkeypatch.setattr(passwords, "verify", slowly)
    with pytest.raises(SignInFailed):
        sign_in(office)


def test_the_first_password_must_be_changed_before_anything_else(office: World) -> None:
    text, kept = passwords.one_time()
    with office.workspace.write(office.actor("boss")) as unit:
        users.create(unit, {"login": "new", "name": "New", "role": "rep"}, kept)
    cookie, actor = sign_in(office, "new", text)
    assert actor.must_change_password and not actor.rights.on("deal")
    fresh = change(office, cookie, text, "another good password")
    with office.workspace.read(sessions.credential(fresh)) as unit:
        assert not unit.actor.must_change_password
        assert "edit" in unit.actor.rights.on("deal")


def test_a_token_changes_no_password(office: World) -> None:
    token = identity.sign_in_for_token(office.workspace, "ann", GOOD, HOME).secret
    shown = tokens.credential(token)
    assert shown is not None
    with pytest.raises(AccessDenied):
        identity.change_password(office.workspace, shown, GOOD, "another good password")


# Tidying up ---------------------------------------------------------------------------------


def test_what_is_over_is_removed_and_what_is_in_use_stays(office: World) -> None:
    sign_in(office)
    identity.sign_in_for_token(office.workspace, "ann", GOOD, HOME)
    fail(office, 5, "nobody", ELSEWHERE)
    assert identity.purge(office.workspace) == 0
    office.clock.advance(timedelta(hours=12))
    cookie = sign_in(office).secret
    assert identity.purge(office.workspace) == 2
    office.clock.advance(timedelta(days=31))
    assert identity.purge(office.workspace) >= 4
    assert office.count(sa.select(sa.func.count()).select_from(tables.attempt)) == 0
    assert not is_in(office, cookie)
