"""Translations: every key names a text there is."""

from __future__ import annotations

from ...errors import Problem
from ..json_text import pointer_of
from ..spelling import nearest
from .checking import Checking


def check_translations(checking: Checking) -> None:
    texts = checking.texts
    for package, locale, key, _ in texts.said():
        if texts.id_of(package, key) is None:
            message = "There is no text {key}.{hint}"
            data = {"key": key, "hint": nearest(key, texts.keys(package))}
            file = f"translations/{locale}.json"
            checking.add(Problem(file, pointer_of(("texts", key)), message, data))
