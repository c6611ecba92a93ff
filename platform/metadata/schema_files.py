"""The schema files as they are on disk, read once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from ..resources import data_folder


@cache
def schema_files() -> Mapping[str, Mapping[str, Any]]:
    """File name (``object.schema.json``) → schema."""
    files = sorted(data_folder("schemas").glob("*.schema.json"))
    return MappingProxyType({path.name: json.loads(path.read_text("utf-8")) for path in files})
