"""Finds the data that is shipped beside the code: schemas, apps, templates, texts.

``importlib.resources.files("typecase")`` does not work on a namespace package, so both layouts
are looked up by path: the checkout (``platform/`` beside ``schemas/`` and ``apps/``) and the
installed wheel (all below one folder).
"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent


def data_folder(name: str) -> Path:
    """The folder ``name``: ``schemas``, ``apps``, ``texts``, ``web/templates``, ``web/static``."""
    inside, beside = HERE / name, HERE.parent / name
    return beside if (HERE.parent / "pyproject.toml").is_file() and beside.is_dir() else inside
