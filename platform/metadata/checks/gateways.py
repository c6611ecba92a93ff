"""Gateways: that every place in them leads somewhere, and that they are asked over https."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ..gateways import Gateway, Text, places_in, read_gateway
from ..layers import Layered, Path
from .checking import Checking

NUMBER = {"number", "number.digits"}


def check_gateways(checking: Checking) -> None:
    for document in checking.stack.of("plugins"):
        for each in document.content["plugins"]:
            _check(checking, document, each)


def _check(checking: Checking, document: Layered, told: Mapping[str, Any]) -> None:
    here: Path = ("plugins", told["name"])

    def report(path: Path, message: str, data: Mapping[str, Any]) -> None:
        checking.at(document, (*here, *path), message, **data)

    if (told.get("kind") == "message") != ("message" in told):
        report((), "A plug-in of the kind message says under “message” how it is asked.", {})
        return
    if "message" not in told:
        return
    gateway = read_gateway(told, report=report)
    used = {*places_in(gateway.path), *places_in(gateway.fields)}
    if "text" not in used or not used & NUMBER:
        report(("message", "fields"), "A gateway is told the number and the text.", {})
    if gateway.format == "form":
        for name, value in gateway.fields.items():
            if isinstance(value, (Mapping, tuple)):
                report(("message", "fields", name), "A form holds no lists and objects.", {})
    _check_address(checking, document, here, gateway)


def _check_address(checking: Checking, document: Layered, here: Path, gateway: Gateway) -> None:
    """One that is written down is asked over https, and the manifest says so; one that an
    administrator enters is looked at when it is entered."""
    if list(places_in(gateway.address)):
        return
    at = (*here, "message", "address")
    address = _literal(gateway.address)
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment:
        checking.at(
            document, at, "The address of a gateway begins with https:// and ends before ?."
        )
        return
    asked = {host for package in checking.packages
             for host in package.manifest.get("asks", {}).get("hosts", ())}  # fmt: skip
    if parts.hostname not in asked:
        message = "No manifest asks for {host}: name it under asks, hosts."
        checking.at(document, at, message, host=parts.hostname)


def _literal(text: Text) -> str:
    return "".join(each for each in text.pieces if isinstance(each, str))
