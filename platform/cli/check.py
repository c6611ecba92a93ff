"""``typecase check``: compares definitions, tables, rollups, references and files."""

from __future__ import annotations

from argparse import Namespace

from ..runtime.checking import Finding, check, repair_rollups
from .arguments import Parser, add_place
from .console import DONE, PROBLEMS, Console
from .installation import existing


def configure(parser: Parser) -> None:
    parser.add_argument(
        "checks",
        nargs="*",
        metavar="CHECK",
        help="database, tables, rollups, references, files (all)",
    )
    parser.add_argument("--repair", action="store_true", help="count wrong rollups anew, first")
    add_place(parser)


def run(arguments: Namespace, console: Console) -> int:
    repaired = 0
    with existing(arguments) as platform:
        if arguments.repair:
            repaired = repair_rollups(platform.main)
            console.say("{count} {count:rollup was|rollups were} counted anew.", count=repaired)
        findings = list(check(platform.main, arguments.checks))
    wrong = [each for each in findings if not each.is_harmless]
    console.answer({"findings": [_document(f, console) for f in findings], "repaired": repaired})
    for finding in findings:
        console.show(f"{finding.check:11} {console.translated(finding.message, **finding.data)}")
    if not wrong:
        console.say("Nothing is wrong.")
    return PROBLEMS if wrong else DONE


def _document(finding: Finding, console: Console) -> dict[str, object]:
    return {
        "check": finding.check,
        "message": console.translated(finding.message, **finding.data),
        "harmless": finding.is_harmless,
        **finding.data,
    }
