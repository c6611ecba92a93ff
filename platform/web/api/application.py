"""Every route of the API, in one list."""

from __future__ import annotations

from flask import Blueprint

from ...bootstrap import Platform
from . import records
from .routes import Api

RECORDS = "/objects/<object>/records"


def create_api(platform: Platform) -> Blueprint:
    api = Api(platform)
    api.reads(RECORDS, records.records)
    api.writes(RECORDS, records.create, "POST")
    api.reads(f"{RECORDS}/<id>", records.record)
    api.writes(f"{RECORDS}/<id>", records.change, "PATCH")
    api.writes(f"{RECORDS}/<id>", records.delete, "DELETE")
    api.writes(f"{RECORDS}/<id>/restore", records.restore, "POST")
    api.writes(f"{RECORDS}/<id>/owner", records.owner, "POST")
    api.reads(f"{RECORDS}/<id>/related/<relation>", records.related)
    api.reads("/objects/<object>/query", records.query, "POST")
    return api.blueprint
