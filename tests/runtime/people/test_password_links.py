"""Links to choose a password: U4 of the security plan."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.mailbox import Mailbox, open_mailbox
from tests.runtime.people.world import GOOD, World
from typecase.errors import (
    AccessDenied,
    BadRequest,
    Conflict,
    RecordInvalid,
    SignInFailed,
    SignInRequired,
    TooManyAttempts,
)
from typecase.runtime import audit, identity, password_links, passwords, sessions, tokens, users
from typecase.runtime.actors import SYSTEM
from typecase.runtime.identity import SignedIn
from typecase.runtime.mail import Mailer, server_of
from typecase.runtime.storage import sign_in_tables as tables

HOME = "203.0.113.7"
SITE = "https://crm.example.com"
NEW = "purple monkey dishwasher"
LINK = re.compile(r"https://crm\.example\.com/choose-password\?link=([\w-]{43})\n")


class Sent(Mailer):
    """Keeps what would be sent, at once."""

    def __init__(self) -> None:
        super().__init__(server_of("smtp://mail.example.com", "crm@example.com"))
        self.mails: list = []

    def send(self, mail) -> None:
        self.mails.append(mail)

    def send_later(self, mail) -> threading.Thread:
        self.send(mail)
        return threading.Thread()

    @property
    def link(self) -> str:
        found = LINK.search(self.mails[-1].text)
        assert found is not None
        return found.group(1)


@pytest.fixture
def office(world: World) -> World:
    kept = passwords.prepare(GOOD)
    world.add("ann", kept, role="rep", email="Ann@example.com", language="zh")
    world.add("bob", kept, role="rep", email="bob@example.com")
    world.add("boss", kept, role="chief")
    world.add("clerk", kept, permission_sets=["office"])
    return world


@pytest.fixture
def post() -> Sent:
    return Sent()


def ask(world: World, post: Mailer, name: object = "ann", address: str = HOME) -> None:
    password_links.ask(world.workspace, post, SITE, name, address)


def make(world: World, post: Mailer, whose: str, by: str = "boss") -> password_links.Made:
    actor = world.actor(by)
    return password_links.make(world.workspace, post, SITE, actor, world.ids[whose])


def choose(world: World, link: str, password: object = NEW) -> None:
    password_links.choose(world.workspace, link, password, HOME)


def enters(world: World, password: str, login: str = "ann") -> bool:
    try:
        return isinstance(identity.sign_in(world.workspace, login, password, HOME), SignedIn)
    except SignInFailed:
        return False


def is_open(world: World, link: str) -> bool:
    with world.workspace.read(SYSTEM) as unit:
        return password_links.is_open(unit, link)


# Forgotten ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ann", " ANN ", "ann@EXAMPLE.com"])
def test_a_link_leads_to_a_new_password(office: World, post: Sent, name: str) -> None:
    ask(office, post, name)
    [mail] = post.mails
    assert mail.to == "Ann@example.com"
    assert is_open(office, post.link) and is_open(office, post.link)
    choose(office, post.link)
    assert enters(office, NEW) and not enters(office, GOOD)
    with office.workspace.read(SYSTEM) as unit:
        found = [e.kind for e in audit.entries(unit)]
    assert {"password_link_asked", "password_chosen"} <= set(found)


def test_the_mail_speaks_the_language_of_who_gets_it(office: World, post: Sent) -> None:
    ask(office, post, "ann")
    ask(office, post, "bob")
    chinese, english = (mail.subject for mail in post.mails)
    assert english == "Choose a new password"
    assert re.search(r"[一-鿿]", chinese)


def test_nobody_learns_who_exists(office: World, post: Sent) -> None:
    office.add("ghost", email="ghost@example.com")
    office.add("off", passwords.prepare(GOOD), email="off@example.com")
    office.workspace.run(SYSTEM, lambda unit: users.disable(unit, office.ids["off"]))
    for name in ("nobody", "nobody@example.com", "boss", "ghost", "off", "x" * 10_000, "\x00", "%"):
        ask(office, post, name)
    assert post.mails == []
    for strange in (None, 1, [], "", "  "):
        with pytest.raises(BadRequest):
            ask(office, post, strange)


def test_an_address_of_two_is_nobodys(office: World, post: Sent) -> None:
    office.add("ann2", passwords.prepare(GOOD), email="ann@example.com")
    ask(office, post, "ann@example.com")
    assert post.mails == []


@pytest.mark.parametrize("name", ["ann", "nobody"])
def test_five_questions_are_too_many_whoever_it_is(office: World, post: Sent, name: str) -> None:
    for _ in range(3):
        ask(office, post, name)
    for _ in range(2):
        with pytest.raises(TooManyAttempts) as told:
            ask(office, post, name)
        assert told.value.seconds == 300
    office.clock.advance(timedelta(minutes=5))
    ask(office, post, name)
    with pytest.raises(TooManyAttempts) as told:
        ask(office, post, name)
    assert told.value.seconds == 600
    assert len(post.mails) in (0, 4)


# Once, soon, by the right one ---------------------------------------------------------------


def test_a_link_works_once_and_ends_all_others(office: World, post: Sent) -> None:
    ask(office, post)
    other = post.link
    ask(office, post)
    choose(office, post.link)
    for used in (post.link, other, "", "x" * 43, "\ud800"):
        assert not is_open(office, used)
        with pytest.raises(SignInRequired, match="over or was used"):
            choose(office, used)


def test_used_twice_at_once_it_works_once(office: World, post: Sent) -> None:
    ask(office, post)
    outcomes: list[object] = []

    def use(password: str) -> None:
        try:
            choose(office, post.link, password)
            outcomes.append(password)
        except SignInRequired as error:
            outcomes.append(error)

    threads = [threading.Thread(target=use, args=(NEW + n,)) for n in "12"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [won] = [each for each in outcomes if isinstance(each, str)]
    assert enters(office, won)


def test_it_is_over_after_thirty_minutes(office: World, post: Sent) -> None:
    ask(office, post)
    office.clock.advance(timedelta(minutes=29, seconds=59))
    assert is_open(office, post.link)
    office.clock.advance(timedelta(seconds=1))
    with pytest.raises(SignInRequired):
        choose(office, post.link)


def test_it_is_over_with_another_password_and_with_the_account(office: World, post: Sent) -> None:
    ask(office, post)
    hashed = passwords.prepare(NEW)
    office.workspace.run(SYSTEM, lambda u: users.set_password(u, office.ids["ann"], hashed))
    assert not is_open(office, post.link)
    ask(office, post)
    office.workspace.run(SYSTEM, lambda u: users.disable(u, office.ids["ann"]))
    with pytest.raises(SignInRequired):
        choose(office, post.link)


def test_a_bad_password_does_not_use_it_up(office: World, post: Sent) -> None:
    ask(office, post)
    for bad in ("short", "password1", "ann@example.com", None, 1):
        with pytest.raises(RecordInvalid):
            choose(office, post.link, bad)
    choose(office, post.link)


def test_sessions_and_tokens_end_and_those_of_others_do_not(office: World, post: Sent) -> None:
    cookie = identity.sign_in(office.workspace, "ann", GOOD, HOME).secret
    theirs = identity.sign_in(office.workspace, "bob", GOOD, HOME).secret
    issued = office.workspace.run(SYSTEM, lambda u: tokens.create(u, "x", user=office.ids["ann"]))
    ask(office, post)
    choose(office, post.link)
    token = tokens.credential(issued.secret)
    assert token is not None
    for over in (sessions.credential(cookie), token):
        with pytest.raises(SignInRequired), office.workspace.read(over):
            pass
    with office.workspace.read(sessions.credential(theirs)) as unit:
        assert unit.actor.login == "bob"
    assert enters(office, GOOD, "bob") and not enters(office, NEW, "bob")


def test_the_database_does_not_know_the_link(office: World, post: Sent) -> None:
    ask(office, post)
    with office.workspace.read(SYSTEM) as unit:
        assert post.link not in str(unit.execute(sa.select(tables.one_time)).all())
        assert post.link not in str(audit.entries(unit))


# By an administrator ------------------------------------------------------------------------


def test_who_is_invited_chooses_their_first_password(office: World, post: Sent) -> None:
    office.add("new", role="rep", email="new@example.com")
    made = make(office, post, "new")
    assert (made.sent_to, made.is_invitation, made.failed) == ("new@example.com", True, False)
    office.clock.advance(timedelta(hours=71, minutes=59))
    assert is_open(office, post.link)
    choose(office, post.link)
    assert enters(office, NEW, "new")
    assert not office.actor("new").must_change_password


def test_an_invitation_ends_after_three_days(office: World, post: Sent) -> None:
    office.add("new", role="rep", email="new@example.com")
    make(office, post, "new")
    office.clock.advance(timedelta(hours=72))
    assert not is_open(office, post.link)


def test_without_a_mail_server_the_link_is_handed_over(office: World) -> None:
    made = make(office, Mailer(), "ann")
    assert made.sent_to is None and not made.is_invitation
    found = LINK.match(made.address + "\n")
    assert found is not None and found.group(1) not in repr(made)
    choose(office, found.group(1))
    assert enters(office, NEW)


def test_a_mail_that_cannot_be_sent_is_told(office: World) -> None:
    away = Mailer(server_of("smtp+plain://127.0.0.1:1", "crm@example.com"))
    made = make(office, away, "ann")
    assert made.failed and made.sent_to is None and is_open(office, made.address[-43:])


def test_who_may_make_links(office: World, post: Sent) -> None:
    for by, whose in (("ann", "bob"), ("clerk", "boss"), ("boss", "boss")):
        with pytest.raises(AccessDenied):
            make(office, post, whose, by)
    office.workspace.run(SYSTEM, lambda u: users.disable(u, office.ids["bob"]))
    with pytest.raises(Conflict):
        make(office, post, "bob")
    assert post.mails == []


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        yield opened


def test_a_real_mail_brings_the_link(office: World, box: Mailbox) -> None:
    made = make(office, Mailer(server_of(box.url, "Typecase <crm@example.com>")), "ann")
    [mail] = box.mails
    assert (made.sent_to, mail["To"]) == ("Ann@example.com", "Ann@example.com")
    assert LINK.search(mail.get_content().replace("\r\n", "\n"))
