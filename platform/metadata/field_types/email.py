"""An e-mail address."""

from __future__ import annotations

import re
from typing import Any

from ..definitions import Field
from .base import ParseContext, ValueProblem
from .text import Text
from .values import ascii_line

ADDRESS = re.compile(
    r"(?=.{1,64}@)[^@\s\"(),:;<>\[\]\\]+@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{1,61}"
)
LONGEST = 254


class Email(Text):
    """The part before the @ is kept as typed; the domain is written small."""

    name = "email"
    label = "E-mail"

    def parse(self, field: Field, raw: Any, context: ParseContext) -> str | None:
        text = ascii_line(raw)
        if not text:
            return None
        if len(text) > LONGEST or not ADDRESS.fullmatch(text) or ".." in text:
            raise ValueProblem("not_an_email", "This must be an e-mail address.")
        name, _, domain = text.rpartition("@")
        return f"{name}@{domain.lower()}"
