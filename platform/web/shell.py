"""What stands around every page: apps, menu, create list; all from metadata and rights."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from ..metadata.catalog import Catalog
from ..metadata.definitions import Object
from ..metadata.layouts import App, MenuItem
from ..runtime.actors import Actor
from .cookies import APP_COOKIE
from .labels import Labels


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str
    icon: str = "point"
    current: bool = False
    group: str = ""


@dataclass(frozen=True, slots=True)
class Shell:
    apps: tuple[Link, ...]
    app: Link | None
    menu: tuple[tuple[str, tuple[Link, ...]], ...]
    """(heading, links); the first heading is empty."""
    creatable: tuple[Link, ...]
    administration: tuple[Link, ...]
    approves: bool = False
    """Whether anything is approved here, so that there is an inbox."""
    has_queues: bool = False
    """They are a member of one."""


def build_shell(catalog: Catalog, actor: Actor, labels: Labels) -> Shell:
    apps = _open_apps(catalog, actor)
    current = current_app(catalog, actor)
    return Shell(
        apps=tuple(_app_link(labels, app, app is current) for app in apps),
        app=_app_link(labels, current, True) if current else None,
        menu=_menu(catalog, actor, labels, current),
        creatable=_creatable(catalog, actor, labels),
        approves=bool(catalog.documents.get("approvals")),
        administration=_administration(actor, labels),
        has_queues=any(each.startswith("queue:") for each in actor.principals),
    )


def current_app(catalog: Catalog, actor: Actor) -> App | None:
    """The app that was chosen, else the one the person's role is at home in, else the first."""
    apps = _open_apps(catalog, actor)
    chosen = request.args.get("app") or request.cookies.get(APP_COOKIE)
    role = catalog.roles.get(actor.role or "")
    by_name = {app.name: app for app in apps}
    wanted = (chosen, role.home if role else None)
    return next((by_name[n] for n in wanted if n in by_name), apps[0] if apps else None)


def _open_apps(catalog: Catalog, actor: Actor) -> list[App]:
    return [app for app in catalog.apps if _is_open(catalog, actor, app)]


def _is_open(catalog: Catalog, actor: Actor, app: App) -> bool:
    items = _entries(app)
    return any(_may_read(catalog, actor, item) for item in items)


def _may_read(catalog: Catalog, actor: Actor, item: MenuItem) -> bool:
    obj = catalog.objects.get(item.object or "")
    if obj is None or "read" not in actor.rights.on(obj.name):
        return False
    return not catalog.is_off(obj) and not catalog.is_off(item)


def _app_link(labels: Labels, app: App, current: bool) -> Link:
    return Link(labels.thing(app), f"/?app={app.name}", app.icon or "apps", current)


def _menu(
    catalog: Catalog, actor: Actor, labels: Labels, app: App | None
) -> tuple[tuple[str, tuple[Link, ...]], ...]:
    """Entries by heading. Without any app: every object the actor may read."""
    if app is None:
        objects = [o for o in catalog.objects.values() if "read" in actor.rights.on(o.name)]
        return (("", tuple(_object_link(labels, o) for o in objects if o.owner != "parent")),)
    groups: dict[str, list[Link]] = {}
    for link in _links(catalog, actor, labels, app):
        groups.setdefault(link.group, []).append(link)
    return tuple((heading, tuple(links)) for heading, links in groups.items())


def _links(catalog: Catalog, actor: Actor, labels: Labels, app: App) -> list[Link]:
    found: list[Link] = []
    for item in app.items:
        inner = item.items or (item,)
        heading = labels.thing(item) if item.items else ""
        found += [
            link
            for each in inner
            if (link := _item_link(catalog, actor, labels, app, each, heading)) is not None
        ]
    return found


def _item_link(
    catalog: Catalog, actor: Actor, labels: Labels, app: App, item: MenuItem, group: str
) -> Link | None:
    if item.object is None or not _may_read(catalog, actor, item):
        return None
    obj = catalog.objects[item.object]
    own = labels.thing(item) if item.label else labels.plural(obj)
    url = f"/o/{obj.name}?view={item.view}" if item.view else f"/o/{obj.name}"
    return Link(own, url, item.icon or obj.icon, _is_here(obj, item.view, app), group)


def _object_link(labels: Labels, obj: Object) -> Link:
    return Link(labels.plural(obj), f"/o/{obj.name}", obj.icon, _is_here(obj, None, None))


def _is_here(obj: Object, view: str | None, app: App | None) -> bool:
    """Of several entries of one object the one with the view that is shown is current; else the
    one without a view, which stands for the whole object."""
    if (request.view_args or {}).get("name") != obj.name:
        return False
    shown = request.args.get("view")
    if view is not None:
        return view == shown
    others = _entries(app) if app else ()
    return not any(item.object == obj.name and item.view == shown for item in others if item.view)


def _entries(app: App) -> tuple[MenuItem, ...]:
    return tuple(inner for item in app.items for inner in (item.items or (item,)))


def _creatable(catalog: Catalog, actor: Actor, labels: Labels) -> tuple[Link, ...]:
    return tuple(
        Link(labels.object(obj), f"/o/{obj.name}/new", obj.icon)
        for obj in catalog.objects.values()
        if obj.owner == "user" and not catalog.is_off(obj) and "create" in actor.rights.on(obj.name)
    )


def _administration(actor: Actor, labels: Labels) -> tuple[Link, ...]:
    found = []
    if "manage_users" in actor.rights.system:
        found.append(Link(labels.text("People"), "/admin/users", "users"))
    if "manage_rights" in actor.rights.system:
        found.append(Link(labels.text("Roles"), "/admin/roles", "hierarchy-2"))
        found.append(Link(labels.text("Rights"), "/admin/rights", "shield-check"))
    if {"manage_users", "manage_rights"} <= actor.rights.system:
        found.append(Link(labels.text("Signing in"), "/admin/sign-in", "shield-lock"))
    if "designer" in actor.rights.system:
        found.append(Link(labels.text("Approval graphs"), "/admin/approvals", "checklist"))
        found.append(Link(labels.text("Automations"), "/admin/automations", "bolt"))
        found.append(Link(labels.text("Service levels"), "/admin/service-levels", "hourglass"))
        found.append(Link(labels.text("Jobs"), "/admin/jobs", "clock"))
        found.append(Link(labels.text("Messages"), "/admin/messages", "mail"))
        found.append(Link(labels.text("Webhooks"), "/admin/webhooks", "link"))
    if "view_audit" in actor.rights.system:
        found.append(Link(labels.text("Audit trail"), "/admin/audit", "list-details"))
    return tuple(found)
