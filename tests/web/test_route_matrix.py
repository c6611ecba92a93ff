"""Every route × everybody: who gets what, in one table. A route without a row fails the build.

The record asked for is Ada's; Bob is her peer, the stranger has no rights at all, the
administrator has them all; a guest from outside and a boss above Ada come after them. Each call
gets a record of its own, so no call spoils another's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as default
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.runtime.shop import Shop
from typecase.runtime import recycle, saving, sessions
from typecase.runtime.actors import SYSTEM, Actor
from typecase.web.app import create_app
from typecase.web.cookies import SESSION_COOKIE

NOBODY = "00000000-0000-7000-8000-00000000dead"
PEOPLE = ("stranger", "bob", "ada", "admin")
"""No rights, a peer, the owner, the administrator: the order of the columns below."""

ALIKE = {"guest": "bob", "boss": "ada"}
"""Somebody from outside with the same permission set gets what a peer gets, who sees Ada's records
no more than they; whoever stands above Ada gets what she gets."""

APART = {
    ("guest", "administration.person"): 403,
    ("guest", "absences.show"): 403,
    ("guest", "absences.add"): 403,
    ("guest", "absences.end"): 403,
    ("boss", "absences.add_mine"): 303,
    ("boss", "api.post_add_absence"): 201,
}
"""Where they get something else: the person asked for is Bob himself, and only Ada cannot stand in
for Ada."""


@dataclass(frozen=True)
class Row:
    """``answers``: the status for each of PEOPLE. ``sent``: a form, or JSON below ``/api``."""

    answers: tuple[int, int, int, int]
    sent: dict[str, Any] = default(default_factory=dict)
    field: str = "name"
    """What stands for ``<field>`` in the address."""
    binned: bool = False
    """The record lies in the bin already."""
    only_reads: bool = False
    """A POST that changes nothing and needs no token."""


OPEN = {
    "static": 404,
    "passwords.ask": 200,
    "passwords.choose": 401,
    "passwords.chosen": 401,
    "passwords.forgot": 200,
    "providers.done": 404,
    "providers.start": 404,
    "second_step.enrol": 303,
    "second_step.enter": 303,
    "second_step.show": 303,
    "sign_in.show": 200,
    "hooks.receive": 404,
    "unsubscribing.show": 404,
    "unsubscribing.do": 404,
    "sign_in.enter": 401,
    "sign_in.leave": 303,
    "api.health": 200,
    "api.ready": 200,
    "api.login": 400,
    "api.logout": 401,
}
"""What answers without a session, and how."""

TABLE: dict[str, Row] = {
    "absences.add": Row(
        (403, 303, 403, 303), {"since": "2026-12-03", "until": "2026-12-04", "deputy": "{ada}"}
    ),
    "absences.add_mine": Row(
        (303, 303, 422, 303), {"since": "2026-12-01", "until": "2026-12-02", "deputy": "{ada}"}
    ),
    "absences.end": Row((403, 404, 403, 404), {"id": NOBODY}),
    "absences.end_mine": Row((404, 404, 404, 404), {"id": NOBODY}),
    "absences.mine": Row((200, 200, 200, 200)),
    "absences.show": Row((403, 200, 403, 200)),
    "account.change_password": Row((401, 401, 401, 401), {"old": "x", "new": "y"}),
    "account.end_session": Row((303, 303, 303, 303)),
    "account.notify": Row((303, 303, 303, 303), {"mail.approval": "on"}),
    "account.look": Row((303, 303, 303, 303), {"theme": "dark"}),
    "account.new_token": Row((200, 200, 200, 200), {"name": "mine"}),
    "account.password": Row((200, 200, 200, 200)),
    "account.revoke_token": Row((404, 404, 404, 404), {"id": "00000000"}),
    "account.show": Row((200, 200, 200, 200)),
    "administration_access.end_sessions": Row((403, 403, 403, 303)),
    "administration_access.invite": Row((403, 403, 403, 200), {"login": "guest", "name": "Guest"}),
    "administration_access.link": Row((403, 403, 403, 200)),
    "administration_access.reset_second_step": Row((403, 403, 403, 404)),
    "administration_access.revoke_token": Row((403, 403, 403, 404), {"id": NOBODY}),
    "administration_access.unlink": Row((403, 403, 403, 404), {"issuer": "https://id.example"}),
    "administration_audit.show": Row((403, 403, 403, 200)),
    "administration_limits.new_pool": Row((403, 403, 403, 200)),
    "administration_limits.pool": Row((403, 403, 403, 404)),
    "administration_limits.pools": Row((403, 403, 403, 200)),
    "administration_limits.queue": Row((403, 403, 403, 200)),
    "administration_limits.save_pool": Row((403, 403, 403, 404)),
    # Nobody may without having seen the form: it says of which version it was.
    "administration_limits.save_new_pool": Row(
        (403, 403, 403, 409), {"label.en": "Pool", "claim": "role:rep"}
    ),
    "administration_limits.save_queue": Row(
        (403, 403, 403, 409), {"label": "Desk", "assign": "by_hand"}
    ),
    "administration_changes.show": Row((403, 403, 403, 200)),
    # The first publication was a package: there is nothing of one's own before it.
    "administration_changes.undo": Row((403, 403, 403, 404)),
    "administration_editing.default": Row((403, 403, 403, 200)),
    "administration_editing.permission_set": Row((403, 403, 403, 200)),
    "administration_editing.role": Row((403, 403, 403, 200)),
    "administration_editing.rule": Row((403, 403, 403, 200)),
    # Nobody may without having seen the form: it says of which version it was.
    "administration_editing.save_default": Row((403, 403, 403, 409), {"default": "read"}),
    "administration_editing.save_role": Row((403, 403, 403, 409), {"label": "Rep"}),
    "administration_editing.save_rule": Row(
        (403, 403, 403, 409), {"label": "A", "with": "role:rep"}
    ),
    "administration_editing.save_set": Row((403, 403, 403, 409), {"label": "Sales"}),
    "administration_sign_in.change": Row((403, 403, 403, 422), {"second_step_required": "1"}),
    "administration_sign_in.show": Row((403, 403, 403, 200)),
    "actions.ask": Row((403, 404, 200, 200)),
    "actions.do": Row((403, 404, 303, 303)),
    "actions.lookup": Row((403, 200, 200, 200), field="account"),
    "actions.table_lookup": Row((403, 404, 404, 404), field="account"),
    "administration_leaving.hand_over": Row((403, 403, 403, 303), {"to": "{ada}"}),
    "administration_leaving.show": Row((403, 403, 403, 200)),
    "administration_rights.belong": Row(
        (403, 403, 403, 422), {"person": "{bob}", "branch": "deal:{deal}"}
    ),
    "administration_rights.branch_choices": Row((403, 403, 403, 200)),
    "administration_rights.exposure": Row((403, 403, 403, 200)),
    "administration_rights.exposure_csv": Row((403, 403, 403, 200)),
    "administration_rights.grant": Row((403, 403, 403, 303), {"set": "sales", "person": "{bob}"}),
    "administration_rights.groups": Row((403, 403, 403, 200)),
    "administration_rights.matrix": Row((403, 403, 403, 200)),
    "administration_rights.move": Row((403, 403, 403, 303), {"person": "{bob}", "role": "boss"}),
    "administration_rights.rules": Row((403, 403, 403, 200)),
    "administration_rights.take": Row((403, 403, 403, 303), {"set": "sales", "person": "{bob}"}),
    # Bob's password was reset by an administrator just before.
    "administration_viewing.begin": Row((403, 403, 403, 409)),
    "administration_viewing.end": Row((303, 303, 303, 303)),
    "administration.active": Row((403, 403, 403, 303), {"active": "1"}),
    "administration.change": Row((403, 403, 403, 303), {"name": "Bob", "role": "boss"}),
    "administration.choices": Row((200, 200, 200, 200)),
    "administration.create": Row((403, 403, 403, 200), {"login": "new", "name": "New"}),
    "administration.person": Row((403, 200, 403, 200)),
    "administration.reset": Row((403, 403, 403, 200)),
    "administration.roles": Row((403, 403, 403, 200)),
    "administration.users": Row((403, 403, 403, 200)),
    "api.delete_remove_file": Row((403, 404, 404, 404)),
    "api.delete_delete": Row((403, 404, 200, 200)),
    "api.delete_end_absence": Row((404, 404, 404, 404)),
    "api.get_person_absences": Row((200, 200, 200, 200)),
    "api.post_add_absence": Row(
        (201, 201, 422, 201), {"since": "2026-12-05", "until": "2026-12-06", "deputy": "{ada}"}
    ),
    "api.post_simulate": Row((403, 403, 403, 404), {"object": "deal"}),
    "processes.replay_run": Row((403, 403, 403, 303), {"run": NOBODY}),
    "api.post_replay_run": Row((403, 403, 403, 404)),
    "api.get_older_cases": Row((403, 403, 403, 404)),
    "api.post_move_case": Row((403, 403, 403, 404)),
    "graphs.cases": Row((403, 403, 403, 404)),
    "graphs.move": Row((403, 403, 403, 303)),
    "graphs.overview": Row((403, 403, 403, 200)),
    "graphs.records": Row((403, 403, 403, 404)),
    "graphs.show": Row((403, 403, 403, 404)),
    "api.delete_leave_team": Row((403, 404, 422, 422)),
    "api.delete_unshare": Row((403, 404, 422, 422)),
    "api.get_automation_runs": Row((403, 403, 403, 404)),
    "api.get_approval_case": Row((404, 404, 404, 404)),
    "api.get_approvals": Row((200, 200, 200, 200)),
    "api.get_automations": Row((403, 403, 403, 200)),
    "api.get_audit_trail": Row((403, 403, 403, 200)),
    "api.get_bin_entries": Row((200, 200, 200, 200)),
    "api.get_find": Row((200, 200, 200, 200)),
    "api.delete_close_hook": Row((403, 403, 403, 404)),
    "api.get_hooks": Row((403, 403, 403, 200)),
    "api.get_mailing": Row((404, 404, 404, 404)),
    "api.get_mailings": Row((403, 403, 403, 200)),
    "api.get_suppressed": Row((403, 403, 403, 200)),
    "api.post_lift_suppression": Row((403, 403, 403, 404), {"address": "a@x.example"}),
    "api.post_new_mailing": Row(
        (403, 403, 403, 400), {"template": "none", "records": [NOBODY], "language": "en"}
    ),
    "api.post_open_hook": Row((403, 403, 403, 404)),
    "api.post_stop_mailing": Row((404, 404, 404, 404)),
    "api.delete_remove_webhook": Row((403, 403, 403, 404)),
    "api.get_deliveries": Row((403, 403, 403, 404)),
    "api.get_webhook": Row((403, 403, 403, 404)),
    "api.get_webhooks": Row((403, 403, 403, 200)),
    "api.patch_switch_webhook": Row((403, 403, 403, 404), {"is_active": False}),
    "api.post_new_webhook": Row(
        (403, 403, 403, 201), {"name": "erp", "url": "https://erp.example.com/in"}
    ),
    "api.post_replay_deliveries": Row((403, 403, 403, 404), {"deliveries": [NOBODY]}),
    "api.post_rotate_secret": Row((403, 403, 403, 404)),
    "api.get_messages": Row((403, 403, 403, 200)),
    "api.post_replay_messages": Row((403, 403, 403, 404), {"messages": [NOBODY]}),
    "api.get_jobs": Row((403, 403, 403, 200)),
    "api.get_me": Row((200, 200, 200, 200)),
    "api.get_objects": Row((200, 200, 200, 200)),
    "api.get_one_object": Row((403, 200, 200, 200)),
    "api.get_openapi": Row((200, 200, 200, 200)),
    "api.get_record": Row((403, 404, 200, 200)),
    "api.get_record_access": Row((404, 404, 200, 200)),
    "api.get_record_actions": Row((403, 404, 200, 200)),
    "api.get_record_file": Row((403, 404, 404, 404)),
    "api.get_record_files": Row((403, 404, 200, 200)),
    "api.get_record_history": Row((403, 404, 200, 200)),
    "api.get_record_shares": Row((403, 404, 200, 200)),
    "api.get_record_tags": Row((403, 404, 200, 200)),
    "api.get_record_clocks": Row((403, 404, 200, 200)),
    "api.get_record_team": Row((403, 404, 200, 200)),
    "api.get_record_timeline": Row((403, 404, 200, 200)),
    "api.get_records": Row((403, 200, 200, 200)),
    "api.get_related": Row((403, 404, 200, 200)),
    "api.patch_change": Row((403, 404, 200, 200), {"name": "Bigger"}),
    "api.post_act": Row((403, 404, 200, 200), {"dry_run": False}),
    "api.post_add_comment": Row((403, 404, 201, 201), {"body": "hello"}),
    "api.post_add_files": Row((403, 404, 201, 201), {"file": b"hello"}),
    "api.get_my_queues": Row((200, 200, 200, 200)),
    "api.get_pool": Row((403, 404, 404, 404)),
    "api.post_assign": Row((403, 404, 404, 404), {"owner": "{bob}"}),
    "api.post_claim": Row((403, 404, 404, 404)),
    "api.post_release": Row((403, 404, 404, 404), {"reason": "no budget"}),
    "api.post_take": Row((403, 404, 409, 409)),
    "api.post_add_to_team": Row((403, 404, 200, 200), {"user": "{bob}", "role": "Help"}),
    "api.post_bulk": Row(
        (403, 404, 200, 200), {"operation": "delete", "records": [{"id": "{deal}"}]}
    ),
    "api.post_change_tags": Row((403, 404, 200, 200), {"add": ["red"]}),
    "api.post_create": Row((403, 422, 422, 422), {"name": "x"}),
    "api.post_owner": Row((403, 404, 200, 200), {"owner": "{bob}"}),
    "api.post_query": Row((403, 200, 200, 200), {"fields": ["name"]}, only_reads=True),
    "api.post_replay": Row((403, 403, 403, 404), {"jobs": [NOBODY]}),
    "api.post_restore": Row((404, 404, 200, 200), binned=True),
    "api.post_share": Row((403, 404, 200, 200), {"to": "user:{bob}"}),
    "api.post_decide": Row((404, 404, 404, 404), {"decision": "approve"}),
    "api.post_remind": Row((404, 404, 404, 404), {}),
    "api.post_start": Row((403, 403, 403, 404)),
    "api.post_submit": Row((403, 404, 409, 409), {}),
    "api.post_take_back": Row((404, 404, 404, 404), {}),
    "api.post_withdraw": Row((404, 404, 404, 404), {}),
    "bin.purge": Row((403, 403, 403, 303), {"id": "{deletion}"}, binned=True),
    "bin.restore": Row((403, 404, 303, 303), {"id": "{deletion}"}, binned=True),
    "bin.show": Row((200, 200, 200, 200)),
    "approvals.ask": Row((403, 404, 200, 200)),
    "approvals.case": Row((404, 404, 404, 404)),
    "approvals.decide": Row((404, 404, 404, 404), {"decision": "comment", "comment": "x"}),
    "approvals.decide_many": Row((400, 400, 400, 400)),
    "approvals.mine": Row((200, 200, 200, 200)),
    "approvals.people": Row((200, 200, 200, 200)),
    "approvals.remind": Row((404, 404, 404, 404)),
    "approvals.submit": Row((403, 404, 409, 409)),
    "approvals.take_back": Row((404, 404, 404, 404)),
    "approvals.withdraw": Row((404, 404, 404, 404)),
    "bulk.act": Row((403, 404, 303, 303), {"action": "delete", "id": "{deal}"}),
    "collaboration.attach": Row((403, 404, 303, 303), {"file": b"hello"}),
    "collaboration.change_owner": Row((403, 404, 303, 303), {"owner": "{bob}"}),
    "collaboration.comment": Row((403, 404, 303, 303), {"body": "hello"}),
    "collaboration.detach": Row((404, 404, 404, 404)),
    "collaboration.download": Row((404, 404, 404, 404)),
    "collaboration.drop_comment": Row((404, 404, 404, 404)),
    "collaboration.owner": Row((404, 404, 200, 200)),
    "collaboration.tag": Row((403, 404, 303, 303), {"tag": "red"}),
    "exports.as_csv": Row((403, 403, 403, 200)),
    "exports.as_excel": Row((403, 403, 403, 200)),
    "forms.create": Row((403, 422, 422, 422), {"name": "x"}),
    "forms.edit": Row((403, 404, 200, 200)),
    "forms.live": Row((403, 200, 200, 200), only_reads=True),
    "forms.lookup": Row((403, 200, 200, 200), field="account"),
    "forms.new": Row((403, 200, 200, 200)),
    "forms.update": Row((403, 404, 303, 303), {"name": "Bigger"}),
    "home.show": Row((200, 200, 200, 200)),
    "lists.apply_filter": Row((403, 303, 303, 303), only_reads=True),
    "lists.cell": Row((403, 404, 200, 200)),
    "lists.row": Row((403, 200, 200, 200)),
    "lists.save_cell": Row((403, 404, 200, 200), {"name": "Bigger"}),
    "lists.show": Row((403, 200, 200, 200)),
    "own_second_step.begin": Row((401, 401, 401, 401), {"password": "x"}),
    "own_second_step.codes": Row((401, 401, 401, 401), {"password": "x"}),
    "own_second_step.confirm": Row((404, 404, 404, 404), {"code": "123456"}),
    "own_second_step.remove": Row((401, 401, 401, 401), {"password": "x", "code": "123456"}),
    "own_second_step.show": Row((200, 200, 200, 200)),
    "notices.mine": Row((200, 200, 200, 200)),
    "notices.new": Row((200, 200, 200, 200)),
    "notices.read": Row((303, 303, 303, 303)),
    "pools.assign": Row((403, 404, 404, 404), {"owner": "{bob}"}),
    "pools.assigning": Row((403, 404, 404, 404)),
    "pools.claim": Row((403, 404, 404, 404)),
    "pools.queues": Row((200, 200, 200, 200)),
    "pools.release": Row((403, 404, 404, 404), {"reason": "no budget"}),
    "pools.releasing": Row((403, 404, 404, 404)),
    "pools.take": Row((403, 404, 303, 303)),
    "record_sharing.choices": Row((403, 200, 200, 200)),
    "record_sharing.share": Row((404, 404, 303, 303), {"to": "user:{bob}", "level": "read"}),
    "record_sharing.show": Row((403, 404, 200, 200)),
    "record_sharing.unshare": Row((404, 404, 404, 404), {"to": "role:boss"}),
    "record_sharing.why": Row((404, 404, 200, 200)),
    "webhooks.create": Row((403, 403, 403, 422), {"name": "erp", "url": "nowhere"}),
    "webhooks.open_address": Row((403, 403, 403, 404)),
    "webhooks.one": Row((403, 403, 403, 404)),
    "webhooks.remove": Row((403, 403, 403, 404)),
    "webhooks.replay": Row((403, 403, 403, 404), {"id": NOBODY}),
    "webhooks.rotate": Row((403, 403, 403, 404)),
    "webhooks.show": Row((403, 403, 403, 200)),
    "webhooks.switch": Row((403, 403, 403, 404), {"active": "0"}),
    "mailings.compose": Row((400, 400, 400, 400), only_reads=True),
    "mailings.one": Row((404, 404, 404, 404)),
    "mailings.send": Row((400, 400, 400, 400)),
    "mailings.show": Row((403, 403, 403, 200)),
    "mailings.stop": Row((404, 404, 404, 404)),
    "mailings.test": Row((400, 400, 400, 400)),
    "messages.account": Row((403, 403, 403, 200)),
    "messages.replay": Row((403, 403, 403, 404), {"id": NOBODY}),
    "messages.save": Row((403, 403, 403, 422), {"host": ""}),
    "messages.show": Row((403, 403, 403, 200)),
    "messages.lift": Row((403, 403, 403, 404), {"address": "a@x.example"}),
    "messages.save_texts": Row((403, 403, 403, 422), {"gateway": "none"}),
    "messages.suppressed": Row((403, 403, 403, 200)),
    "messages.test": Row((403, 403, 403, 400)),
    "messages.test_texts": Row((403, 403, 403, 400), {"number": "13800000000"}),
    "messages.texts": Row((403, 403, 403, 200)),
    "processes.action_runs": Row((403, 403, 403, 404)),
    "processes.automations": Row((403, 403, 403, 200)),
    "processes.jobs": Row((403, 403, 403, 200)),
    "processes.replay": Row((403, 403, 403, 404), {"id": NOBODY}),
    "processes.runs": Row((403, 403, 403, 404)),
    "processes.start": Row((403, 403, 403, 404)),
    "service_levels.show": Row((403, 403, 403, 200)),
    "service_levels.recompute": Row((403, 403, 403, 404)),
    "service_levels.timeline": Row((403, 403, 403, 404)),
    "service_levels.runs": Row((403, 403, 403, 404)),
    "service_levels.replay": Row((403, 403, 403, 303), {"run": NOBODY}),
    "service_levels.start": Row((403, 403, 403, 404)),
    "calendars.show": Row((403, 403, 403, 200)),
    "calendars.save": Row((403, 403, 403, 422), {"label": ""}),
    "records.delete": Row((403, 404, 303, 303)),
    "records.fact": Row((403, 404, 200, 200)),
    "records.move": Row((403, 404, 303, 303), {"field": "stage", "to": "talks"}),
    "records.save_fact": Row((403, 404, 200, 200), {"name": "Bigger"}),
    "records.show": Row((403, 404, 200, 200)),
    "search.palette": Row((200, 200, 200, 200)),
    "search.show": Row((200, 200, 200, 200)),
    "search.suggest": Row((200, 200, 200, 200)),
}


@dataclass
class World:
    shop: Shop
    app: Flask
    guest: Actor

    def browser(self, person: str) -> tuple[FlaskClient, str]:
        actor = self.guest if person == "guest" else getattr(self.shop, person)
        unit_of = self.shop.workspace.run
        cookie = unit_of(SYSTEM, lambda unit: sessions.begin(unit, actor.id, None, None))
        client = self.app.test_client()
        client.set_cookie(SESSION_COOKIE, cookie)
        with self.shop.workspace.read(sessions.credential(cookie)) as unit:
            holder = unit.opening.holder
        assert holder is not None
        return client, holder.csrf or ""

    def names(self, binned: bool = False) -> dict[str, str]:
        """A deal of Ada's, and what the table calls things."""

        def make(unit: Any) -> dict[str, str]:
            account = saving.create(unit, "account", {"name": "Acme"})
            deal = saving.create(unit, "deal", {"name": "Big", "account": account})
            gone = recycle.delete(unit, "deal", deal).id if binned else ""
            people = {"bob": self.shop.bob.id, "ada": self.shop.ada.id}
            return {"deal": deal, "deletion": gone, **people}

        return self.shop.workspace.run(self.shop.ada, make)

    def rules(self) -> list[tuple[Rule, str]]:
        return [
            (rule, method)
            for rule in self.app.url_map.iter_rules()
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]

    def call(
        self, client: FlaskClient, rule: Rule, method: str, headers: dict[str, str]
    ) -> TestResponse:
        row = TABLE.get(rule.endpoint, Row((0, 0, 0, 0)))
        names = self.names(row.binned)
        path, sent = address(rule, row, names), filled(row.sent, names)
        is_form = any(isinstance(value, bytes) for value in row.sent.values())
        if path.startswith("/api/") and method != "GET" and not is_form:
            return client.open(path, method=method, json=sent, headers=headers)
        data = sent if method == "POST" else None
        return client.open(path, method=method, data=data, headers=headers)


def address(rule: Rule, row: Row, names: dict[str, str]) -> str:
    told = dict.fromkeys(rule.arguments, NOBODY)
    told |= {"name": "deal", "object_name": "deal", "id_": names["deal"], "field": row.field}
    told |= {"action": "touch", "relation": "lines", "filename": "none.css"}
    told |= {"role_name": "rep", "set_name": "sales", "rule_name": "_new", "version": "1"}
    told |= {"queue_name": "_new", "calendar_name": "_new"}
    if rule.endpoint.startswith(("administration", "absences")):
        told["id_"] = names["bob"]
    path = rule.rule
    for name in rule.arguments:
        for converter in ("", "uuid:", "path:", "int:", "string(length=36):"):
            path = path.replace(f"<{converter}{name}>", told[name])
    assert "<" not in path
    return path


def filled(value: Any, names: dict[str, str]) -> Any:
    """Texts like ``{deal}`` hold that record's id; file contents become files."""
    match value:
        case str():
            return value.format(**names) if "{" in value else value
        case bytes():
            return BytesIO(value), "a.txt"
        case list():
            return [filled(each, names) for each in value]
        case dict():
            return {key: filled(each, names) for key, each in value.items()}
        case _:
            return value


@pytest.fixture
def world(sqlite_database: str, tmp_path: Path) -> Iterator[World]:
    shop = Shop(sqlite_database, tmp_path)
    yield World(shop, create_app(shop.platform), shop.person("dealer", "dealer"))
    shop.close()


def test_every_route_has_its_row(world: World) -> None:
    endpoints = {rule.endpoint for rule, _ in world.rules()}
    assert endpoints == TABLE.keys() | OPEN.keys()
    assert not TABLE.keys() & OPEN.keys()


QUICK = ("ada", "stranger")
EVERYBODY = [
    p if p in QUICK else pytest.param(p, marks=pytest.mark.slow) for p in (*PEOPLE, *ALIKE)
]


@pytest.mark.parametrize("person", EVERYBODY)
def test_each_person_gets_what_the_table_says(world: World, person: str) -> None:
    client, csrf = world.browser(person)
    found = {}
    column = PEOPLE.index(ALIKE.get(person, person))
    for rule, method in world.rules():
        if rule.endpoint in OPEN:
            continue
        answer = world.call(client, rule, method, {"X-CSRF-Token": csrf})
        usual = TABLE[rule.endpoint].answers[column]
        expected = APART.get((person, rule.endpoint), usual)
        if answer.status_code != expected:
            found[rule.endpoint] = (answer.status_code, expected)
    assert found == {}


def test_a_newcomer_is_shown_the_way_in_and_nothing_else(world: World) -> None:
    client = world.app.test_client()
    found = {}
    for rule, method in world.rules():
        answer = world.call(client, rule, method, {})
        if rule.endpoint in OPEN:
            right = answer.status_code == OPEN[rule.endpoint]
        elif rule.rule.startswith("/api/"):
            right = answer.status_code == 401 and set(answer.json) == {"error"}
        else:
            right = answer.status_code == 303 and answer.location.startswith("/login")
        if not right:
            found[rule.endpoint] = answer.status_code
    assert found == {}
    assert list((world.shop.platform.settings.files).rglob("*")) == []


@pytest.mark.parametrize("token", [None, "", "wrong"])
def test_a_cookie_alone_changes_nothing(world: World, token: str | None) -> None:
    """U3: the session's own token has to come with it; so no other site can send a form."""
    client, _ = world.browser("admin")
    headers = {} if token is None else {"X-CSRF-Token": token}
    found = {}
    for rule, method in world.rules():
        if method == "GET" or rule.endpoint in OPEN or TABLE[rule.endpoint].only_reads:
            continue
        answer = world.call(client, rule, method, headers)
        if answer.status_code != 403:
            found[rule.endpoint] = answer.status_code
    assert found == {}


def test_a_form_of_another_site_is_refused_token_or_not(world: World) -> None:
    client, csrf = world.browser("admin")
    headers = {"X-CSRF-Token": csrf, "Origin": "https://elsewhere.example"}
    found = {}
    for rule, method in world.rules():
        if method != "POST" or rule.endpoint in OPEN or TABLE[rule.endpoint].only_reads:
            continue
        if rule.rule.startswith("/api/"):
            continue
        answer = world.call(client, rule, method, headers)
        if answer.status_code != 403:
            found[rule.endpoint] = answer.status_code
    assert found == {}


def test_the_api_takes_json_only_as_json(world: World) -> None:
    """A form of another site can send ``text/plain`` that reads like JSON; it is not read."""
    client, csrf = world.browser("admin")
    found = {}
    for rule, method in world.rules():
        row = TABLE.get(rule.endpoint)
        if row is None or not row.sent or not rule.rule.startswith("/api/"):
            continue
        answer = client.open(
            address(rule, row, world.names()),
            method=method,
            data='{"name": "x"}',
            headers={"X-CSRF-Token": csrf, "Content-Type": "text/plain"},
        )
        if answer.status_code != 400:
            found[rule.endpoint] = answer.status_code
    assert found == {}
