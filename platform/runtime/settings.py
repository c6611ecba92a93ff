"""What a workspace is set to: zone, currency, languages, where its files lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from .mail import MailServer


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
    site: str = "http://127.0.0.1:8000"
    """Where people reach it, without a slash at the end: links in messages begin with it."""
    mail: MailServer | None = None
    """The mail server of the environment, where no account was entered on the page."""
    hosts: frozenset[str] = frozenset()
    """Hosts inside (``name`` or ``name:port``) that webhooks and gateways may reach."""
    keep_messages: int = 365
    keep_calls: int = 90
    """Days after which the log of messages, and of calls of webhooks, is forgotten."""

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)
