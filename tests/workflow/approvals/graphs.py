"""Approval graphs for tests, as documents."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]


def start(name: str = "submit") -> Document:
    return {"name": name, "type": "start"}


def approve(name: str, *people: Document, **more: Any) -> Document:
    return {"name": name, "type": "approve", "assignees": list(people), **more}


def end(outcome: str = "approved", **values: Any) -> Document:
    return {"name": outcome, "type": "end", "outcome": outcome, "set": values}


def node(name: str, type_: str, **more: Any) -> Document:
    return {"name": name, "type": type_, **more}


def edge(source: str, target: str, on: str | None = None, **more: Any) -> Document:
    told = {"from": source, "to": target, **more}
    return told | ({"on": on} if on else {})


def ways(source: str, approved: str, rejected: str = "rejected") -> tuple[Document, Document]:
    return edge(source, approved, "approve"), edge(source, rejected, "reject")


def graph(nodes: list[Document], edges: list[Document], **more: Any) -> Document:
    return {"name": "review", "label": "Review", "nodes": nodes, "edges": edges, **more}


def role(name: str, **more: Any) -> Document:
    return {"role": name, **more}


LINE = graph(
    [start(), approve("first", role("boss")), approve("second", role("head")),
     end(state="'fine'"), end("rejected", state="'bad'")],
    [edge("submit", "first"), *ways("first", "second"), *ways("second", "approved")],
)  # fmt: skip
"""One after the other."""
