"""Passwords: what is refused, what is kept, what comparing gives away."""

from __future__ import annotations

import threading
import time

import pytest

from typecase.errors import RecordInvalid, Unavailable
from typecase.runtime import passwords


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "1234567",
        "12345678",
        "98765432",
        "13579135",
        "password",
        "Password123!",
        "ＰＡＳＳＷＯＲＤ1",
        "qwertyuiop",
        "woaini1314520",
        "88888888",
        "abababab",
        "aaaaaaab",
        "p@ssw0rd",
        "Typecase2026",
        "mia.chen1",
        "mia@example.com",
        "nul\x00inside it",
        "lone \ud800 surrogate",
        "x" * 257,
        None,
        {},
        ["a long enough list", "of words"],
        12345678901,
    ],
)
def test_weak_or_strange_passwords_are_refused(password: object) -> None:
    with pytest.raises(RecordInvalid) as refused:
        passwords.prepare(password, ("mia.chen", "Mia Chen", "mia@example.com"))
    assert refused.value.problems[0].field == "password"


@pytest.mark.parametrize(
    "password",
    ["correct horse battery", "我的密码很长很好", "ÅngströmÅngström", "x7?" * 85],
)
def test_there_are_no_rules_about_what_a_password_is_made_of(
    password: str, quick_hashes: None
) -> None:
    kept = passwords.prepare(password).text
    assert passwords.verify(password, kept)
    assert not passwords.verify(password + " ", kept)
    assert password not in kept


def test_the_same_characters_from_another_keyboard_are_the_same_password(
    quick_hashes: None,
) -> None:
    kept = passwords.prepare("caf\u00e9 au lait").text
    assert passwords.verify("cafe\u0301 au lait", kept)


def test_a_hash_is_not_shown_by_accident(quick_hashes: None) -> None:
    assert "argon2" not in repr(passwords.prepare("correct horse battery"))


@pytest.mark.parametrize("password", [None, {}, [], True, 0, "", "x" * 10_000, "\ud800"])
def test_nothing_strange_is_ever_right(password: object, quick_hashes: None) -> None:
    assert not passwords.verify(password, passwords.rehash("").text) or password == ""
    assert not passwords.verify(password, None)
    assert not passwords.verify(password, "not a hash")


def test_one_time_passwords_differ_and_work(quick_hashes: None) -> None:
    (one, kept), (other, _) = passwords.one_time(), passwords.one_time()
    assert one != other and len(one) >= 19
    assert passwords.verify(one, kept.text)


def test_an_unknown_person_costs_as_much_work_as_a_known_one() -> None:
    """The real effort, so that nobody learns from the clock who exists (I49)."""
    kept = passwords.rehash("correct horse battery").text
    known, unknown = [], []
    for _ in range(3):
        for times, stored in ((known, kept), (unknown, None)):
            start = time.process_time()
            assert not passwords.verify("something else", stored)
            times.append(time.process_time() - start)
    assert min(unknown) > 0.5 * min(known)
    assert kept.split("$")[1:4] == passwords._nobodys().split("$")[1:4]


def test_what_was_kept_with_less_effort_is_noticed(quick_hashes: None, monkeypatch) -> None:
    kept = passwords.rehash("correct horse battery").text
    assert not passwords.is_outdated(kept)
    monkeypatch.undo()
    assert passwords.is_outdated(kept)


def test_only_a_few_hashes_run_at_once(monkeypatch) -> None:
    """Each takes 64 MiB: a crowd waits for its turn, and not for ever."""
    monkeypatch.setattr(passwords, "LONGEST_WAIT_SECONDS", 0.05)
    held = [threading.Event() for _ in range(passwords.AT_ONCE)]
    release = threading.Event()

    def hold(event: threading.Event) -> None:
        with passwords._turn():
            event.set()
            release.wait(5)

    threads = [threading.Thread(target=hold, args=(event,)) for event in held]
    for thread in threads:
        thread.start()
    assert all(event.wait(5) for event in held)
    with pytest.raises(Unavailable):
        passwords.verify("anything", None)
    release.set()
    for thread in threads:
        thread.join()
    assert not passwords.verify("anything", None)
