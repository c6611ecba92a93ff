"""The one place that imports by name: a process loads what it needs, and nothing else."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def load(module: str) -> Any:
    """The module ``module``; names come from our own tuples, never from a user."""
    return import_module(module)
