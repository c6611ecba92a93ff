"""What forms, cells, boards and lists do to records; everything typed is kept on refusal."""

from __future__ import annotations

import csv
import io
import re

import pytest

from tests.web.pages.site import Scenario, Site, check

FORM = {"name": "New deal", "account": "{acme}", "stage": "new", "was.stage": "new",
        "probability": "10", "was.probability": "10", "amount": "5"}  # fmt: skip


def saved_id(answer) -> str:
    found = re.search(r"/o/deal/([0-9a-f-]{36})$", answer.headers["Location"])
    assert found, answer.headers
    return found.group(1)


def test_a_new_record(fresh_site: Site) -> None:
    answer = fresh_site.run(Scenario("saves", "ada", "/o/deal/new", 303, data=FORM))
    fresh_site.names["made"] = saved_id(answer)
    stored = fresh_site.stored("made", "deal")
    assert (stored["name"], str(stored["amount"]), stored["stage"]) == ("New deal", "5.00", "new")


def test_a_default_nobody_touched_follows_without_a_script(fresh_site: Site) -> None:
    """The browser sends the probability it was given; only the stage was changed."""
    answer = fresh_site.run(
        Scenario("follows", "ada", "/o/deal/new", 303, data=FORM | {"stage": "talks"})
    )
    fresh_site.names["made"] = saved_id(answer)
    assert fresh_site.stored("made", "deal")["probability"] == 60


def test_a_default_somebody_changed_stays(fresh_site: Site) -> None:
    data = FORM | {"stage": "talks", "probability": "33"}
    answer = fresh_site.run(Scenario("overrides", "ada", "/o/deal/new", 303, data=data))
    fresh_site.names["made"] = saved_id(answer)
    assert fresh_site.stored("made", "deal")["probability"] == 33


REFUSALS = (
    Scenario("a required field left empty stands at its field", "ada", "/o/deal/new", 422,
             holds=("Please fill this in.", 'value="77"', 'aria-invalid="true"'),
             data=FORM | {"name": "", "amount": "77"}),
    Scenario("what is no number stays as typed", "ada", "/o/deal/new", 422,
             holds=('value="about five"', "This must be a number."),
             data=FORM | {"amount": "about five"}),
    Scenario("a rule of the business", "ada", "/o/deal/{big}/edit", 422,
             holds=("A won deal needs an amount.",),
             data={"stage": "won", "amount": "", "version": "1"}),
    Scenario("every mistake at once", "ada", "/o/deal/new", 422,
             holds=("Please fill this in.", "must be a number"),
             data=FORM | {"name": "", "amount": "x"}),
    Scenario("markup typed into a form comes back as text", "ada", "/o/deal/new", 422,
             holds=("&lt;script&gt;",), lacks=("<script>alert",),
             data=FORM | {"name": "<script>alert(1)</script>", "amount": "x"}),
    Scenario("a lookup at somebody else's record", "ada", "/o/deal/new", 422,
             holds=("There is no such record for you to choose.",),
             data=FORM | {"account": "{bobco}"}),
    Scenario("a record of somebody else", "ada", "/o/deal/{bobs}/edit", 404,
             data={"name": "Mine now"}),
    Scenario("an object one may not write", "stranger", "/o/deal/new", 403, data=FORM),
    Scenario("deleting what others need", "ada", "/o/account/{acme}/delete", 409,
             holds=("refer to it",), data={}),
)  # fmt: skip


@pytest.mark.parametrize("scenario", REFUSALS, ids=lambda s: s.says)
def test_refused(fresh_site: Site, scenario: Scenario) -> None:
    before = fresh_site.stored("big", "deal"), fresh_site.stored("bobs", "deal")
    fresh_site.run(scenario)
    assert (fresh_site.stored("big", "deal"), fresh_site.stored("bobs", "deal")) == before


def test_fields_the_form_does_not_have_are_not_written(fresh_site: Site) -> None:
    data = FORM | {"owner": fresh_site.shop.bob.id, "weighted": "1", "created_by": "x"}
    answer = fresh_site.run(Scenario("ignores", "ada", "/o/deal/new", 303, data=data))
    fresh_site.names["made"] = saved_id(answer)
    assert fresh_site.stored("made", "deal")["owner"] == fresh_site.shop.ada.id


def test_a_sensitive_field_cannot_be_slipped_in(fresh_site: Site) -> None:
    data = {"name": "Acme", "credit": "1000000", "version": "1"}
    fresh_site.run(Scenario("ignores", "ada", "/o/account/{acme}/edit", 303, data=data))
    assert fresh_site.stored("acme", "account")["credit"] is None


def test_changed_meanwhile_shows_both_values(fresh_site: Site) -> None:
    path = "/o/deal/{big}/edit"
    first = {"name": "Theirs", "version": "1"}
    fresh_site.run(Scenario("theirs", "boss", path, 303, data=first))
    mine = {"name": "Mine", "amount": "7", "version": "1"}
    answer = fresh_site.run(
        Scenario("mine", "ada", path, 409,
                 holds=("Changed by Boss meanwhile.", "Theirs", 'value="Mine"', 'value="7"',
                        'name="version" value="2"'), data=mine)
    )  # fmt: skip
    assert answer.status_code == 409
    assert fresh_site.stored("big", "deal")["name"] == "Theirs"
    fresh_site.run(Scenario("again", "ada", path, 303, data=mine | {"version": "2"}))
    assert fresh_site.stored("big", "deal")["name"] == "Mine"


def test_a_dialog_gets_what_was_saved(fresh_site: Site) -> None:
    answer = fresh_site.run(
        Scenario("dialog", "ada", "/o/account/new", data={"name": "Quick Ltd"},
                 headers={"X-Fragment": "dialog"})
    )  # fmt: skip
    assert answer.json is not None
    assert answer.json["title"] == "Quick Ltd"
    assert len(answer.json["id"]) == 36


def test_a_cell_is_edited_where_it_stands(fresh_site: Site) -> None:
    path = "/o/deal/{big}/cell/amount"
    fresh_site.run(Scenario("editor", "ada", path, holds=('name="amount"', 'value="1200.50"')))
    fresh_site.run(Scenario("saves", "ada", path, holds=("<td", "9.50"),
                            data={"amount": "9.5", "version": "1"}))  # fmt: skip
    fresh_site.run(Scenario("stale", "ada", path, 422, holds=("Changed by Ada meanwhile.",),
                            data={"amount": "8", "version": "1"}))  # fmt: skip
    fresh_site.run(Scenario("wrong", "ada", path, 422, holds=("must be a number", 'value="x"'),
                            data={"amount": "x", "version": "2"}))  # fmt: skip
    fresh_site.run(Scenario("computed", "ada", "/o/deal/{big}/cell/weighted", 400))
    assert str(fresh_site.stored("big", "deal")["amount"]) == "9.50"


def test_to_the_bin_and_back(fresh_site: Site) -> None:
    browser = fresh_site.browser("ada")
    path = f"/o/deal/{fresh_site.names['big']}"
    assert browser.post(f"{path}/delete", {}).status_code == 303
    shown = browser.get("/o/deal").text
    assert "Undo" in shown
    assert browser.get(path).status_code == 404
    deletion = re.search(
        r'name="id" value="([0-9a-f-]{36})"><button class="btn btn-sm">Undo', shown
    )
    assert deletion
    assert "Big deal" in browser.get("/bin").text
    browser.post("/bin/restore", {"id": deletion.group(1)})
    assert browser.get(path).status_code == 200
    assert "First line" in browser.get(f"{path}?tab=related").text


def test_purging_is_for_those_who_may_edit_all(fresh_site: Site) -> None:
    fresh_site.browser("ada").post(f"/o/deal/{fresh_site.names['small']}/delete", {})
    page = fresh_site.browser("admin").get("/bin").text
    deletion = re.search(r'name="id" value="([0-9a-f-]{36})" aria', page)
    assert deletion
    data = {"id": deletion.group(1)}
    assert fresh_site.browser("ada").post("/bin/purge", data).status_code == 403
    assert fresh_site.browser("admin").post("/bin/purge", data).status_code == 303
    assert "The bin is empty" in fresh_site.browser("admin").get("/bin").text


def test_many_at_once(fresh_site: Site) -> None:
    both = [fresh_site.names["big"], fresh_site.names["small"]]
    admin = fresh_site.browser("admin")
    ask = admin.post("/o/deal/bulk", {"action": "edit", "id": both, "bulk_field": "stage"})
    assert "Change 2 records" in ask.text
    assert 'name="stage"' in ask.text
    done = admin.post("/o/deal/bulk", {"action": "edit", "id": both, "bulk_field": "stage",
                                       "stage": "won", "bulk_save": "1"})  # fmt: skip
    assert done.status_code == 303, done.text
    assert fresh_site.stored("small", "deal")["stage"] == "won"
    gone = admin.post("/o/deal/bulk", {"action": "delete", "id": both})
    assert gone.status_code == 303
    assert "Big deal" not in admin.get("/o/deal").text


def test_many_at_once_are_all_or_none(fresh_site: Site) -> None:
    """Bob's deal has no amount, so winning it is refused, and the other one stays too."""
    both = [fresh_site.names["big"], fresh_site.names["bobs"]]
    answer = fresh_site.browser("admin").post(
        "/o/deal/bulk",
        {"action": "edit", "id": both, "bulk_field": "stage", "stage": "won", "bulk_save": "1"},
    )
    assert answer.status_code == 422
    assert "A won deal needs an amount." in answer.text
    assert fresh_site.stored("big", "deal")["stage"] == "new"


def test_what_went_out_of_sight_before_a_new_owner_was_chosen(fresh_site: Site) -> None:
    """Bob's deal was Ada's when she ticked it: the page asks all the same, the answer names it."""
    both = [fresh_site.names["big"], fresh_site.names["bobs"]]
    ada, bob = fresh_site.browser("ada"), fresh_site.shop.bob.id
    for ids in (both, both[1:]):
        assert ada.post("/o/deal/bulk", {"action": "owner", "id": ids}).status_code == 200
    sent = {"action": "owner", "id": both, "owner": bob, "bulk_save": "1"}
    answer = ada.post("/o/deal/bulk", sent)
    assert answer.status_code == 200
    assert "a record that is out of sight now" in answer.text
    assert "1 record has a new owner." in answer.text
    assert fresh_site.stored("big", "deal")["owner"] == bob


def test_everything_that_matches(fresh_site: Site) -> None:
    admin = fresh_site.browser("admin")
    data = {"action": "owner", "everything": "1", "q.filter": "amount > 1", "bulk_save": "1",
            "owner": fresh_site.shop.bob.id}  # fmt: skip
    assert admin.post("/o/deal/bulk", data).status_code == 303
    owners = [fresh_site.stored(n, "deal")["owner"] for n in ("big", "small")]
    assert owners == [fresh_site.shop.bob.id] * 2


def test_the_builder_makes_an_expression(fresh_site: Site) -> None:
    data = {"w.0.path": "stage", "w.0.op": "in", "w.0.value": ["new", "talks"],
            "w.1.path": "amount", "w.1.op": "greater", "w.1.value": "1,000",
            "w.2.path": "name", "w.2.op": "contains", "w.2.value": "it's", "w.2.group": "g1",
            "w.3.path": "owner", "w.3.op": "mine", "w.3.group": "g1", "q.view": "all"}  # fmt: skip
    answer = fresh_site.browser("ada").post("/o/deal/filter", data)
    assert answer.status_code == 303
    page = fresh_site.browser("ada").get(answer.headers["Location"])
    assert page.status_code == 200
    for words in ("Stage is one of New, Talks", "Amount more than 1,000", "or Owner is me"):
        assert words in page.text
    assert "Big deal" in page.text


def test_what_leaves_as_csv_is_no_formula(fresh_site: Site) -> None:
    fresh_site.add(fresh_site.shop.ada, "evil", "account", name='=HYPERLINK("http://x")')
    fresh_site.add(fresh_site.shop.ada, "minus", "account", name="-5+2|cmd")
    answer = fresh_site.browser("admin").get("/o/account/export.csv?sort=name")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    names = [row[0] for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))]
    assert '\'=HYPERLINK("http://x")' in names
    assert "'-5+2|cmd" in names
    assert not [n for n in names if n.startswith(("=", "+", "-", "@"))]


def test_a_lookup_is_searched_without_a_script(fresh_site: Site) -> None:
    """The box of the lookup, or Enter: the form comes back with what was typed and found."""
    ada, names = fresh_site.browser("ada"), fresh_site.names
    typed = {"name": "Half typed", "amount": "12.34", "find.account": "zhang", "account": ""}
    for pressed in ("account", "*"):
        page = ada.post("/o/deal/new", {**typed, "search": pressed})
        assert page.status_code == 200
        text = page.get_data(as_text=True)
        assert f'<option value="{names["zhang"]}">' in text
        assert names["acme"] not in text
        assert names["bobco"] not in text
        assert 'value="Half typed"' in text
        assert 'value="12.34"' in text
        assert "1 found: choose from the list." in text
    edit = ada.post(f"/o/deal/{names['big']}/edit", {**typed, "search": "account"})
    assert f'<option value="{names["zhang"]}">' in edit.get_data(as_text=True)
    assert fresh_site.stored("big", "deal")["name"] == "Big deal", "searching saves nothing"
    for field in ("credit", "amount", "nonsense", "lines.x.0.name"):
        assert ada.post("/o/deal/new", {"search": field}).status_code == 400
    saved = {"name": "Typed", "account": names["zhang"], "search": "*", "find.account": " "}
    assert ada.post("/o/deal/new", saved).status_code == 303, "Enter with empty boxes saves"


def test_comments_tags_and_files(fresh_site: Site) -> None:
    ada, bob = fresh_site.browser("ada"), fresh_site.browser("bob")
    path = f"/o/deal/{fresh_site.names['big']}"
    ada.post(f"{path}/comments", {"body": "Called <i>them</i>"})
    ada.post(f"{path}/tags", {"tag": "urgent"})
    ada.post(f"{path}/files", {"file": (io.BytesIO(b"<script>alert(1)</script>"), "a.html")})
    page = ada.get(path).text
    for words in ("Called &lt;i&gt;them&lt;/i&gt;", "urgent", "a.html"):
        assert words in page
    link = re.search(r'href="(/files/[0-9a-f-]{36})"', page)
    assert link
    sent = ada.get(link.group(1))
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert sent.headers["Content-Type"] == "application/octet-stream"
    assert bob.get(link.group(1)).status_code == 404
    assert bob.post(f"{path}/comments", {"body": "hi"}).status_code == 404


def test_scenarios_can_fail(fresh_site: Site) -> None:
    """The scenarios' own check notices a page that holds what it must not."""
    answer = fresh_site.browser("ada").get("/o/deal")
    with pytest.raises(AssertionError):
        check(Scenario("lacks", "ada", "/o/deal", lacks=("Big deal",)), answer, {})
