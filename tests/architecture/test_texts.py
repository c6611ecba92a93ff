"""Every text the platform says itself is there in every language."""

from __future__ import annotations

import ast
import json
import re
import string
from collections.abc import Iterator

import pytest

from tests.architecture.sources import PLATFORM, Source, platform_sources
from typecase import errors
from typecase.texts import LOCALES

TRANSLATING = {"translate", "_", "gettext", "N_"}
ERRORS = {
    name
    for name in dir(errors)
    if isinstance(getattr(errors, name), type)
    and issubclass(getattr(errors, name), errors.TypecaseError)
}
MESSAGE_POSITION = dict.fromkeys(ERRORS, 0) | {
    "Problem": 2,
    "FieldProblem": 2,
    "ValueProblem": 1,
}
"""Which argument of a call is the template a person reads."""

IN_TEMPLATE = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")


def templates_of(source: Source) -> Iterator[tuple[str, str]]:
    """(where, template) of every message a module holds."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and (message := message_of(node)) is not None:
            yield f"{source.name}:{node.lineno}", message


def message_of(call: ast.Call) -> str | None:
    """The constant template handed to a translating call or to one of our errors."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    if ast.unparse(call.func) == "super().__init__" or name in TRANSLATING:
        position = 0
    elif name in MESSAGE_POSITION:
        position = MESSAGE_POSITION[name]
    else:
        return None
    named = [keyword.value for keyword in call.keywords if keyword.arg == "message"]
    argument = (named or call.args[position : position + 1] or [None])[0]
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    return None


def all_templates() -> dict[str, str]:
    found: dict[str, str] = {}
    for source in platform_sources():
        found |= {template: where for where, template in templates_of(source)}
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


def test_a_message_is_found_where_it_stands() -> None:
    code = 'raise NotFound("Gone.")\nProblem(file, pointer, "Wrong {x}")\n_("Save")\nprint("no")'
    source = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    found = {message for node in source if (message := message_of(node))}
    assert found == {"Gone.", "Wrong {x}", "Save"}
    assert IN_TEMPLATE.findall("{{ _('Sign in') }}") == [("", "Sign in")]


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}
