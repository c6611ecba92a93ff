"""A3, the job queue: what was put while somebody could read a record leaves only if they still can
when its turn comes; and what they were told before is not told again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.mailbox import Mailbox, open_mailbox
from tests.web.changed.endings import ENDINGS
from tests.web.changed.house import FALCON, House
from tests.web.changed.paths import Ada, tells
from typecase.bootstrap import runner_of
from typecase.runtime import users
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.people import actor_of
from typecase.workflow import notices
from typecase.workflow.messages import accounts, mailings, outbox
from typecase.workflow.messages.outbox import Message
from typecase.workflow.notices import Choice

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


class Told(House):
    def __init__(self, database: str, folder: Path, box: Mailbox) -> None:
        super().__init__(database, folder)
        self.box, self.runner = box, runner_of(self.workspace)
        host, port = box.url.removeprefix("smtp+plain://").split(":")
        account = {"scheme": "smtp+plain", "host": host, "port": int(port), "name": "Acme",
                   "sender": "crm@acme.example", "user": ""}  # fmt: skip
        self.do(lambda unit: accounts.save(unit, "email", account, {"password": ""}), self.admin)
        both = Choice(bell=True, mail=True, sms=False)
        self.do(lambda unit: notices.choose(unit, {"automation": both, "team": both}), self.ada)
        self.do(lambda unit: users.update(unit, self.ada.id, {"email": "ada@acme.example"}))

    def put(self) -> None:
        """A notice that has rung and waits to go by mail, a mail to Ada, a mailing of Ada's."""
        self.do(lambda unit: outbox.put(unit, [self.message("bell", "told")]), self.admin)
        self.runner.tick()
        self.do(lambda unit: outbox.put(unit, [self.message("email", "letter")]), self.admin)
        later = self.clock.now() + timedelta(minutes=1)
        with self.workspace.read(SYSTEM) as unit:
            ada = actor_of(unit, self.ada.id)
        self.do(lambda unit: mailings.start(unit, "letter", [self.lead], "en", later), ada)
        assert self.box.mails == []

    def message(self, channel: outbox.Channel, template: str) -> Message:
        return Message(channel, self.ada.id, self.admin.id, template=template, object="lead",
                       record=self.lead, person=self.ada.id)  # fmt: skip

    def work(self) -> list[str]:
        """What the mails say that leave."""
        self.clock.advance(timedelta(minutes=1))
        self.runner.work_off()
        return [str(mail) for mail in self.box.mails]


@pytest.fixture
def told(database: str, tmp_path: Path) -> Iterator[Told]:
    with open_mailbox() as box:
        built = Told(database, tmp_path, box)
        yield built
        built.close()


def test_while_nothing_is_taken_all_of_it_leaves(told: Told) -> None:
    ENDINGS["share removed"].begin(told)
    told.put()
    ada = Ada(told)
    assert tells(ada.browser.get("/notices"))
    mails = told.work()
    assert [FALCON in mail for mail in mails] == [True] * 3, told.box.mails


@pytest.mark.parametrize("name", ENDINGS)
def test_what_waited_is_not_told_to_whoever_may_no_longer_read(told: Told, name: str) -> None:
    ENDINGS[name].begin(told)
    told.put()
    ada = Ada(told)
    ENDINGS[name].end(told)
    assert not tells(ada.browser.get("/notices"))
    assert [mail for mail in told.work() if FALCON in mail] == []


def test_a_team_that_is_told_by_mail(told: Told) -> None:
    """What it was told of the stage is the record's, too."""
    ENDINGS["out of the team"].begin(told)
    told.change(state="won")
    ada = Ada(told)
    assert "Won" in ada.browser.get("/notices").text
    ENDINGS["out of the team"].end(told)
    assert "Won" not in ada.browser.get("/notices").text
    assert told.work() == []
