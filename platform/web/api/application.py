"""Every route of the API, in one list."""

from __future__ import annotations

from flask import Blueprint

from ...bootstrap import Platform
from . import records
from .routes import Api

RECORDS = "/objects/<object_name>/records"


def create_api(platform: Platform) -> Blueprint:
    api = Api(platform)
    api.reads(RECORDS, records.records)
    api.writes(RECORDS, records.create, "POST")
    api.reads(f"{RECORDS}/<id_>", records.record)
    api.writes(f"{RECORDS}/<id_>", records.change, "PATCH")
    api.writes(f"{RECORDS}/<id_>", records.delete, "DELETE")
    api.writes(f"{RECORDS}/<id_>/restore", records.restore, "POST")
    api.writes(f"{RECORDS}/<id_>/owner", records.owner, "POST")
    api.reads(f"{RECORDS}/<id_>/related/<relation>", records.related)
    api.reads("/objects/<object_name>/query", records.query, "POST")
    return api.blueprint
