"""The one place that imports by name: a process loads what it needs, and nothing else."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import Any


def load(module: str) -> Any:
    """The module ``module``; names come from our own tuples, never from a user.

    What is loaded stays for as long as the process does: the garbage collector is kept from
    looking through it, now again and again and later with every full collection.
    """
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()
