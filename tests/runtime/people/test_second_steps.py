"""The second step of signing in: codes, recovery codes, who must have one, who takes it away."""

from __future__ import annotations

import threading
from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from tests.runtime.people.world import GOOD, World
from typecase.errors import (
    AccessDenied,
    CodeRequired,
    Conflict,
    NotFound,
    RecordInvalid,
    SignInFailed,
    SignInRequired,
    TooManyAttempts,
)
from typecase.runtime import (
    audit,
    identity,
    own_second_step,
    passwords,
    second_sign_in,
    sessions,
    sign_in_rules,
    tokens,
    user_access,
    users,
)
from typecase.runtime.actors import SYSTEM
from typecase.runtime.identity import HalfIn, SignedIn
from typecase.runtime.storage import sign_in_tables as tables
from typecase.runtime.storage.database import Credential

HOME, ELSEWHERE = "203.0.113.7", "198.51.100.1"
STEP = timedelta(seconds=30)


@pytest.fixture
def office(world: World) -> World:
    kept = passwords.prepare(GOOD)
    world.add("ann", kept, role="rep")
    world.add("boss", kept, role="chief")
    world.add("clerk", kept, permission_sets=["office"])
    return world


class Phone:
    """An authenticator that somebody has set up, and their recovery codes."""

    def __init__(self, world: World, login: str = "ann") -> None:
        self.world, self.login = world, login
        self.cookie = let_in(world, login).secret
        enrolment = own_second_step.begin(world.workspace, self.session, GOOD, HOME)
        self.key = enrolment.key
        self.recovery = world.workspace.run(
            self.session, lambda unit: own_second_step.confirm(unit, enrolment.secret, self.code())
        )
        world.clock.advance(STEP)

    @property
    def session(self) -> Credential:
        return sessions.credential(self.cookie)

    def code(self, later: int = 0) -> str:
        return pyotp.TOTP(self.key).at(self.world.clock.now(), counter_offset=later)


def half(world: World, login: str = "ann") -> HalfIn:
    found = identity.sign_in(world.workspace, login, GOOD, HOME, "A browser")
    assert isinstance(found, HalfIn)
    return found


def let_in(world: World, login: str = "ann") -> SignedIn:
    found = identity.sign_in(world.workspace, login, GOOD, HOME, "A browser")
    assert isinstance(found, SignedIn)
    return found


def finish(world: World, half_in: HalfIn, code: object, address: str = HOME) -> SignedIn:
    return second_sign_in.finish(world.workspace, half_in.secret, code, address, "A browser")


def kinds(world: World) -> list[str]:
    with world.workspace.read(SYSTEM) as unit:
        return [entry.kind for entry in reversed(audit.entries(unit))]


def is_in(world: World, cookie: str) -> bool:
    try:
        with world.workspace.read(sessions.credential(cookie)):
            return True
    except SignInRequired:
        return False


# Codes --------------------------------------------------------------------------------------


def test_the_password_alone_opens_nothing(office: World) -> None:
    phone = Phone(office)
    found = half(office)
    assert not found.must_enrol and not is_in(office, found.secret)
    signed_in = finish(office, found, phone.code())
    assert is_in(office, signed_in.secret) and signed_in.actor.login == "ann"
    assert kinds(office)[-2:] == ["password_accepted", "sign_in"]


def test_codes_are_typed_as_people_type_them(office: World) -> None:
    phone = Phone(office)
    code = phone.code()
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code[3:])
    assert finish(office, half(office), f" {code[:3]} {wide} ")


@pytest.mark.parametrize("later", [-1, 0, 1])
def test_a_clock_may_differ_by_half_a_minute(office: World, later: int) -> None:
    phone = Phone(office)
    office.clock.advance(STEP)
    assert finish(office, half(office), phone.code(later))


@pytest.mark.parametrize("later", [-3, -2, 2, 3])
def test_but_not_by_more(office: World, later: int) -> None:
    phone = Phone(office)
    office.clock.advance(3 * STEP)
    with pytest.raises(CodeRequired):
        finish(office, half(office), phone.code(later))


def test_no_code_works_twice_nor_one_before_a_used_one(office: World) -> None:
    phone = Phone(office)
    office.clock.advance(STEP)
    earlier, code = phone.code(-1), phone.code()
    finish(office, half(office), code)
    for used in (code, earlier):
        with pytest.raises(CodeRequired):
            finish(office, half(office), used)
    office.clock.advance(STEP)
    assert finish(office, half(office), phone.code())


def test_the_code_that_set_it_up_does_not_sign_in(office: World) -> None:
    phone = Phone(office)
    office.clock.advance(-STEP)
    with pytest.raises(CodeRequired):
        finish(office, half(office), phone.code())


@pytest.mark.parametrize("strange", [None, "", "0", 123456, [], {}, "a" * 10_000, "\x00", "\ud800"])
def test_what_is_no_code_is_a_wrong_one(office: World, strange: object) -> None:
    Phone(office)
    with pytest.raises(CodeRequired):
        finish(office, half(office), strange)


def test_one_code_sent_twice_at_once_opens_one_session(office: World) -> None:
    phone = Phone(office)
    halves, code = [half(office), half(office)], phone.code()
    outcomes: list[object] = []

    def enter(one: HalfIn) -> None:
        try:
            outcomes.append(finish(office, one, code))
        except CodeRequired as error:
            outcomes.append(error)

    threads = [threading.Thread(target=enter, args=(one,)) for one in halves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [isinstance(each, SignedIn) for each in outcomes].count(True) == 1


def test_the_way_between_password_and_code_ends(office: World) -> None:
    phone = Phone(office)
    found = half(office)
    office.clock.advance(timedelta(minutes=5))
    with pytest.raises(SignInRequired, match="too long"):
        finish(office, found, phone.code())
    found = half(office)
    finish(office, found, phone.code())
    office.clock.advance(STEP)
    with pytest.raises(SignInRequired, match="too long"):
        finish(office, found, phone.code())


def test_it_ends_with_the_password_and_with_the_account(office: World) -> None:
    phone = Phone(office)
    found = half(office)
    office.workspace.run(
        SYSTEM, lambda u: users.set_password(u, office.ids["ann"], passwords.prepare(GOOD + "!"))
    )
    with pytest.raises(SignInRequired):
        finish(office, found, phone.code())
    office.workspace.run(
        SYSTEM, lambda u: users.set_password(u, office.ids["ann"], passwords.prepare(GOOD))
    )
    found = half(office)
    office.workspace.run(SYSTEM, lambda u: users.disable(u, office.ids["ann"]))
    with pytest.raises(SignInRequired):
        finish(office, found, phone.code())


# Guessing -----------------------------------------------------------------------------------


def test_wrong_codes_cost_time_and_the_password_forgives_nothing(office: World) -> None:
    phone = Phone(office)
    for _ in range(5):
        with pytest.raises(CodeRequired):
            finish(office, half(office), "000000", ELSEWHERE)
    with pytest.raises(TooManyAttempts) as told:
        finish(office, half(office), phone.code(), ELSEWHERE)
    assert told.value.seconds == 2
    for wait in (2, 4, 8, 16, 32, 64):
        office.clock.advance(timedelta(seconds=wait))
        with pytest.raises(CodeRequired):
            finish(office, half(office), "000000", ELSEWHERE)
    with pytest.raises(TooManyAttempts):
        finish(office, half(office), phone.code(), ELSEWHERE)
    assert kinds(office).count("code_failed") == 11


def test_a_stranger_with_the_password_does_not_keep_its_owner_out(office: World) -> None:
    phone = Phone(office)
    finish(office, half(office), phone.code(), HOME)
    for _ in range(5):
        with pytest.raises(CodeRequired):
            finish(office, half(office), "000000", ELSEWHERE)
    office.clock.advance(STEP)
    assert finish(office, half(office), phone.code(), HOME)


# Recovery codes -----------------------------------------------------------------------------


def test_each_recovery_code_works_once(office: World) -> None:
    phone = Phone(office)
    assert len(set(phone.recovery)) == 10
    assert finish(office, half(office), phone.recovery[0].upper().replace("-", " "))
    with pytest.raises(CodeRequired):
        finish(office, half(office), phone.recovery[0])
    assert finish(office, half(office), phone.recovery[1])
    assert kinds(office).count("recovery_code_used") == 2


def test_new_recovery_codes_end_the_old(office: World) -> None:
    phone = Phone(office)
    new = own_second_step.renew_codes(office.workspace, phone.session, GOOD, HOME)
    assert not set(new) & set(phone.recovery)
    with pytest.raises(CodeRequired):
        finish(office, half(office), phone.recovery[0])
    assert finish(office, half(office), new[0])


def test_the_database_makes_no_codes(office: World) -> None:
    """Neither the key nor a recovery code nor a secret of the way is in any column."""
    phone, found = Phone(office), half(office)
    secrets = [
        phone.key,
        found.secret,
        *phone.recovery,
        *(c.replace("-", "") for c in phone.recovery),
    ]
    with office.workspace.read(SYSTEM) as unit:
        for table in (tables.second_step, tables.recovery_code, tables.one_time):
            text = str(unit.execute(sa.select(table)).all())
            assert [s for s in secrets if s in text] == []
        assert len(unit.execute(sa.select(tables.recovery_code)).all()) == 10


# Setting it up ------------------------------------------------------------------------------


def test_setting_up_needs_the_password_and_a_code(office: World) -> None:
    cookie = let_in(office).secret
    session = sessions.credential(cookie)
    with pytest.raises(SignInFailed):
        own_second_step.begin(office.workspace, session, "wrong", HOME)
    enrolment = own_second_step.begin(office.workspace, session, GOOD, HOME)
    assert enrolment.key in enrolment.address and "Typecase" in enrolment.address
    with pytest.raises(CodeRequired):
        office.workspace.run(
            session, lambda unit: own_second_step.confirm(unit, enrolment.secret, "000000")
        )
    assert isinstance(identity.sign_in(office.workspace, "ann", GOOD, HOME), SignedIn)


def test_nobody_finishes_what_somebody_else_began(office: World) -> None:
    mine = own_second_step.begin(
        office.workspace, sessions.credential(let_in(office).secret), GOOD, HOME
    )
    theirs = sessions.credential(let_in(office, "boss").secret)
    code = pyotp.TOTP(mine.key).at(office.clock.now())
    with pytest.raises(CodeRequired):
        office.workspace.run(theirs, lambda u: own_second_step.confirm(u, mine.secret, code))
    with office.workspace.read(theirs) as unit, pytest.raises(NotFound):
        own_second_step.again(unit, mine.secret)


def test_setting_up_signs_out_everywhere_else_and_renews_this_session(office: World) -> None:
    other = let_in(office).secret
    phone = Phone(office)
    assert not is_in(office, other)
    with office.workspace.read(phone.session) as unit:
        assert unit.opening.holder is not None and unit.opening.holder.renew


def test_a_token_sets_nothing_up(office: World) -> None:
    issued = office.workspace.run(
        SYSTEM, lambda unit: tokens.create(unit, "x", user=office.ids["ann"])
    )
    token = tokens.credential(issued.secret)
    assert token is not None
    with pytest.raises(AccessDenied):
        own_second_step.begin(office.workspace, token, GOOD, HOME)
    with pytest.raises(AccessDenied):
        office.workspace.run(token, lambda unit: own_second_step.confirm(unit, "x", "000000"))


def test_switching_off_needs_password_and_code(office: World) -> None:
    phone = Phone(office)

    def remove(password: str, code: str) -> None:
        own_second_step.remove(office.workspace, phone.session, password, code, HOME)

    with pytest.raises(SignInFailed):
        remove("wrong", phone.code())
    with pytest.raises(CodeRequired):
        remove(GOOD, "000000")
    remove(GOOD, phone.code())
    assert let_in(office)
    assert "second_step_removed" in kinds(office)


# Scripts ------------------------------------------------------------------------------------


def test_scripts_send_the_code_along(office: World) -> None:
    phone = Phone(office)

    def token(code: object) -> SignedIn:
        return identity.sign_in_for_token(office.workspace, "ann", GOOD, HOME, "curl", code)

    with pytest.raises(CodeRequired, match="authenticator"):
        token(None)
    with pytest.raises(CodeRequired, match="not right"):
        token("000000")
    assert "code_failed" in kinds(office)
    assert token(phone.code()).actor.login == "ann"
    with pytest.raises(SignInFailed):
        identity.sign_in_for_token(office.workspace, "ann", "wrong", HOME, None, phone.code(1))


# Everybody ----------------------------------------------------------------------------------


def require(world: World, login: str = "boss") -> None:
    world.workspace.run(world.actor(login), lambda unit: sign_in_rules.change(unit, True, ()))


def test_who_requires_it_has_one(office: World) -> None:
    with pytest.raises(RecordInvalid, match="cannot be saved"):
        require(office)
    with pytest.raises(AccessDenied):
        require(office, "clerk")
    Phone(office, "boss")
    require(office)
    assert "sign_in_rules_changed" in kinds(office)


def test_then_everybody_sets_one_up_with_the_next_sign_in(office: World) -> None:
    before = let_in(office).secret
    boss = Phone(office, "boss")
    require(office)
    assert not is_in(office, before) and is_in(office, boss.cookie)
    found = half(office)
    assert found.must_enrol
    with pytest.raises(CodeRequired):
        finish(office, found, "000000")
    enrolment = second_sign_in.enrol(office.workspace, found.secret)
    code = pyotp.TOTP(enrolment.key).at(office.clock.now())
    with pytest.raises(CodeRequired):
        second_sign_in.finish_enrolling(office.workspace, found.secret, enrolment.secret, "1")
    enrolled = second_sign_in.finish_enrolling(
        office.workspace, found.secret, enrolment.secret, code, HOME
    )
    assert is_in(office, enrolled.signed_in.secret) and len(enrolled.recovery_codes) == 10
    assert not half(office).must_enrol
    with pytest.raises(AccessDenied, match="second step"):
        identity.sign_in_for_token(office.workspace, "clerk", GOOD, HOME)


def test_then_nobody_switches_theirs_off_nor_is_another_set_up_on_the_way(office: World) -> None:
    phone = Phone(office, "boss")
    require(office)
    with pytest.raises(Conflict):
        own_second_step.remove(office.workspace, phone.session, GOOD, phone.code(), HOME)
    with pytest.raises(SignInRequired):
        second_sign_in.enrol(office.workspace, half(office, "boss").secret)


# Somebody else's ----------------------------------------------------------------------------


def test_it_is_reset_by_those_who_look_after_people_and_not_above_them(office: World) -> None:
    phone, boss = Phone(office), Phone(office, "boss")

    def reset(by: str, whose: str) -> None:
        office.workspace.run(
            office.actor(by), lambda u: user_access.reset_second_step(u, office.ids[whose])
        )

    for by, whose in (("ann", "boss"), ("clerk", "boss"), ("ann", "ann"), ("boss", "boss")):
        with pytest.raises(AccessDenied):
            reset(by, whose)
    reset("boss", "ann")
    assert not is_in(office, phone.cookie) and is_in(office, boss.cookie)
    assert let_in(office)
    with office.workspace.read(SYSTEM) as unit:
        entry = next(e for e in audit.entries(unit) if e.kind == "second_step_reset")
    assert (entry.actor, entry.about) == (office.ids["boss"], office.ids["ann"])
    with pytest.raises(NotFound):
        reset("boss", "ann")


def test_what_is_over_is_tidied_up(office: World) -> None:
    Phone(office)
    half(office)
    office.clock.advance(timedelta(hours=1))
    assert identity.purge(office.workspace) >= 1
    assert office.count(sa.select(sa.func.count()).select_from(tables.one_time)) == 0
