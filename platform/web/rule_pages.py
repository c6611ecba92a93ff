"""Sharing rules and defaults: which there are, and what one of them adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..metadata.definitions import Object
from ..metadata.sharing import SharingRule
from ..runtime import access, customizing, reach
from ..runtime.storage.unit_of_work import Unit
from .labels import Labels
from .rights_preview import PreviewModel, preview_model
from .rights_words import label_of, people_words


@dataclass(frozen=True, slots=True)
class RuleRow:
    object: str
    object_label: str
    icon: str
    name: str
    label: str
    whom: str
    when: str
    grant: str
    source: str
    """The package that brings it; empty: made here."""


@dataclass(frozen=True, slots=True)
class DefaultRow:
    """What everybody who may use an object may do with each of its records."""

    object: str
    label: str
    icon: str
    default: str


DEFAULTS: Mapping[str, str] = {
    "private": "Nothing: only who owns it, and those above",
    "read": "May read",
    "edit": "May edit",
}


@dataclass(frozen=True, slots=True)
class RulesModel:
    rules: tuple[RuleRow, ...]
    defaults: tuple[DefaultRow, ...]
    preview: PreviewModel | None = None


def rules(unit: Unit, asked: Mapping[str, str], labels: Labels) -> RulesModel:
    """All sharing rules and defaults; what one of the rules adds to what people see anyway."""
    access.require_system(unit.actor, "manage_rights")
    objects = [o for o in unit.catalog.objects.values() if o.owner == "user"]
    known = [(obj, rule) for obj in objects for rule in obj.access.sharing]
    wanted = asked.get("object"), asked.get("rule")
    return RulesModel(
        rules=tuple(_rule_row(unit, obj, rule, labels) for obj, rule in known),
        defaults=tuple(
            DefaultRow(o.name, labels.plural(o), o.icon, labels.text(DEFAULTS[o.access.default]))
            for o in objects
            if o.access.rights == "own"
        ),
        preview=next(
            (
                preview_model(
                    unit, obj, label_of(unit, rule, labels), reach.preview(unit, obj.name, rule),
                    labels,
                )
                for obj, rule in known
                if (obj.name, rule.name) == wanted
            ),
            None,
        ),
    )  # fmt: skip


def _rule_row(unit: Unit, obj: Object, rule: SharingRule, labels: Labels) -> RuleRow:
    owner = people_words(unit, obj, rule.owner, labels) if rule.owner else ""
    said = [labels.text("owned by {who}", who=owner)] if owner else []
    return RuleRow(
        object=obj.name,
        object_label=labels.plural(obj),
        icon=obj.icon,
        name=rule.name,
        label=label_of(unit, rule, labels),
        whom=", ".join(people_words(unit, obj, each, labels) for each in rule.people),
        when=" · ".join([*said, *([rule.when] if rule.when else [])]),
        grant=labels.text("May edit" if rule.grant == "edit" else "May read"),
        source="" if customizing.is_own(rule.id) else rule.id.partition(":")[0],
    )
