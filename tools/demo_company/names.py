"""Names and numbers that are given once each."""

from __future__ import annotations

from typing import Any

from . import words
from .tables import Company


class Names:
    """Gives every company, person and number once."""

    def __init__(self, company: Company) -> None:
        self.company, self.random = company, company.random
        self.taken: set[str] = set()
        self.abroad = list(words.ABROAD_NAMES)
        self.random.shuffle(self.abroad)

    def once(self, invent: Any) -> Any:
        """``invent()`` until it gives something new."""
        while True:
            found = invent()
            word = found if isinstance(found, str) else found[0]
            if word not in self.taken:
                self.taken.add(word)
                return found

    def brand(self) -> tuple[str, str]:
        def invent() -> tuple[str, str]:
            first, last = (
                self.random.choice(words.BRAND_FIRST),
                self.random.choice(words.BRAND_LAST),
            )
            return first[0] + last[0], first[1] + last[1]

        found: tuple[str, str] = self.once(invent)
        return found

    def person(self, language: str) -> tuple[str, str]:
        """A name and the part of an e-mail address before the @."""
        if language == "en":
            first = self.random.choice(words.FIRST_NAMES)
            last = self.random.choice(words.LAST_NAMES)
            return f"{first} {last}", f"{first}.{last}".lower().replace(" ", "")
        surname, given = self.random.choice(words.SURNAMES), self.random.choice(words.GIVEN)
        return surname[0] + given[0], f"{given[1]}.{surname[1]}"

    def mobile(self) -> str:
        number: str = self.once(
            lambda: (
                f"+86 1{self.random.choice('35789')}{self.random.randint(0, 9)} 0000 "
                f"{self.random.randint(0, 9999):04d}"
            )
        )
        return number

    def telephone(self, prefix: str) -> str:
        number: str = self.once(lambda: f"{prefix} {self.random.randint(100, 9999):04d}")
        return number
