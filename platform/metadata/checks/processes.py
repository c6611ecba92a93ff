"""Actions, automations, service levels: that every step makes sense where it stands, and that the
manifest asks for what they do beyond what the person may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions import EMPTY
from ..layers import Layered
from ..processes import read_process
from ..service_levels import read_policies
from ..steps.compiling import Path
from ..walking import Mention, walk
from .checking import Checking

SENDING: Mapping[str, str] = {"email": "send_mail", "sms": "send_sms"}
"""Kind of a template → what a package asks for that sends it by itself."""
AS_SYSTEM = "It runs as the system: the manifest has to ask for it (asks, rights)."


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
                path = (key, each["name"])
                if not _is_asked(checking, document, path, "run_as_system"):
                    checking.at(document, (*path, "run_as"), AS_SYSTEM)
    _check_sending(checking, document)


def _check_sending(checking: Checking, document: Layered) -> None:
    """Notices stay in the house; mails and text messages leave it."""
    templates = checking.catalog.documents.get("template", EMPTY)
    for each in walk(document, checking.catalog):
        if isinstance(each, Mention) and each.refers == "template" and each.place == "send":
            right = SENDING.get(templates.get(each.name, EMPTY).get("kind", ""))
            if right and not _is_asked(checking, document, each.path, right):
                message = "{name} is sent out: the manifest has to ask for {right} (asks, rights)."
                checking.at(document, each.path, message, name=each.name, right=right)


def _is_asked(checking: Checking, document: Layered, path: Path, right: str) -> bool:
    """Whoever installs a package reads in its manifest that it asks for more than the person has;
    what an administrator writes needs no asking."""
    name = document.package_of(*path)
    package = next((each for each in checking.packages if each.name == name), None)
    return package is None or right in package.manifest.get("asks", {}).get("rights", ())
