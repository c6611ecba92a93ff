"""Reading JSON strictly: what is not plain, finite, unambiguous JSON is refused with its place.

The fast reader is Python's own; only when something is wrong the text is walked a second time,
slowly, to say where.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from ..errors import Problem

LARGEST = 5_000_000
"""Bytes of one file."""
DEEPEST = 32
"""Objects and lists within one another."""
LARGEST_INTEGER = 2**53 - 1

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
HALF_CHARACTER = re.compile("[\ud800-\udfff\x00]")


class _Refused(ValueError):
    """Raised while reading; the template says why."""


def read_json(data: bytes, file: str) -> tuple[Any, list[Problem]]:
    """The document in ``data``, or the problems that keep it from being one."""
    if len(data) > LARGEST:
        return None, [Problem(file, "", "Larger than {limit} bytes.", {"limit": LARGEST})]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return None, [Problem(file, "", "This is not UTF-8 text.", {}, line)]
    try:
        document = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_finite,
            parse_int=_integer,
        )
    except json.JSONDecodeError as error:
        data_ = {"reason": error.msg, "column": error.colno}
        message = "This is not JSON: {reason} (column {column})."
        return None, [Problem(file, "", message, data_, error.lineno)]
    except _Refused as error:
        return None, [_placed(text, file, error)]
    except RecursionError:
        return None, [_too_deep(file)]
    return _plain(document, text, file)


def _plain(document: Any, text: str, file: str) -> tuple[Any, list[Problem]]:
    if depth(document) > DEEPEST:
        return None, [_too_deep(file)]
    if "\\u" in text or "\x00" in text:
        for pointer, value in strings(document):
            if HALF_CHARACTER.search(value):
                message = "The text holds a NUL or half a character."
                return None, [Problem(file, pointer, message, {}, lines_of(text)[pointer])]
    return document, []


def _too_deep(file: str) -> Problem:
    return Problem(file, "", "Nested deeper than {limit} levels.", {"limit": DEEPEST})


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _Refused("The key {key} stands here twice.", twice)
    return found


def _constant(name: str) -> NoReturn:
    raise _Refused("{key} is not a number JSON knows.", name)


def _finite(source: str) -> float:
    value = float(source)
    if not math.isfinite(value):
        raise _Refused("The number {key} is too large.", source)
    return value


def _integer(source: str) -> int:
    if len(source) > 17 or abs(int(source)) > LARGEST_INTEGER:
        raise _Refused("The number {key} is too large; write it as text.", source[:40])
    return int(source)


def _placed(text: str, file: str, error: _Refused) -> Problem:
    """The problem with its line: where the word that was refused stands (again)."""
    message, word = error.args
    seen: set[str] = set()
    for pointer, token, line, is_key in keys_and_values(text):
        again = is_key and pointer in seen and _unquoted(token) == word
        if again or (not is_key and token.startswith(word)):
            return Problem(file, pointer, message, {"key": word}, line)
        if is_key:
            seen.add(pointer)
    return Problem(file, "", message, {"key": word})


def depth(value: Any) -> int:
    """How many objects and lists stand within one another."""
    deepest, level = 0, [value]
    while level := [each for each in level if isinstance(each, dict | list)]:
        level = [x for each in level for x in (each.values() if isinstance(each, dict) else each)]
        deepest += 1
    return deepest


def strings(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Every text in the document with its pointer, keys included."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield pointer, key
            yield from strings(inner, f"{pointer}/{_escaped(key)}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from strings(inner, f"{pointer}/{index}")


def lines_of(text: str) -> dict[str, int]:
    """JSON pointer → the line on which the thing begins."""
    found: dict[str, int] = {}
    for pointer, _, line, _ in keys_and_values(text):
        found.setdefault(pointer, line)
    return found


def pointer_of(path: Any) -> str:
    """``("fields", 0)`` as ``/fields/0``."""
    return "".join(f"/{_escaped(str(part))}" for part in path)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def keys_and_values(text: str) -> Iterator[tuple[str, str, int, bool]]:
    """Each key and each value in order of the text: pointer, first token, line, is it a key.

    For text that is JSON but for duplicate keys and odd numbers.
    """
    stack: list[str | int] = []
    line, read_to, expects_key = 1, 0, False
    for match in TOKEN.finditer(text):
        line += text.count("\n", read_to, match.start())
        read_to, token = match.start(), match.group()
        if token in "}]":
            stack.pop()
            expects_key = False
        elif token == ",":
            expects_key = bool(stack) and isinstance(stack[-1], str)
            if not expects_key and stack:
                stack[-1] = int(stack[-1]) + 1
        elif token == ":":
            expects_key = False
        elif expects_key:
            stack[-1] = _unquoted(token)
            yield pointer_of(stack), token, line, True
        else:
            yield pointer_of(stack), token, line, False
            if token in "{[":
                stack.append("" if token == "{" else 0)
                expects_key = token == "{"


def _unquoted(token: str) -> str:
    try:
        return str(json.loads(token))
    except json.JSONDecodeError:
        return token.strip('"')
