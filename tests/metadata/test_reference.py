"""The reference of definitions is generated; what lies in docs/ is what the schemas say now."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_reference_is_current() -> None:
    made = runpy.run_path(str(ROOT / "tools" / "make_definitions_reference.py"))
    assert (ROOT / "docs" / "definitions.md").read_text("utf-8") == made["text"]()
