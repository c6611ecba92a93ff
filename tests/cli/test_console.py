"""What a command says, and the code it ends with."""

from __future__ import annotations

import json

import pytest

from typecase.cli import COMMANDS, main
from typecase.cli.console import Console, language_of
from typecase.cli.loading import load
from typecase.errors import (
    AccessDenied,
    BadRequest,
    DefinitionsInvalid,
    NotUnique,
    Problem,
    TypecaseError,
    Unavailable,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DefinitionsInvalid([Problem("a.json", "/x", "Wrong.")]), 1),
        (BadRequest("What?"), 2),
        (NotUnique(["name"]), 3),
        (AccessDenied("No."), 3),
        (Unavailable(), 4),
        (TypecaseError("Other."), 1),
        (ZeroDivisionError("ours"), 70),
        (KeyboardInterrupt(), 130),
    ],
)
def test_every_error_has_its_exit_code(error: BaseException, code: int, capsys) -> None:
    with Console().reporting() as outcome:
        raise error
    assert outcome.code == code
    assert "Traceback" not in capsys.readouterr().err or code == 70


def test_json_is_one_line_with_every_problem(capsys) -> None:
    problems = [Problem("a.json", "/x", "No {n}.", {"n": 1}, line=3), Problem("b.json", "", "No.")]
    with Console(as_json=True).reporting():
        raise DefinitionsInvalid(problems)
    captured = capsys.readouterr()
    document = json.loads(captured.out)
    assert captured.out.count("\n") == 1
    assert document["error"]["code"] == "definitions_invalid"
    assert document["error"]["details"][0] == {
        "file": "a.json",
        "line": 3,
        "pointer": "/x",
        "message": "No 1.",
    }


def test_a_person_reads_file_and_line(capsys) -> None:
    with Console().reporting():
        raise DefinitionsInvalid([Problem("a.json", "/x", "Wrong.", line=3)])
    assert "a.json:3 /x: Wrong." in capsys.readouterr().err


def test_progress_goes_to_standard_error_in_quarters(capsys) -> None:
    console = Console(as_json=True)
    for done in range(1, 1001):
        console.progress("Rows", done, 1000)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 5


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_explains_itself(command, capsys) -> None:
    with pytest.raises(SystemExit) as stop:
        main([command.name, "--help"])
    assert stop.value.code == 0
    assert "--json" in capsys.readouterr().out
    assert load(command.module).__doc__


def test_a_misspelt_command_is_wrong_use(capsys) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["sevre"])
    assert stop.value.code == 2
    assert "serve" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LC_ALL": "en_GB", "LANG": "zh_CN"}, "en"),
        ({"LANG": "fr_FR"}, "en"),
        ({}, "en"),
    ],
)
def test_the_terminals_language_is_taken(environment: dict[str, str], expected: str) -> None:
    assert language_of(environment) == expected
