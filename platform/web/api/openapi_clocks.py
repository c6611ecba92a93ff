"""The API's description of clocks."""

from __future__ import annotations

from ...metadata.field_types.clock import STANDINGS
from .openapi_parts import TEXT, Document

_MOMENT: Document = {"type": "string", "format": "date-time"}
_MAYBE: Document = {"type": ["string", "null"], "format": "date-time"}
_SECONDS: Document = {"type": "integer", "description": "Seconds of business time"}
CLOCKS: Document = {
    "type": "object",
    "required": ["clocks"],
    "properties": {
        "clocks": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["target", "policy", "state", "allowed", "elapsed", "remaining"],
                "properties": {
                    "target": TEXT,
                    "label": TEXT,
                    "policy": TEXT,
                    "state": {"enum": list(STANDINGS)},
                    "paused": {"type": "boolean"},
                    "started_at": _MOMENT,
                    "due_at": _MAYBE,
                    "stopped_at": _MAYBE,
                    "allowed": _SECONDS,
                    "elapsed": _SECONDS,
                    "remaining": _SECONDS,
                },
            },
        }
    },
}
