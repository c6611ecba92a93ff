"""Settings and features of manifests: typed defaults, one owner for each name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ...errors import Problem
from ..sources import PackageSource

NUMBERS = frozenset({"integer", "decimal", "percent"})


def problems_of_settings(packages: Sequence[PackageSource]) -> Iterator[Problem]:
    """Asked before anything is composed: expressions are checked against these values."""
    owners: dict[tuple[str, str], str] = {}
    for package in packages:
        for kind in ("settings", "features"):
            for index, each in enumerate(package.manifest.get(kind, ())):
                pointer = f"/{kind}/{index}"
                owner = owners.setdefault((kind, each["name"]), package.name)
                if owner != package.name:
                    message = "The package {package} has a {name} already; change it in extends/."
                    data = {"package": owner, "name": each["name"]}
                    yield _problem(package.name, pointer, message, data)
                complaint = _complaint(each) if kind == "settings" else None
                if complaint:
                    message, data = complaint
                    yield _problem(package.name, f"{pointer}/default", message, data)


def _problem(package: str, pointer: str, message: str, data: Mapping[str, Any]) -> Problem:
    return Problem(f"{package}/package.json", pointer, message, data)


def _complaint(setting: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """What is wrong with the default of a setting."""
    value, kind = setting.get("default"), setting["type"]
    if value is None:
        return None
    if not _fits(kind, value):
        return "{value} is no {type}.", {"value": value, "type": kind}
    if kind == "picklist" and value not in {o["name"] for o in setting.get("options", ())}:
        return "{value} is not among the options.", {"value": value}
    low, high = setting.get("minimum"), setting.get("maximum")
    if kind in NUMBERS and low is not None and value < low:
        return "{value} is below the minimum of {limit}.", {"value": value, "limit": low}
    if kind in NUMBERS and high is not None and value > high:
        return "{value} is above the maximum of {limit}.", {"value": value, "limit": high}
    return None


def _fits(kind: str, value: Any) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind in NUMBERS:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "date":
        return isinstance(value, str) and _is_day(value)
    return isinstance(value, str)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
