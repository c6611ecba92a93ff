"""``typecase validate``: every problem of a package at once, with file and line."""

from __future__ import annotations

from argparse import Namespace

from ..metadata.composing import compose
from .arguments import Parser
from .console import DONE, Console
from .packages import find, with_requirements


def configure(parser: Parser) -> None:
    parser.add_argument(
        "packages", nargs="+", metavar="PACKAGE", help="folder, .zip, or name of a package"
    )


def run(arguments: Namespace, console: Console) -> int:
    """Raises DefinitionsInvalid with the problems; what is required is checked along."""
    catalog = compose(with_requirements(arguments.packages), 1)
    names = [find(word).name for word in arguments.packages]
    counts = {
        "objects": len(catalog.objects),
        "fields": sum(len(each.fields) for each in catalog.objects.values()),
        "views": sum(len(views) for views in catalog.views.values()),
    }
    console.answer({"packages": names, "problems": [], **counts})
    console.say(
        "No problems: {objects} {objects:object|objects}, {fields} {fields:field|fields},"
        " {views} {views:view|views}.",
        **counts,
    )
    return DONE
