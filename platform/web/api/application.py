"""Every route of the API, in one list."""

from __future__ import annotations

from flask import Blueprint

from ...bootstrap import Platform
from . import (
    account,
    approval_trials,
    approval_versions,
    approvals,
    around,
    attachments,
    audit_trail,
    bulk,
    clocks,
    describe,
    hooks,
    mailings,
    messages,
    openapi,
    pools,
    processes,
    records,
    sharing,
    webhooks,
)
from .routes import Api

RECORDS = "/objects/<object_name>/records"
RECORD = f"{RECORDS}/<id_>"


def create_api(platform: Platform) -> Blueprint:
    api = Api(platform)
    for part in PARTS:
        part(api)
    return api.blueprint


def _everybody(api: Api) -> None:
    """Who one is, what there is, what is found."""
    api.open("/health", account.health)
    api.open("/ready", account.ready)
    api.open("/auth/login", account.login, "POST")
    api.open("/auth/logout", account.logout, "POST")
    api.reads("/me", account.me)
    api.reads("/objects", describe.objects)
    api.reads("/objects/<object_name>", describe.one_object)
    api.reads("/openapi.json", openapi.openapi)
    api.reads("/search", around.find)
    api.reads("/bin", around.bin_entries)
    api.reads("/audit", audit_trail.audit_trail)


def _records(api: Api) -> None:
    """Records, one and many."""
    api.reads(RECORDS, records.records)
    api.writes(RECORDS, records.create, "POST")
    api.reads("/objects/<object_name>/query", records.query, "POST")
    api.reads(RECORD, records.record)
    api.writes(RECORD, records.change, "PATCH")
    api.writes(RECORD, records.delete, "DELETE")
    api.writes(f"{RECORD}/restore", records.restore, "POST")
    api.writes(f"{RECORD}/owner", records.owner, "POST")
    api.reads(f"{RECORD}/related/<relation>", records.related)
    api.writes("/objects/<object_name>/bulk", bulk.bulk, "POST")


def _shared(api: Api) -> None:
    """Whose a record is, and who else sees it."""
    api.writes(f"{RECORD}/claim", pools.claim, "POST")
    api.writes(f"{RECORD}/assign", pools.assign, "POST")
    api.writes(f"{RECORD}/release", pools.release, "POST")
    api.writes(f"{RECORD}/take", pools.take, "POST")
    api.reads("/objects/<object_name>/pool", pools.pool)
    api.reads("/queues", pools.my_queues)
    api.reads(f"{RECORD}/share", sharing.record_shares)
    api.writes(f"{RECORD}/share", sharing.share, "POST")
    api.writes(f"{RECORD}/share", sharing.unshare, "DELETE")
    api.reads(f"{RECORD}/team", sharing.record_team)
    api.writes(f"{RECORD}/team", sharing.add_to_team, "POST")
    api.writes(f"{RECORD}/team", sharing.leave_team, "DELETE")
    api.reads(f"{RECORD}/access", sharing.record_access)


def _beside(api: Api) -> None:
    """What stands beside a record."""
    api.reads(f"{RECORD}/history", around.record_history)
    api.reads(f"{RECORD}/timeline", around.record_timeline)
    api.reads(f"{RECORD}/clocks", clocks.record_clocks)
    api.writes(f"{RECORD}/comments", around.add_comment, "POST")
    api.reads(f"{RECORD}/tags", around.record_tags)
    api.writes(f"{RECORD}/tags", around.change_tags, "POST")
    api.reads(f"{RECORD}/files", attachments.record_files)
    api.uploads(f"{RECORD}/files", attachments.add_files, attachments.require_place)
    api.reads(f"{RECORD}/files/<file_id>", attachments.record_file)
    api.writes(f"{RECORD}/files/<file_id>", attachments.remove_file, "DELETE")


def _processes(api: Api) -> None:
    """What runs because of a record."""
    api.reads(f"{RECORD}/actions", processes.record_actions)
    api.writes(f"{RECORD}/actions/<action>", processes.act, "POST")
    api.writes(f"{RECORD}/approvals", approvals.submit, "POST")
    api.reads("/approvals", approvals.approvals)
    api.reads("/approvals/simulate", approval_trials.simulate, "POST")
    api.reads("/approvals/older", approval_versions.older_cases)
    api.writes("/approvals/<id_>/move", approval_versions.move_case, "POST")
    api.reads("/absences", approval_trials.person_absences)
    api.writes("/absences", approval_trials.add_absence, "POST")
    api.writes("/absences/<id_>", approval_trials.end_absence, "DELETE")
    api.reads("/approvals/<string(length=36):id_>", approvals.approval_case)
    api.writes("/approvals/<id_>/decisions", approvals.decide, "POST")
    api.writes("/approvals/<id_>/withdraw", approvals.withdraw, "POST")
    api.writes("/approvals/<id_>/take_back", approvals.take_back, "POST")
    api.writes("/approvals/<id_>/remind", approvals.remind, "POST")
    api.reads("/automations", processes.automations)
    api.reads("/automations/<automation>/runs", processes.automation_runs)
    api.writes("/automations/<automation>/start", processes.start, "POST")
    api.writes("/automations/runs/<id_>/replay", processes.replay_run, "POST")
    api.reads("/jobs", processes.jobs)
    api.writes("/jobs/replay", processes.replay, "POST")
    api.reads("/messages", messages.messages)
    api.writes("/messages/replay", messages.replay_messages, "POST")
    api.reads("/mailings", mailings.mailings)
    api.writes("/mailings", mailings.new_mailing, "POST")
    api.reads("/mailings/<id_>", mailings.mailing)
    api.writes("/mailings/<id_>/stop", mailings.stop_mailing, "POST")
    api.reads("/suppressions", mailings.suppressed)
    api.writes("/suppressions/lift", mailings.lift_suppression, "POST")
    api.reads("/hooks", hooks.hooks)
    api.writes("/hooks/<automation>", hooks.open_hook, "POST")
    api.writes("/hooks/<automation>", hooks.close_hook, "DELETE")
    api.reads("/webhooks", webhooks.webhooks)
    api.writes("/webhooks", webhooks.new_webhook, "POST")
    api.reads("/webhooks/<id_>", webhooks.webhook)
    api.writes("/webhooks/<id_>", webhooks.switch_webhook, "PATCH")
    api.writes("/webhooks/<id_>", webhooks.remove_webhook, "DELETE")
    api.writes("/webhooks/<id_>/secret", webhooks.rotate_secret, "POST")
    api.reads("/webhooks/<id_>/deliveries", webhooks.deliveries)
    api.writes("/webhooks/<id_>/deliveries/replay", webhooks.replay_deliveries, "POST")


PARTS = (_everybody, _records, _shared, _beside, _processes)
