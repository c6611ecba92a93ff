"""An approval graph drawn: boxes in columns, in the order a case walks, with the ways between."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..metadata.approvals import Edge
from ..workflow.approvals.viewing import NodeSeen

WIDTH, HEIGHT = 148, 46
ACROSS, DOWN = 208, 74
MARGIN = 16
MOST_UNITS = 21
"""How much text a box takes: a Chinese character counts twice."""


@dataclass(frozen=True, slots=True)
class Box:
    """``x`` and ``y``: its upper left corner."""

    label: str
    title: str
    type: str
    state: str
    x: int
    y: int
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class Arrow:
    path: str
    label: str
    x: int
    y: int
    on: str


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(nodes: Sequence[NodeSeen], edges: Sequence[Edge], words: Mapping[str, str]) -> Drawing:
    """``words``: what ``approve``, ``reject`` and ``else`` are called on the ways."""
    ranks = _ranks(nodes, edges)
    columns: dict[int, list[NodeSeen]] = {}
    for node in nodes:
        columns.setdefault(ranks[node.name], []).append(node)
    tallest = max(map(len, columns.values()))
    boxes: dict[str, Box] = {}
    for rank, column in columns.items():
        top = MARGIN + (tallest - len(column)) * DOWN // 2
        for place, node in enumerate(column):
            x, y = MARGIN + rank * ACROSS, top + place * DOWN
            label = shortened(node.label)
            boxes[node.name] = Box(label, node.label, node.type, node.state, x, y)
    arrows = tuple(_arrow(boxes, edge, words) for edge in edges)
    width = MARGIN * 2 + (len(columns) - 1) * ACROSS + WIDTH
    height = MARGIN * 2 + (tallest - 1) * DOWN + HEIGHT + DOWN // 2
    return Drawing(width, height, tuple(boxes.values()), arrows)


def shortened(text: str) -> str:
    """As much of a text as a box takes."""
    used = 0
    for place, character in enumerate(text):
        used += 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if used > MOST_UNITS:
            return f"{text[: place - 1].rstrip()}…"
    return text


def _ranks(nodes: Sequence[NodeSeen], edges: Sequence[Edge]) -> dict[str, int]:
    """The longest way from the start; ways that lead back do not count."""
    ways: dict[str, list[str]] = {node.name: [] for node in nodes}
    for edge in edges:
        ways[edge.source].append(edge.target)
    ordered, seen, above = list[str](), set[str](), set[str]()

    def visit(name: str) -> None:
        seen.add(name)
        above.add(name)
        for target in list(ways[name]):
            if target in above:
                ways[name].remove(target)
            elif target not in seen:
                visit(target)
        above.discard(name)
        ordered.append(name)

    for node in nodes:
        if node.name not in seen:
            visit(node.name)
    ranks = dict.fromkeys(ways, 0)
    for name in reversed(ordered):
        for target in ways[name]:
            ranks[target] = max(ranks[target], ranks[name] + 1)
    used = {rank: place for place, rank in enumerate(sorted(set(ranks.values())))}
    return {name: used[rank] for name, rank in ranks.items()}


def _arrow(boxes: Mapping[str, Box], edge: Edge, words: Mapping[str, str]) -> Arrow:
    source, target = boxes[edge.source], boxes[edge.target]
    on = "else" if edge.is_else else edge.on or ""
    label = edge.label or words.get(on, "")
    if target.x > source.x:
        x1, y1 = source.x + source.width, source.middle[1]
        x2, y2 = target.x - 3, target.middle[1]
        bend = max(30, (x2 - x1) // 2)
        path = f"M{x1},{y1} C{x1 + bend},{y1} {x2 - bend},{y2} {x2},{y2}"
        share = 0.5 if x2 - x1 < ACROSS else 0.22
        x, y = round(x1 + (x2 - x1) * share), round(y1 + (y2 - y1) * share * share * 2)
        return Arrow(path, label, x, y - 6, on)
    low = max(source.y, target.y) + HEIGHT + DOWN // 3
    x1, x2 = source.middle[0], target.middle[0]
    y1, y2 = source.y + source.height, target.y + target.height + 3
    path = f"M{x1},{y1} C{x1},{low} {x2},{low} {x2},{y2}"
    return Arrow(path, label, (x1 + x2) // 2, low - 8, on)
