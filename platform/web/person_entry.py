"""How a person gets in, as values for their page in the administration."""

from __future__ import annotations

from dataclasses import dataclass

from ..metadata.formats import moment_format, relative_moment
from ..runtime import user_access
from ..runtime.password_links import Made
from ..runtime.storage.unit_of_work import Unit
from ..runtime.storage.user_rows import User
from . import account_pages
from .account_pages import Key, Place
from .labels import Labels


@dataclass(frozen=True, slots=True)
class Entry:
    """``facts``: when they were seen and invited, whether they have password and second step."""

    facts: tuple[tuple[str, str], ...]
    has_second_step: bool
    places: tuple[Place, ...]
    keys: tuple[Key, ...]
    issuers: tuple[str, ...]


def build(unit: Unit, user: User, labels: Labels) -> Entry | None:
    """None: whoever looks may not look after people."""
    if "manage_users" not in unit.actor.rights.system:
        return None
    found = user_access.of(unit, user.id)
    return Entry(
        facts=_facts(unit, user, found, labels),
        has_second_step=found.second_step is not None,
        places=tuple(account_pages.place(unit, each, labels) for each in found.sessions),
        keys=tuple(account_pages.key(unit, each, labels) for each in found.tokens),
        issuers=found.issuers,
    )


def _facts(
    unit: Unit, user: User, found: user_access.Access, labels: Labels
) -> tuple[tuple[str, str], ...]:
    exact, say = moment_format(labels.locale), labels.text
    seen = user.last_seen_at
    facts = [
        (
            say("Last seen"),
            relative_moment(seen, unit.now, unit.zone, labels.locale) if seen else say("Never"),
        ),
        (say("Password"), _password(user, labels)),
        (say("Second step"), say("On") if found.second_step else say("Off")),
    ]
    if found.invited_until is not None:
        facts.append((say("Invitation open until"), exact(found.invited_until, unit.zone)))
    return tuple(facts)


def _password(user: User, labels: Labels) -> str:
    if not user.has_password:
        return labels.text("None yet")
    if user.must_change_password:
        return labels.text("For the first time only")
    return labels.text("Chosen by themselves")


def link_words(made: Made, labels: Labels) -> str:
    """What to say about a link that was made."""
    if made.sent_to is not None:
        return labels.text("A link was sent to {address}.", address=made.sent_to)
    if made.failed:
        return labels.text("The mail could not be sent. Hand this link over; it works once:")
    return labels.text("Hand this link over; it works once:")
