"""Settings that several field types share, as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Settings = Mapping[str, Mapping[str, Any]]


def length_setting(default: int, maximum: int) -> Settings:
    return {
        "max_length": {
            "type": "integer",
            "minimum": 1,
            "maximum": maximum,
            "default": default,
            "description": "Longest text allowed, in characters.",
        }
    }


def range_settings(type_: str = "number") -> Settings:
    return {
        "minimum": {"type": type_, "description": "Smallest value allowed."},
        "maximum": {"type": type_, "description": "Largest value allowed."},
    }


def digits_settings(precision: int, scale: int) -> Settings:
    return {
        "precision": {
            "type": "integer",
            "minimum": 1,
            "maximum": 18,
            "default": precision,
            "description": "Digits in all.",
        },
        "scale": {
            "type": "integer",
            "minimum": 0,
            "maximum": 6,
            "default": scale,
            "description": "Digits after the point.",
        },
    }
