"""Every text the platform says itself is there in every language."""

from __future__ import annotations

import ast
import json
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import PLATFORM, Source, platform_sources
from typecase.texts import LOCALES

TRANSLATING = {"translate", "translated", "say", "progress", "_", "gettext", "Phrase"}
"""Calls whose first argument is a text a person reads."""

SPOKEN_BY_KEYWORD = {"help", "description", "summary"}
"""Of the command line: ``parser.add_argument(…, help="…")``."""

SENTENCE = re.compile(r"[A-Z{“].* .*(?:[.?!…”]|\{hint\})", re.DOTALL)
"""A constant of this shape is meant for people, wherever it stands."""

DOCUMENTATION = ("platform/metadata/expressions/functions/", "platform/metadata/schemas.py")
"""Sentences here are the reference manual, which is English."""

IN_TEMPLATE = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")


def templates_of(source: Source) -> Iterator[str]:
    """Every text a module says to people."""
    silent = {id(part) for node in ast.walk(source.tree) for part in _not_said(node)}
    for node in ast.walk(source.tree):
        match node:
            case ast.Call():
                yield from said_by(node)
            case ast.Constant(value=str(text)) if id(node) not in silent:
                if SENTENCE.fullmatch(text):
                    yield text


def said_by(call: ast.Call) -> Iterator[str]:
    """The constants that a call translates."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    arguments = call.args[:1] if name in TRANSLATING else []
    if name == "Command":
        arguments = call.args[1:2]
    if name == "add_argument":
        arguments = [k.value for k in call.keywords if k.arg in SPOKEN_BY_KEYWORD]
    for argument in arguments:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value


def _not_said(node: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, files to be written, parts of f-strings, descriptions in a schema."""
    match node:
        case ast.Expr(value=ast.Constant() as value):
            yield value
        case ast.Constant(value=str(text)) if "\n" in text:
            yield node
        case ast.JoinedStr(values=values):
            yield from values
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "description":
                    yield value


def all_templates() -> dict[str, str]:
    """Text → one place where it stands."""
    found: dict[str, str] = {}
    for source in platform_sources():
        if not source.name.startswith(DOCUMENTATION):
            found |= dict.fromkeys(templates_of(source), source.name)
    for path in (PLATFORM / "web" / "templates").rglob("*.html"):
        for double, single in IN_TEMPLATE.findall(path.read_text("utf-8")):
            found[double or single] = path.name
    return found


@pytest.fixture(scope="module", params=[locale for locale in LOCALES if locale != "en"])
def translations(request: pytest.FixtureRequest) -> dict[str, str]:
    return json.loads((PLATFORM / "texts" / f"{request.param}.json").read_text("utf-8"))


def test_every_text_is_translated(translations: dict[str, str]) -> None:
    missing = {t: where for t, where in all_templates().items() if t not in translations}
    assert missing == {}


def test_translations_use_the_same_names(translations: dict[str, str]) -> None:
    """A translation with another ``{name}`` would be shown with its braces."""
    differing = {
        template: text
        for template, text in translations.items()
        if not placeholders(text) <= placeholders(template)
    }
    assert differing == {}


def test_a_text_is_found_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        '"""Not a docstring."""\n'
        'raise NotFound("It is gone.")\n'
        'message = "Wrong {x} here.{hint}"\n'
        'console.say("Saved")\n'
        'parser.add_argument("--x", help="what to do")\n'
        'print("no sentence", f"Not this {x} one.")\n'
        'schema = {"description": "Nor this one."}\n'
    )
    expected = {"It is gone.", "Wrong {x} here.{hint}", "Saved", "what to do"}
    assert set(templates_of(Source(path))) == expected
    assert IN_TEMPLATE.findall("{{ _('Sign in') }}") == [("", "Sign in")]


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}
