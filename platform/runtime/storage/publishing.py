"""The database's side of a publication: what is installed, the operations, the new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from ...metadata.catalog import Catalog
from ...metadata.customer import LAYER
from ...metadata.definitions import EMPTY
from ...metadata.expressions import Surroundings
from ...metadata.sources import PackageSource
from . import catalog_store, groups, layer_rows, people, views
from .actual import actual
from .apply import Site
from .apply import apply as apply
from .columns import Written, to_json
from .conversion import Conversion
from .operations import RetypeField, Unconverted
from .plan import Plan, new_tables
from .plan import plan as make_plan
from .system_tables import package, publication, state
from .tables import StorageModel
from .unit_of_work import Unit


def installed(unit: Unit) -> list[PackageSource]:
    return catalog_store.installed(unit.connection)


def layer(unit: Unit) -> PackageSource:
    """The customer's own layer as it is in effect."""
    return layer_rows.load(unit.connection)


def settings(unit: Unit) -> dict[str, Any]:
    return catalog_store.settings(unit.connection)


def plan(unit: Unit, catalog: Catalog, around: Surroundings, own: bool = False) -> Plan:
    """What has to happen to the tables. ``own``: only the customer's layer is another; where it
    leaves objects and views as they are, the tables are not looked at."""
    if own and (catalog.objects, catalog.views) == (unit.catalog.objects, unit.catalog.views):
        recorded = unit.model.recorded
        return Plan((), recorded, StorageModel(catalog, recorded))
    found = make_plan(catalog, unit.catalog, actual(unit.connection, unit.schema), around)
    stale, fresh = views.plan(unit.model, found.model, unit.connection.dialect, unit.schema)
    return replace(found, stale_views=stale, fresh_views=fresh)


def preview(unit: Unit, catalog: Catalog, plan: Plan) -> tuple[Unconverted, ...]:
    """What the changes of type in ``plan`` would have to keep aside. Reads every such value."""
    conversion, site = _conversion(unit), _site(unit, plan)
    retyped = [op for op in plan.operations if isinstance(op, RetypeField)]
    return tuple(lost for operation in retyped for lost in conversion.preview(site, operation))


def lock(unit: Unit) -> bool:
    """Keeps other writers out until the transaction ends."""
    return unit.database.lock_for_publishing(unit.connection)


def open_site(unit: Unit, plan: Plan) -> Site:
    """Where the operations of ``plan`` are applied, one by one; views in their way are gone."""
    views.drop(unit.connection, plan.stale_views)
    return _site(unit, plan)


def _site(unit: Unit, plan: Plan) -> Site:
    created = new_tables(plan.operations)
    return Site(unit.connection, unit.schema, plan.model, _conversion(unit), created)


def _conversion(unit: Unit) -> Conversion:
    return Conversion(unit.now, unit.settings.zone_info, unit.settings.currency)


@dataclass(frozen=True)
class Papers:
    """The documents a publication makes effective, written out while nobody waits for them."""

    layer: PackageSource
    changed: tuple[PackageSource, ...] = ()
    """Packages that are new or say something else."""
    positions: Mapping[str, int] = EMPTY
    """Every package → its place in the order they build on each other."""
    written: Mapping[str, Written] = EMPTY


def papers(
    present: Sequence[PackageSource], sources: Sequence[PackageSource], layer: PackageSource
) -> Papers:
    """``present``: what is installed now; ``sources``: what will be."""
    known = {each.name: each.to_documents(data=False) for each in present}
    documents = {each.name: each.to_documents(data=False) for each in sources}
    changed = tuple(each for each in sources if known.get(each.name) != documents[each.name])
    written = {each.name: Written(to_json(documents[each.name])) for each in changed}
    positions = {each.name: place for place, each in enumerate(sources)}
    return Papers(layer, changed, positions, written)


def write_down(
    unit: Unit, version: int, plan: Plan, papers: Papers, reason: str, own: bool
) -> None:
    """Stores the documents, and what was published when, by whom and why. ``own``: only the
    layer is another."""
    if not own:
        _store_packages(unit, papers)
    layer_rows.write(unit, papers.layer.documents)
    told = {
        "version": version,
        "at": unit.now,
        "by": unit.actor.id,
        "reason": reason,
        "state": "indexing" if plan.left else "done",
        "plan": [op.words() for op in plan.operations],
        "packages": _kept(papers),
        "own": own,
    }
    unit.connection.execute(sa.insert(publication), told)


def is_indexing(unit: Unit) -> bool:
    """Whether publications have left indexes to be made."""
    left = sa.select(publication.c.version).where(publication.c.state == "indexing").limit(1)
    return unit.execute(left).first() is not None


def indexed(unit: Unit) -> None:
    """Publications have all their indexes."""
    of = publication.c.state
    unit.execute(sa.update(publication).where(of == "indexing").values(state="done"))


def _store_packages(unit: Unit, papers: Papers) -> None:
    connection, names = unit.connection, [each.name for each in papers.changed]
    of = package.c
    demo = dict(connection.execute(sa.select(of.name, of.demo).where(of.name.in_(names))).all())
    gone = sa.or_(of.name.in_(names), of.name.not_in(list(papers.positions)))
    connection.execute(sa.delete(package).where(gone))
    rows = [
        {
            "name": source.name,
            "version": source.version,
            "position": papers.positions[source.name],
            "documents": papers.written[source.name],
            "demo": demo.get(source.name, False),
            "installed_at": unit.now,
        }
        for source in papers.changed
    ]
    if rows:
        connection.execute(sa.insert(package), rows)
    places = sa.case(papers.positions, value=of.name) if papers.positions else None
    connection.execute(sa.update(package).values(position=places))


def _kept(papers: Papers) -> Written:
    """What a publication keeps: who is installed, the documents that changed, the layer."""
    layer = to_json(papers.layer.to_documents())
    texts = {name: papers.written.get(name, "null") for name in papers.positions}
    parts = [f"{to_json(name)}:{text}" for name, text in {**texts, LAYER: layer}.items()]
    return Written(f"{{{','.join(parts)}}}")


def switch(unit: Unit, catalog: Catalog, plan: Plan) -> None:
    """What follows from the new definitions, and the version that everybody looks at."""
    views.create(unit.connection, plan.fresh_views)
    _follow_people(unit, catalog)
    after = unit.at(catalog, plan.model)
    for name, field in catalog.trees.items():
        if unit.catalog.trees.get(name) != field:
            groups.rebuild_branches(after, name)
    moved = sa.update(state).where(state.c.key == "catalog").values(value=catalog.version)
    unit.connection.execute(moved)


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
    people.rebuild_visibility(unit.connection, catalog, former=before)
