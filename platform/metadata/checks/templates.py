"""Templates: that their language is the closed one, and that every place leads somewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...errors import Problem, UnknownName
from ..definitions import EMPTY
from ..layers import Layered
from ..spelling import nearest
from ..templates.definitions import Template, read_template
from ..templates.language import Mistake, Path, Read, read
from ..templates.places import place_of
from .checking import Checking

NO_SUBJECT = "A mail needs a subject."
NO_LINK = "Marketing needs a link to unsubscribe: {{ unsubscribe }}."
NO_RECORD = "It names no object, so there is no record in it."


def check_templates(checking: Checking) -> None:
    for document in checking.stack.of("template"):
        _check(checking, document)


def _check(checking: Checking, document: Layered) -> None:
    template = read_template(checking.catalog, document.name, document.content)
    for language, words in template.texts.items():
        own = language == template.language
        key = ("body",) if own else ("bodies", language)
        for path, text in ((("subject",), words.subject), (key, words.body)):
            found = read(text)
            for mistake in (*found.mistakes, *_lost(checking, template, found)):
                _tell(checking, document, path, mistake)
        is_marketing = template.kind in ("email", "sms") and template.is_marketing
        if is_marketing and not read(words.body).uses.unsubscribes:
            _tell(checking, document, key, Mistake(1, NO_LINK))
    if template.kind == "email" and not template.words(template.language).subject:
        checking.at(document, ("subject",), NO_SUBJECT)


def _lost(checking: Checking, template: Template, found: Read) -> Iterable[Mistake]:
    """Places of the record that lead nowhere."""
    uses = found.uses
    if template.object is None or template.object not in checking.catalog.objects:
        if template.object is None:
            lines = [*uses.fields.values(), *uses.loops.values()]
            yield from (Mistake(line, NO_RECORD) for line in lines[:1])
        return
    yield from _unknown(checking, template.object, uses.fields)
    reverses: Mapping[str, Any] = checking.catalog.reverses.get(template.object, EMPTY)
    for relation, line in uses.loops.items():
        if relation not in reverses:
            data = {"name": relation, "object": template.object}
            hint = nearest(relation, reverses)
            yield Mistake(
                line, "{name}: no such relation of {object}.{hint}", {**data, "hint": hint}
            )
            continue
        yield from _unknown(checking, reverses[relation].object, uses.rows[relation])


def _unknown(checking: Checking, object_name: str, paths: Mapping[Path, int]) -> Iterable[Mistake]:
    for path, line in paths.items():
        try:
            place_of(checking.catalog, object_name, path)
        except UnknownName as error:
            yield Mistake(line, error.message, error.data)


def _tell(checking: Checking, document: Layered, path: tuple[str, ...], mistake: Mistake) -> None:
    """In the file the text stands in: a body mostly has one of its own."""
    found = document.located(path, mistake.message, mistake.data)
    if path[0] != "subject" and found.line is None:
        ending = ".html" if path == ("body",) else f".{path[-1]}.html"
        file = found.file.removesuffix(".json") + ending
        found = Problem(file, "", mistake.message, mistake.data, mistake.line)
    checking.add(found)
