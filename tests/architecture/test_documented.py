"""What there is, is described; what is described, is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from typecase import errors
from typecase.cli import COMMANDS, Command
from typecase.cli.console import EXIT_CODES, FAULT, UNAVAILABLE
from typecase.metadata.expressions.functions import FUNCTIONS
from typecase.metadata.field_types import FIELD_TYPES
from typecase.web.api.failures import MESSAGES
from typecase.web.errors import STATUSES

DOCS = ROOT / "docs"
LINK = re.compile(r"\[[^\]]*\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)")


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def subclasses(of: type[errors.TypecaseError]) -> Iterator[type[errors.TypecaseError]]:
    for each in of.__subclasses__():
        yield each
        yield from subclasses(each)


def pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_is_in_the_readme_and_has_its_place(command: Command) -> None:
    name, summary = command.name, command.summary
    assert f"| `typecase {name}` | {summary} |" in page("README.md")
    assert re.search(rf"^### `typecase {name}\b", page("docs/command-line.md"), re.MULTILINE)


def test_no_page_speaks_of_a_command_that_is_not_there() -> None:
    known = {command.name for command in COMMANDS}
    said = {
        (path.name, word)
        for path in pages()
        for word in re.findall(r"(?:`|\$ )typecase ([a-z][a-z-]*)", path.read_text("utf-8"))
    }
    assert {each for each in said if each[1] not in known} == set()
    assert len(said) > len(known)


def test_every_exit_code_is_described() -> None:
    told = {int(n) for n in re.findall(r"^\| (\d+) \|", page("docs/command-line.md"), re.MULTILINE)}
    assert {0, 130, FAULT, UNAVAILABLE, *(code for _, code in EXIT_CODES)} == told


def test_every_setting_is_described() -> None:
    names = set(re.findall(r'said\.get\("([A-Z]+)"', page("platform/config.py")))
    assert "DATABASE" in names
    text = page("docs/command-line.md")
    assert [n for n in sorted(names) if f"`TYPECASE_{n}`" not in text] == []


def test_every_field_type_is_in_the_reference() -> None:
    text = page("docs/definitions.md")
    assert [t.name for t in FIELD_TYPES if f"`{t.name}`" not in text] == []
    assert f"{len(FIELD_TYPES)} field types" in page("README.md")
    assert f"{len(FIELD_TYPES)} field types" in page("CHANGELOG.md")


def test_every_function_is_in_the_reference() -> None:
    text = page("docs/expressions.md").casefold()
    names = [getattr(each, "name", each) for each in FUNCTIONS]
    assert names
    assert [n for n in names if f"`{n.casefold()}(" not in text] == []


def test_every_error_code_is_described_with_its_status() -> None:
    """Those that reach a caller: the table of statuses names a class for each of them."""
    told = {
        code: int(status)
        for status, codes in re.findall(r"^\| (\d{3}) \| ([^|]*) \|", page("docs/api.md"), re.M)
        for code in re.findall(r"`(\w+)`", codes)
    }
    wanted = {code: status for status, (code, _) in MESSAGES.items()}
    for each in [errors.TypecaseError, *subclasses(errors.TypecaseError)]:
        if each.__module__ == errors.__name__:
            wanted[each.code] = next((s for kind, s in STATUSES if issubclass(each, kind)), 500)
    assert told == wanted | {"bad_expression": 400}


def test_every_route_of_the_api_is_described() -> None:
    routes = page("platform/web/api/application.py")
    text = page("docs/api.md")
    last_words = {path.rsplit("/", 1)[-1] for path in re.findall(r'f?"(/?[^"]*/[^"]*)"', routes)}
    plain = {word for word in last_words if word and "<" not in word and "{" not in word}
    assert {"bulk", "query", "restore", "openapi.json", "search"} <= plain
    assert [word for word in sorted(plain) if f"/{word}" not in text] == []


def test_every_target_of_make_is_in_the_readme_and_none_else() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", page("Makefile"), re.MULTILINE)) - {"help"}
    said = set(re.findall(r"\bmake ([a-z]+)\b(?=[`\s]+ARGS|`|\s+#)", page("README.md")))
    assert said == targets


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    found = LINK.findall(path.read_text("utf-8"))
    assert [link for link in found if not (path.parent / link).exists()] == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop().resolve()
        if path not in reached and path.suffix == ".md":
            reached.add(path)
            links = LINK.findall(path.read_text("utf-8"))
            waiting += [path.parent / link for link in links if (path.parent / link).exists()]
    assert [p.name for p in pages() if p.resolve() not in reached] == []


def test_every_picture_is_shown_and_small() -> None:
    text = page("README.md")
    pictures = sorted((DOCS / "images").glob("*.png"))
    assert pictures
    assert [p.name for p in pictures if f"docs/images/{p.name}" not in text] == []
    assert [p.name for p in pictures if p.stat().st_size > 300_000] == []


def test_every_decision_is_two_paragraphs() -> None:
    wrong = []
    for path in sorted((DOCS / "decisions").glob("0*.md")):
        title, *paragraphs = path.read_text("utf-8").strip().split("\n\n")
        number = int(path.name[:4])
        if not title.startswith(f"# {number}. ") or len(paragraphs) != 2:
            wrong.append(path.name)
    assert wrong == []
