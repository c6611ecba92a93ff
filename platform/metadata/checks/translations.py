"""Translations: every key of a package names a text there is."""

from __future__ import annotations

from ...errors import Problem
from ..customer import LAYER
from ..json_text import pointer_of
from ..layers import stacked
from ..spelling import nearest
from ..translations import Texts
from .checking import Checking


def check_translations(checking: Checking) -> None:
    """Not of the customer: what a package drops they have translated in vain, and what they drop
    themselves the package has."""
    texts = checking.texts
    said = [each for each in texts.said() if each[0] != LAYER]
    missing = [each for each in said if texts.id_of(each[0], each[2]) is None]
    if missing:
        packages = [each for each in texts.packages if each.name != LAYER]
        texts = Texts(packages, stacked(packages))
    for package, locale, key, _ in missing:
        if texts.id_of(package, key) is None:
            message = "There is no text {key}.{hint}"
            data = {"key": key, "hint": nearest(key, texts.keys(package))}
            file = f"translations/{locale}.json"
            checking.add(Problem(file, pointer_of(("texts", key)), message, data))
