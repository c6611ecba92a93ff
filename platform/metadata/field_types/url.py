"""A web address. Only http and https: anything else could run code when it is clicked."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ..definitions import Field
from .base import ParseContext, ValueProblem
from .settings import length_setting
from .text import Text
from .values import check_length, clean_line

SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d)", re.I)
HOST = re.compile(
    r"(?:[^\W_](?:[\w-]{0,61}\w)?\.)*[^\W_](?:[\w-]{0,61}\w)?\.?|\[[0-9a-f:.]+\]", re.I
)
LONGEST = 2000


class Url(Text):
    name = "url"
    label = "Web address"
    settings = length_setting(default=LONGEST, maximum=4000)

    def parse(self, field: Field, raw: Any, context: ParseContext) -> str | None:
        text = clean_line(raw)
        if not text:
            return None
        if not SCHEME.match(text):
            text = f"https://{text.removeprefix('//')}"
        parts = _split(text)
        if parts.scheme not in ("http", "https"):
            raise ValueProblem("wrong_scheme", "Only http and https addresses are taken.")
        if "@" in parts.netloc:
            raise ValueProblem("not_a_url", "An address with a user name in it is not taken.")
        return parts._replace(netloc=parts.netloc.lower()).geturl()

    def check(self, field: Field, value: str) -> None:
        check_length(value, field.settings.get("max_length", LONGEST))


def _split(text: str) -> SplitResult:
    problem = ValueProblem("not_a_url", "This must be a web address like https://example.com.")
    if not text.isprintable() or any(sign in text for sign in ' \\<>"'):
        raise problem
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise problem from None
    if parts.scheme in ("http", "https") and not (
        text[len(parts.scheme) :].startswith("://") and host and HOST.fullmatch(_bracketed(parts))
    ):
        raise problem
    return parts


def _bracketed(parts: SplitResult) -> str:
    host = parts.hostname or ""
    return f"[{host}]" if ":" in host else host
