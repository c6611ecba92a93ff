"""Arguments many commands share, and a parser that speaks the reader's language."""

from __future__ import annotations

import argparse
import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..config import Settings, load_settings
from ..texts import translate


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose help texts are templates to translate. Misuse exits with 2."""

    def __init__(self, locale: str = "en", **settings: Any) -> None:
        self.locale = locale
        if settings.get("description"):
            settings["description"] = translate(settings["description"], locale)
        super().__init__(allow_abbrev=False, **settings)

    def translated(self, text: str) -> str:
        return translate(text, self.locale)

    def add_argument(self, *names: Any, **settings: Any) -> argparse.Action:
        if settings.get("help") not in (None, argparse.SUPPRESS):
            settings["help"] = translate(settings["help"], self.locale)
        return super().add_argument(*names, **settings)

    def add_version(self) -> None:
        super().add_argument(
            "--version", action="version", version=f"typecase {version('typecase')}"
        )


def add_common(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document, for programs")


def add_place(parser: Parser) -> None:
    """Which installation a command works on."""
    parser.add_argument(
        "--dir", type=Path, metavar="FOLDER", help="folder of database, files and secret (var)"
    )
    parser.add_argument(
        "--database", metavar="URL", help="sqlite:///path or postgresql://user@host/name"
    )
    parser.add_argument("--schema", metavar="NAME", help="the workspace's schema on PostgreSQL")


def add_address(parser: Parser) -> None:
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (8000; 0: any free one)")
    parser.add_argument(
        "--debug-footer",
        action="store_true",
        help="show on every page how many statements and milliseconds it took",
    )


def settings_from(arguments: argparse.Namespace) -> Settings:
    """The settings of the installation that ``arguments`` and the environment name."""
    return load_settings(
        os.environ,
        folder=arguments.dir,
        database=arguments.database,
        schema=arguments.schema,
        host=getattr(arguments, "host", None),
        port=getattr(arguments, "port", None),
        debug_footer=getattr(arguments, "debug_footer", False),
    )
