"""Whether the steps for several records come to the same together as for one after the other.

They do where nothing that happens by them reads more than the record it happens to: neither the
steps, nor the save of what they make or set, nor what follows from that save. Then no record can
tell whether the steps for another have been done. In doubt the answer is no.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...metadata.catalog import Catalog
from ...metadata.definitions import Condition, Field
from ...metadata.expressions import Checked
from ...metadata.expressions.scopes import SYSTEM_TYPES
from ...metadata.processes import Automation, process_of
from ...metadata.service_levels import service_levels_of, sources_of
from ...metadata.steps.branching import IfStep
from ...metadata.steps.checking import CheckStep
from ...metadata.steps.compiling import Step, Steps
from ...metadata.steps.creating import CreateStep
from ...metadata.steps.notifying import NotifyStep
from ...metadata.steps.noting import LogStep
from ...metadata.steps.setting import SetStep
from ...runtime.facts import BESIDE, Facts
from ...runtime.references import OF_THE_DATABASE
from ...runtime.storage.unit_of_work import Unit

KINDS = (CheckStep, CreateStep, IfStep, LogStep, NotifyStep, SetStep)

Path = tuple[str, ...]
Names = frozenset[str]


def are_independent(unit: Unit, automation: Automation) -> bool:
    """Whether the steps of ``automation`` may be done for several records at once.

    What their own record's save sets off is not known before: see ``Bounds.batch``.
    """
    return unit.catalog.kept(
        ("independent steps", automation.object, automation.name),
        lambda: _are_independent(unit, automation, frozenset()),
    )


def reads_itself(catalog: Catalog, object_name: str, condition: Condition) -> bool:
    """Whether a condition on a record follows from what is kept with the record alone."""
    return isinstance(condition, bool) or _is_own(
        catalog, object_name, catalog.expression(object_name, condition, "condition")
    )


# Inside -------------------------------------------------------------------------------------


def _are_independent(unit: Unit, automation: Automation, makers: Names) -> bool:
    """``makers``: objects whose making has led here, which are being looked at already."""
    of = unit.model.table(automation.object)
    steps = list(_flat(automation.steps))
    known: set[Path] = {("record",), ("user",)}
    for name in Facts(unit, of, ()).plain:
        known |= {(name,), ("record", name)} if "record" not in of.object.by_name else {(name,)}
    known |= {(step.bound,) for step in steps if isinstance(step, CreateStep) and step.bound}
    return all(
        type(step) in KINDS
        and all(known.issuperset(each.paths) for each in _read(step))
        and _saves_alone(unit, automation, step, makers)
        for step in steps
    )


def _saves_alone(unit: Unit, automation: Automation, step: Step, makers: Names) -> bool:
    """Whether what ``step`` saves cannot tell what else was saved."""
    catalog = unit.catalog
    match step:
        case SetStep(values=values):
            return _is_saved_alone(catalog, automation.object, {each.field for each in values})
        case CreateStep(object=made, values=values):
            return _is_saved_alone(catalog, made, {each.field for each in values}) and (
                made in makers
                or all(
                    reads_itself(catalog, made, each.when)
                    and _are_independent(unit, each, makers | {made})
                    for each in _on_change(catalog, made, "after")
                    if "create" in each.events
                )
            )
    return True


def _is_saved_alone(catalog: Catalog, name: str, given: set[str]) -> bool:
    """``given``: the fields that are written; the filters of the others are not asked."""
    of, before = catalog.objects[name], list(_on_change(catalog, name, "before"))
    set_ = [step for each in before for step in _flat(each.steps)]
    given |= {each.field for step in set_ if isinstance(step, SetStep) for each in step.values}
    conditions: list[Condition] = [rule.when for rule in of.validations]
    conditions += [each.when for each in before]
    for policy in service_levels_of(catalog, name).policies:
        conditions += sources_of(policy)
    return (
        all(_is_completed_alone(catalog, name, field, given) for field in of.fields)
        and all(reads_itself(catalog, name, each) for each in conditions)
        and all(_is_own(catalog, name, each) for step in set_ for each in _read(step))
    )


def _is_completed_alone(catalog: Catalog, name: str, field: Field, given: set[str]) -> bool:
    if field.fill is not None or (field.filter is not None and field.name in given):
        return False
    default = field.default is None or _is_own(
        catalog, name, catalog.expression(name, field.default)
    )
    return default and all(
        reads_itself(catalog, name, each) for each in (field.required, field.visible)
    )


def _is_own(catalog: Catalog, name: str, checked: Checked) -> bool:
    return not checked.functions & OF_THE_DATABASE and all(
        len(path) == 1 and _is_kept(catalog, name, path[0]) for path in checked.paths
    )


def _is_kept(catalog: Catalog, name: str, read: str) -> bool:
    """Whether what is called ``read`` changes only when the record itself is saved."""
    field = catalog.objects[name].by_name.get(read)
    if field is None:
        return read in SYSTEM_TYPES or read in ("id", "record_type")
    if field.type == "formula":
        return _is_own(catalog, name, catalog.formula(name, field))
    return field.type not in BESIDE


def _on_change(catalog: Catalog, name: str, moment: str) -> Iterator[Automation]:
    for automation in process_of(catalog, name).automations:
        if automation.on == "change" and automation.moment == moment:
            yield automation


def _flat(steps: Steps) -> Iterator[Step]:
    for step in steps:
        yield step
        if isinstance(step, IfStep):
            yield from _flat((*step.then, *step.otherwise))


def _read(step: Step) -> Iterator[Checked]:
    """The expressions of a step, without those of the steps inside it."""
    match step:
        case CreateStep(values=values) | SetStep(values=values):
            yield from (each.checked for each in values)
        case CheckStep(condition=checked) | IfStep(condition=checked) | LogStep(text=checked):
            yield checked
        case NotifyStep(whom=whom):
            yield from (each.checked for each in whom if each.checked is not None)
