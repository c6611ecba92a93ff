"""T4: mails of any size and to any number: each has one recipient, and too much is said to be."""

from __future__ import annotations

import pytest

from tests.workflow.messages.post import Post
from typecase.runtime import saving
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import actions
from typecase.workflow.messages import mailings


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_thousand_recipients_get_a_mail_each(post: Post) -> None:
    def add(unit: Unit) -> list[str]:
        rows = [{"name": f"C{n}", "email": f"c{n}@x.example"} for n in range(1000)]
        return saving.create_many(unit, "customer", rows)

    ids = post.do(post.admin, add)
    post.do(post.admin, lambda unit: mailings.start(unit, "news", ids, "en"))
    post.runner.work_off()
    told = [mail.get_all("To") for mail in post.box.mails]
    assert sorted(told) == sorted([f"c{n}@x.example"] for n in range(1000))
    assert all(mail["Cc"] is None and mail["Bcc"] is None for mail in post.box.mails)


def test_a_body_of_ten_megabytes_is_turned_down_in_words(post: Post) -> None:
    """The records hold as much; no mail does. What else waits leaves."""
    long = {"note": "y" * 100_000}
    post.do(post.ada, lambda unit: saving.update(unit, "order", post.order, long))
    lines = [{"name": f"L{n}", "order": post.order} for n in range(100)]
    post.do(post.ada, lambda unit: saving.create_many(unit, "line", lines))
    for action in ("large", "tell"):
        post.do(post.ada, lambda unit, a=action: actions.run(unit, "order", post.order, a, {}))
    post.work()
    assert post.only()["To"] == "Ada <ada@acme.example>"
    [refused] = post.log("refused")
    assert refused.error == "The template makes a text that is too large. It was stopped."
