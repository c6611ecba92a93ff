"""The stated numbers of throttling."""

from __future__ import annotations

from datetime import timedelta

from tests.runtime.people.world import NOON
from typecase.runtime.throttling import (
    ACCOUNT,
    ADDRESS,
    Attempts,
    Limit,
    after_failure,
    counters,
    in_force,
    seconds_left,
)


def waits(limit: Limit, attempts: int, pause: timedelta = timedelta()) -> list[int]:
    """The waits after each of so many failures, each tried as soon as it may be."""
    now, kept, found = NOON, None, []
    for _ in range(attempts):
        kept = after_failure("key", limit, kept, now)
        found.append(seconds_left([kept], now))
        now = max(now, kept.blocked_until) + pause
    return found


def test_five_failures_of_an_account_cost_time_and_never_more_than_a_quarter_of_an_hour() -> None:
    found = waits(ACCOUNT, 40)
    assert found[:8] == [0, 0, 0, 0, 2, 4, 8, 16]
    assert max(found) == 900 and found[-1] == 900


def test_an_address_is_given_more() -> None:
    assert waits(ADDRESS, 31)[28:] == [0, 2, 4]


def test_an_account_is_forgiven_by_the_hour_an_address_by_the_minute() -> None:
    assert set(waits(ACCOUNT, 30, timedelta(hours=1))) == {0}
    assert set(waits(ADDRESS, 90, timedelta(minutes=1))) == {0}


def test_a_day_later_everything_is_forgotten() -> None:
    kept = Attempts("key", 20, NOON, NOON)
    assert after_failure("key", ACCOUNT, kept, NOON + timedelta(days=1)).failures == 1


def test_keys_say_nothing_about_who_they_count() -> None:
    keys = counters("mia", "203.0.113.7")
    assert "mia" not in "".join(keys.all)
    assert len(counters("x" * 254, None).account) < 50


def test_one_subscriber_is_one_address() -> None:
    def place(address: str) -> str | None:
        return counters("mia", address).address

    assert place("2001:db8:1:2::3") == place("2001:db8:1:2:ffff::9")
    assert place("2001:db8:1:2::3") != place("2001:db8:1:3::3")
    assert place("::ffff:203.0.113.7") == place("203.0.113.7")
    assert len(place("nonsense" * 50) or "") < 50
    assert counters("mia", None).address is None


def test_at_a_known_address_a_person_has_their_own_counter() -> None:
    keys = counters("mia", "203.0.113.7")
    assert keys.known is not None
    blank = Attempts(keys.known, 0, NOON, NOON)
    assert keys.account in in_force(keys, {}, NOON)
    assert keys.account not in in_force(keys, {keys.known: blank}, NOON + timedelta(days=29))
    assert keys.account in in_force(keys, {keys.known: blank}, NOON + timedelta(days=31))
