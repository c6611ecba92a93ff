"""What import-linter cannot see: hidden imports, SQL made of text, registries that hide."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.sources import Source, platform_sources

DYNAMIC_IMPORT = {
    "platform/cli/loading.py",  # the one command that was asked for, the server's worker
    "platform/runtime/single_sign_on.py",  # an extra that need not be installed
    "platform/web/exporting.py",  # another
    "platform/workflow/wakers/opening.py",  # likewise: the broker that was asked for
}
"""Who may import by name, and why."""

SQL_FROM_TEXT = {
    "platform/runtime/storage/engine.py",  # PRAGMAs, fixed words
    "platform/runtime/storage/sqlite_columns.py",  # a PRAGMA takes its number as text
}
"""Who may hand text to the database; none of it ever holds a value."""


def test_there_are_no_imports_inside_functions() -> None:
    found = [
        f"{source.name}:{node.lineno} in {function.name}"
        for source in platform_sources()
        for function in source.functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert found == []


def test_imports_by_name_are_known() -> None:
    found = {
        source.name
        for source in platform_sources()
        for call in calls(source)
        if called(call) in ("import_module", "__import__")
    }
    assert found <= DYNAMIC_IMPORT


def test_imports_inside_the_platform_are_relative() -> None:
    found = [
        f"{source.name}:{node.lineno}"
        for source in platform_sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        and not node.level
        and (node.module or "").split(".")[0] == "typecase"
    ]
    assert found == []


def test_no_sql_is_made_of_text() -> None:
    found = [
        f"{source.name}:{call.lineno} {called(call)}"
        for source in platform_sources()
        if source.name not in SQL_FROM_TEXT
        for call in calls(source)
        if hands_over_text(call)
    ]
    assert found == []


def test_what_makes_sql_of_text_is_never_called_by_a_bare_name() -> None:
    found = [
        f"{source.name}:{node.lineno}"
        for source in platform_sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
        if alias.name in ("text", "literal_column")
    ]
    assert found == []


def test_nothing_that_runs_text_as_code() -> None:
    found = [
        f"{source.name}:{call.lineno} {called(call)}"
        for source in platform_sources()
        for call in calls(source)
        if isinstance(call.func, ast.Name) and call.func.id in ("eval", "exec", "compile")
    ]
    assert found == []


def test_no_error_is_swallowed() -> None:
    """An ``except`` names what it expects; one for everything must raise again."""
    found = [
        f"{source.name}:{node.lineno}"
        for source in platform_sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and not any(isinstance(inner, ast.Raise | ast.Call) for inner in ast.walk(node))
    ]
    assert found == []


def calls(source: Source) -> Iterator[ast.Call]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """The last name of what is called: ``execute`` of ``connection.execute(…)``."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)


def hands_over_text(call: ast.Call) -> bool:
    match called(call):
        case "text" | "literal_column":
            return ast.unparse(call.func).startswith(("sa.", "sqlalchemy."))
        case "exec_driver_sql" | "execute" | "executemany" | "executescript" | "scalar":
            return bool(call.args) and _is_built_text(call.args[0])
    return False


def _is_built_text(argument: ast.expr) -> bool:
    """Text put together: f-strings with holes, ``+`` or ``%`` on text, ``.format``."""
    match argument:
        case ast.JoinedStr(values=values):
            return any(isinstance(value, ast.FormattedValue) for value in values)
        case ast.BinOp(left=left):
            return isinstance(left, ast.JoinedStr | ast.BinOp) or (
                isinstance(left, ast.Constant) and isinstance(left.value, str)
            )
        case ast.Call(func=ast.Attribute(attr="format" | "join")):
            return True
    return False


def test_the_lint_sees_what_it_is_for() -> None:
    bad = (
        "sa.text('SELECT 1')",
        "sa.literal_column(name)",
        "connection.execute(f'SELECT {name}')",
        "cursor.execute('SELECT ' + name)",
        "cursor.execute('SELECT {}'.format(name))",
    )
    good = ("problem.text('zh')", "connection.execute(statement)", "cursor.execute('SELECT 1')")
    assert [hands_over_text(_call(code)) for code in bad] == [True] * len(bad)
    assert [hands_over_text(_call(code)) for code in good] == [False] * len(good)


def _call(code: str) -> ast.Call:
    parsed = ast.parse(code, mode="eval").body
    assert isinstance(parsed, ast.Call)
    return parsed
