"""The database's side of a publication: what is installed, the operations, the new version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from ...metadata.catalog import Catalog
from ...metadata.expressions import Surroundings
from ...metadata.sources import PackageSource
from . import catalog_store, groups, layer_rows, people, views
from .actual import actual
from .apply import Site
from .apply import apply as apply
from .conversion import Conversion
from .operations import RetypeField, Unconverted
from .plan import Plan, new_tables
from .plan import plan as make_plan
from .system_tables import package, publication, state
from .unit_of_work import Unit


def installed(unit: Unit) -> list[PackageSource]:
    return catalog_store.installed(unit.connection)


def layer(unit: Unit) -> PackageSource:
    """The customer's own layer as it is in effect."""
    return layer_rows.load(unit.connection)


def settings(unit: Unit) -> dict[str, Any]:
    return catalog_store.settings(unit.connection)


def plan(unit: Unit, catalog: Catalog, around: Surroundings) -> Plan:
    found = make_plan(catalog, unit.catalog, actual(unit.connection, unit.schema), around)
    stale, fresh = views.plan(unit.model, found.model, unit.connection.dialect)
    return replace(found, stale_views=stale, fresh_views=fresh)


def preview(unit: Unit, catalog: Catalog, plan: Plan) -> tuple[Unconverted, ...]:
    """What the changes of type in ``plan`` would have to keep aside. Reads every such value."""
    conversion, site = _conversion(unit), _site(unit, plan)
    retyped = [op for op in plan.operations if isinstance(op, RetypeField)]
    return tuple(lost for operation in retyped for lost in conversion.preview(site, operation))


def lock(unit: Unit) -> bool:
    """Keeps other writers out until the transaction ends."""
    return unit.database.lock_for_publishing(unit.connection)


def open_site(unit: Unit, catalog: Catalog, plan: Plan) -> Site:
    """Where the operations of ``plan`` are applied, one by one; views in their way are gone."""
    views.drop(unit.connection, plan.stale_views)
    return _site(unit, plan)


def _site(unit: Unit, plan: Plan) -> Site:
    created = new_tables(plan.operations)
    return Site(unit.connection, unit.schema, plan.model, _conversion(unit), created)


def _conversion(unit: Unit) -> Conversion:
    return Conversion(unit.now, unit.settings.zone_info, unit.settings.currency)


def finish(
    unit: Unit,
    site: Site,
    catalog: Catalog,
    plan: Plan,
    sources: Sequence[PackageSource],
    layer: PackageSource,
    reason: str,
    own: bool = False,
) -> None:
    """Writes the packages, the layer, the publication and the version that everybody looks at.
    ``own``: only the layer is another."""
    connection = unit.connection
    demo = dict(connection.execute(sa.select(package.c.name, package.c.demo)).all())
    connection.execute(sa.delete(package))
    rows = [
        {
            "name": source.name,
            "version": source.version,
            "position": place,
            "documents": source.to_documents(data=False),
            "demo": demo.get(source.name, False),
            "installed_at": unit.now,
        }
        for place, source in enumerate(sources)
    ]
    if rows:
        connection.execute(sa.insert(package), rows)
    layer_rows.write(unit, layer.documents)
    written = _publication(unit, catalog, plan, rows, layer, reason)
    connection.execute(sa.insert(publication), {**written, "own": own})
    views.create(connection, site.model, plan.fresh_views)
    _follow_people(unit, catalog)
    after = unit.at(catalog, plan.recorded)
    for name, field in catalog.trees.items():
        if unit.catalog.trees.get(name) != field:
            groups.rebuild_branches(after, name)
    moved = sa.update(state).where(state.c.key == "catalog").values(value=catalog.version)
    connection.execute(moved)


def _follow_people(unit: Unit, catalog: Catalog) -> None:
    """Roles, permission sets and queues say who sees whose records."""
    before = unit.catalog
    if (catalog.roles, catalog.permission_sets, catalog.queues) == (
        before.roles,
        before.permission_sets,
        before.queues,
    ):
        people.touch_rights(unit.connection)
        return
    groups.sync_queues(unit.connection, catalog, unit.settings.languages[0], unit.now)
    people.rebuild_visibility(unit.connection, catalog)


def _publication(
    unit: Unit,
    catalog: Catalog,
    plan: Plan,
    rows: Sequence[dict[str, Any]],
    layer: PackageSource,
    reason: str,
) -> dict[str, Any]:
    kept = {row["name"]: row["documents"] for row in rows}
    if layer.documents:
        kept[layer.name] = layer.to_documents()
    return {
        "version": catalog.version,
        "at": unit.now,
        "by": unit.actor.id,
        "reason": reason,
        "state": "done",
        "plan": [op.words() for op in plan.operations],
        "packages": kept,
    }
