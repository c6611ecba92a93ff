"""An approval graph drawn: boxes in columns, in the order a case walks, with the ways between."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..metadata.approvals import Edge
from ..workflow.approvals.viewing import NodeSeen
from .labels import Labels

WIDTH, HEIGHT = 138, 44
ACROSS, DOWN = 194, 74
MARGIN = 16
MOST_UNITS = 20
"""How much text a box takes: a Chinese character counts twice."""
WAYS = {"approve": "Approve", "reject": "Reject", "else": "otherwise"}
STATES = {"open": "under way", "done": "done", "cancelled": "left", "": "to come"}


@dataclass(frozen=True, slots=True)
class Box:
    """``x`` and ``y``: its upper left corner."""

    label: str
    title: str
    type: str
    state: str
    x: int
    y: int
    is_amiss: bool = False
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
    """``told``: the same in words, for who cannot see it."""

    told: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(nodes: Sequence[NodeSeen], edges: Sequence[Edge], labels: Labels) -> Drawing:
    words = {way: labels.text(word) for way, word in WAYS.items()}
    told = "; ".join(f"{node.label}: {labels.text(STATES[node.state])}" for node in nodes)
    ranks = _ranks(nodes, edges)
    low = _low(nodes, edges)
    columns: dict[int, list[NodeSeen]] = {}
    for node in nodes:
        if node.name not in low:
            columns.setdefault(ranks[node.name], []).append(node)
    tallest, last = max(map(len, columns.values())), max(ranks.values())
    over = any(ranks[e.target] - ranks[e.source] > 1 for e in edges if e.target not in low)
    top = MARGIN + (DOWN // 2 if over else 0)
    boxes: dict[str, Box] = {}
    for rank, column in columns.items():
        first = top + (tallest - len(column)) * DOWN // 2
        for place, node in enumerate(column):
            boxes[node.name] = _box(node, MARGIN + rank * ACROSS, first + place * DOWN)
    bottom = top + tallest * DOWN
    for place, node in enumerate(each for each in nodes if each.name in low):
        boxes[node.name] = _box(node, MARGIN + last * ACROSS, bottom + place * DOWN)
    arrows = tuple(_arrow(boxes, edge, words, edge.target in low) for edge in edges)
    width = MARGIN * 2 + last * ACROSS + WIDTH
    height = bottom + len(low) * DOWN + (0 if low else DOWN // 2)
    return Drawing(told, width, height, tuple(boxes.values()), arrows)


def _box(node: NodeSeen, x: int, y: int) -> Box:
    return Box(shortened(node.label), node.label, node.type, node.state, x, y, node.is_amiss)


def _low(nodes: Sequence[NodeSeen], edges: Sequence[Edge]) -> list[str]:
    """Ends that only rejections lead to: they stand below, out of the way."""
    into: dict[str, set[str | None]] = {}
    for edge in edges:
        into.setdefault(edge.target, set()).add(edge.on)
    return [n.name for n in nodes if n.type == "end" and into.get(n.name) == {"reject"}]


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


def _arrow(boxes: Mapping[str, Box], edge: Edge, words: Mapping[str, str], low: bool) -> Arrow:
    source, target = boxes[edge.source], boxes[edge.target]
    on = "else" if edge.is_else else edge.on or ""
    label = edge.label or words.get(on, "")
    if low:
        return _down(source, target, label, on)
    if target.x - source.x > ACROSS:
        return _arc(source, target, label, on)
    if target.x > source.x:
        x1, y1 = source.x + source.width, source.middle[1]
        x2, y2 = target.x - 3, target.middle[1]
        bend = (x2 - x1) // 2
        path = f"M{x1},{y1} C{x1 + bend},{y1} {x2 - bend},{y2} {x2},{y2}"
        return Arrow(path, label, (x1 + x2) // 2, (y1 + y2) // 2 - 6, on)
    low_y = max(source.y, target.y) + HEIGHT + DOWN // 3
    x1, x2 = source.middle[0], target.middle[0]
    y1, y2 = source.y + source.height, target.y + target.height + 3
    path = f"M{x1},{y1} C{x1},{low_y} {x2},{low_y} {x2},{y2}"
    return Arrow(path, label, (x1 + x2) // 2, low_y - 8, on)


def _down(source: Box, target: Box, label: str, on: str) -> Arrow:
    """Down, and along the bottom to an end."""
    x, y = source.x + source.width * 3 // 4, source.y + source.height
    across = target.middle[1]
    if target.x - 3 <= x + 10:
        path = f"M{x},{y} V{target.y - 3}"
    else:
        path = f"M{x},{y} V{across - 8} Q{x},{across} {x + 8},{across} H{target.x - 3}"
    return Arrow(path, label, x, y + 15, on)


def _arc(source: Box, target: Box, label: str, on: str) -> Arrow:
    """Over the columns between."""
    x1, x2 = source.middle[0], target.middle[0]
    y1, y2 = source.y, target.y - 3
    high = min(y1, y2) - DOWN // 2
    path = f"M{x1},{y1} C{x1},{high} {x2},{high} {x2},{y2}"
    return Arrow(path, label, (x1 + x2) // 2, high + 14, on)
