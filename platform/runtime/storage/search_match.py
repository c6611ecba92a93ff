"""A tree of tokens in the language of SQLite's FTS5 and in that of PostgreSQL's ``tsquery``.

Both are handed over as bound values. Tokens hold letters, digits and our own marks only, and are
quoted all the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..search_query import AllOf, AnyOf, Node, Without
from ..search_tokens import Atom


def fts5(node: Node) -> str:
    match node:
        case Atom():
            quoted = node.text.replace('"', '""')
            return f'"{quoted}"*' if node.prefix else f'"{quoted}"'
        case AnyOf():
            return _joined(" OR ", map(fts5, node.parts))
        case AllOf():
            return _joined(" AND ", map(fts5, node.parts))
        case Without():
            return f"({fts5(node.part)} NOT {fts5(node.excluded)})"


def tsquery(node: Node) -> str:
    match node:
        case Atom():
            quoted = node.text.replace("\\", "\\\\").replace("'", "''")
            return f"'{quoted}':*" if node.prefix else f"'{quoted}'"
        case AnyOf():
            return _joined(" | ", map(tsquery, node.parts))
        case AllOf():
            return _joined(" & ", map(tsquery, node.parts))
        case Without():
            return f"({tsquery(node.part)} & !{tsquery(node.excluded)})"


def _joined(operator: str, parts: Iterable[str]) -> str:
    return f"({operator.join(parts)})"
