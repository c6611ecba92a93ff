"""Small packages, written as files in memory: what the tests of the metadata floor build on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from typecase.errors import DefinitionsInvalid
from typecase.metadata.catalog import Catalog
from typecase.metadata.composing import compose
from typecase.metadata.packages import package_from_files
from typecase.metadata.sources import PackageSource

Files = Mapping[str, Any]

MANIFEST = {
    "name": "shop",
    "version": "1.0.0",
    "definitions_format": 1,
    "label": "Shop",
    "base": True,
}

CUSTOMER = {
    "label": "Customer",
    "plural": "Customers",
    "title": "name",
    "fields": [
        {"name": "name", "type": "text", "label": "Name", "required": True, "max_length": 80},
        {
            "name": "level",
            "type": "picklist",
            "label": "Level",
            "default": "silver",
            "options": [
                {"name": "silver", "label": "Silver", "discount": 0},
                {"name": "gold", "label": "Gold", "discount": 5},
            ],
        },
    ],
}

SALE = {
    "label": "Sale",
    "plural": "Sales",
    "title": "name",
    "fields": [
        {"name": "name", "type": "text", "label": "Name"},
        {
            "name": "customer",
            "type": "lookup",
            "label": "Customer",
            "target": "customer",
            "related": {"name": "sales", "label": "Sales"},
        },
        {"name": "amount", "type": "decimal", "label": "Amount"},
        {
            "name": "stage",
            "type": "picklist",
            "label": "Stage",
            "options": [{"name": "open", "label": "Open"}, {"name": "won", "label": "Won"}],
        },
    ],
}

SHOP: Files = {
    "package.json": MANIFEST,
    "objects/customer/object.json": CUSTOMER,
    "objects/sale/object.json": SALE,
}

ADD_ON_MANIFEST = {
    "name": "repairs",
    "version": "1.0.0",
    "definitions_format": 1,
    "label": "Repairs",
    "prefix": "rp",
    "requires": {"shop": ">=1.0,<2"},
}


def package(files: Files) -> PackageSource:
    """The package of these files; values are JSON documents, text, or bytes."""
    return package_from_files({name: content_of(value) for name, value in files.items()})


def content_of(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value, indent=1)).encode()


def shop(**changes: Any) -> PackageSource:
    """The shop with some files put in place: ``shop(**{"roles.json": …})``."""
    return package({**SHOP, **changes})


def with_fields(document: Mapping[str, Any], *fields: Mapping[str, Any]) -> dict[str, Any]:
    """The object with these fields added, or put in place of those of the same name."""
    names = {each["name"] for each in fields}
    kept = [each for each in document["fields"] if each["name"] not in names]
    return {**document, "fields": [*kept, *fields]}


def catalog(*packages: PackageSource, **more: Any) -> Catalog:
    return compose(packages or (shop(),), 1, **more)


def problems(*packages: PackageSource, **more: Any) -> list[str]:
    """What is wrong with the packages together, as a person reads it."""
    try:
        compose(packages, 1, **more)
    except DefinitionsInvalid as invalid:
        return [str(each) for each in invalid.problems]
    return []


def reading_problems(files: Files) -> list[str]:
    """What is wrong with the files of one package by themselves."""
    try:
        package(files)
    except DefinitionsInvalid as invalid:
        return [str(each) for each in invalid.problems]
    return []
