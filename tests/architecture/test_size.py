"""Files a reader holds in the head, functions that fit on a screen."""

from __future__ import annotations

from tests.architecture.sources import platform_sources

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 50


def test_no_file_is_too_long() -> None:
    lengths = {source.name: source.text.count("\n") for source in platform_sources()}
    assert {n: lines for n, lines in lengths.items() if lines > MOST_LINES_OF_A_FILE} == {}


def test_no_function_is_too_long() -> None:
    too_long = {
        f"{source.name}:{function.lineno} {function.name}": lines
        for source in platform_sources()
        for function in source.functions
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    }
    assert too_long == {}
