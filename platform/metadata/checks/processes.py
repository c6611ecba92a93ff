"""Actions, automations, service levels: that every step makes sense where it stands, and who may
run as whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..layers import Layered
from ..processes import read_process
from ..service_levels import read_policies
from ..steps.compiling import Path
from .checking import Checking


def check_processes(checking: Checking) -> None:
    for document in checking.stack.of("process"):
        if document.name in checking.catalog.objects:
            _check(checking, document)


def _check(checking: Checking, document: Layered) -> None:
    def report(path: Path, message: str, data: Mapping[str, Any]) -> None:
        checking.at(document, path, message, **data)

    read_process(checking.catalog, document.name, document.content, report)
    if not any(each.file.endswith("calendars.json") for each in checking.problems):
        read_policies(checking.catalog, document.name, document.content, report)
    for key, default in (("actions", "person"), ("automations", "person")):
        for each in document.content.get(key, ()):
            if each.get("run_as", default) == "system":
                _check_consent(checking, document, (key, each["name"]))


def _check_consent(checking: Checking, document: Layered, path: Path) -> None:
    """Whoever installs a package reads in its manifest that it asks for more than the person has;
    what an administrator writes needs no asking."""
    name = document.package_of(*path)
    package = next((each for each in checking.packages if each.name == name), None)
    asked = package.manifest.get("asks", {}).get("rights", ()) if package else ()
    if package is not None and "run_as_system" not in asked:
        message = "It runs as the system: the manifest has to ask for it (asks, rights)."
        checking.at(document, (*path, "run_as"), message)
