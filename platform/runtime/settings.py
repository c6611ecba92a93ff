"""What a workspace is set to: zone, currency, languages, where its files lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    name: str = "main"
    zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    languages: tuple[str, ...] = ("en", "zh")
    files: Path = Path("var/files")
    """Folder of the attached files, by digest."""
    secret: bytes = b""
    """Signs cursors. Made at set-up, never shown."""

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)
