"""The kinds of definition: where each stands in a package. One visible tuple."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal


@dataclass(frozen=True, slots=True)
class Kind:
    """``place`` says where its files stand:

    ``object``: ``objects/<object>/<file>.json``, one per object, named after the object;
    ``single``: ``<file>.json``, one per package, merged over all packages, without a name;
    ``folder``: ``<file>/<name>.json``, one file per thing, named after the file.
    """

    name: str
    place: Literal["object", "single", "folder"]
    file: str

    @property
    def schema(self) -> str:
        return f"{self.name}.schema.json"


KINDS = (
    Kind("object", "object", "object"),
    Kind("layout", "object", "layout"),
    Kind("views", "object", "views"),
    Kind("access", "object", "access"),
    Kind("process", "object", "process"),
    Kind("approvals", "object", "approvals"),
    Kind("roles", "single", "roles"),
    Kind("permissions", "single", "permissions"),
    Kind("menus", "single", "menus"),
    Kind("numbering", "single", "numbering"),
    Kind("queues", "single", "queues"),
    Kind("calendars", "single", "calendars"),
    Kind("plugins", "single", "plugins"),
    Kind("archives", "single", "archives"),
    Kind("report", "folder", "reports"),
    Kind("dashboard", "folder", "dashboards"),
    Kind("template", "folder", "templates"),
    Kind("survey", "folder", "surveys"),
    Kind("webform", "folder", "webforms"),
    Kind("scenario", "folder", "scenarios"),
    Kind("translations", "folder", "translations"),
)
"""The manifest (``package``) and rows (``data``) are not definitions and are read apart."""

BY_NAME = MappingProxyType({kind.name: kind for kind in KINDS})
OF_OBJECTS = MappingProxyType({kind.file: kind for kind in KINDS if kind.place == "object"})
SINGLE = MappingProxyType({kind.file: kind for kind in KINDS if kind.place == "single"})
FOLDERS = MappingProxyType({kind.file: kind for kind in KINDS if kind.place == "folder"})
OF_FOLDERS = frozenset(kind.name for kind in KINDS if kind.place == "folder")
