"""Forms that move: conditions, follows, dependent options, lines, stage gates, live answers."""

from __future__ import annotations

import io

from tests.web.pages.site import Scenario, Site

NEW = {"name": "Broken page", "area": "print", "was.area": "print", "days": "3", "was.days": "3",
       "state": "open", "was.state": "open"}  # fmt: skip


def live(desk: Site, data: dict, who: str = "ada"):
    answer = desk.browser(who).post("/o/ticket/live", data, **{"X-Fragment": "1"})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_what_follows_while_typing(desk: Site) -> None:
    fields = live(desk, NEW)["fields"]
    assert fields["address"]["visible"] is False
    fields = live(desk, NEW | {"area": "web"})["fields"]
    assert (fields["address"]["visible"], fields["address"]["required"]) == (True, True)
    assert fields["days"]["value"] == "1"
    assert fields["due"]["shown"] == "2"
    assert [o["value"] for o in fields["part"]["options"]] == ["", "page"]


def test_what_somebody_typed_does_not_follow(desk: Site) -> None:
    assert live(desk, NEW | {"area": "web", "days": "8"})["fields"]["days"]["value"] == "8"


def test_a_stage_marks_what_it_asks_for(desk: Site) -> None:
    assert live(desk, NEW)["fields"]["answer"]["required"] is False
    assert live(desk, NEW | {"state": "closed"})["fields"]["answer"]["required"] is True


def test_a_live_answer_holds_nothing_sensitive(desk: Site) -> None:
    assert "secret" not in live(desk, NEW)["fields"]
    assert "secret" in live(desk, NEW, "admin")["fields"]


def test_a_hidden_field_is_not_asked_for_and_not_saved(desk: Site) -> None:
    desk.run(Scenario("print", "ada", "/o/ticket/new", 303,
                      data=NEW | {"address": "https://example.com"}))  # fmt: skip
    desk.run(Scenario("web", "ada", "/o/ticket/new", 422, holds=("Please fill this in.",),
                      data=NEW | {"area": "web"}))  # fmt: skip
    answer = desk.run(Scenario("web", "ada", "/o/ticket/new", 303,
                               data=NEW | {"area": "web", "address": "https://example.com"})
                      )  # fmt: skip
    desk.names["made"] = answer.headers["Location"].rsplit("/", 1)[1]
    stored = desk.stored("made", "ticket")
    assert (stored["address"], stored["days"]) == ("https://example.com", 1)


def test_an_option_that_does_not_go_with_the_other(desk: Site) -> None:
    desk.run(Scenario("page on print", "ada", "/o/ticket/new", 422, holds=("does not go with",),
                      data=NEW | {"part": "page"}))  # fmt: skip


LINES = {"lines.steps": "1"}


def line(number: int, **values: str) -> dict[str, str]:
    return {f"lines.steps.{number}.{name}": value for name, value in values.items()}


def with_lines(desk: Site) -> dict[str, str]:
    return NEW | LINES | line(0, name="Look", minutes="5") | line(4, name="Mend", minutes="20")


def test_lines_are_part_of_the_form(lined_desk: Site) -> None:
    ada = lined_desk.browser("ada")
    assert 'name="lines.steps"' in ada.get("/o/ticket/new").text
    totals = live(lined_desk, with_lines(lined_desk))["totals"]
    assert totals == {"steps.cost": "¥50.00"}
    made = ada.post("/o/ticket/new", with_lines(lined_desk))
    assert made.status_code == 303, made.text
    form = ada.get(made.headers["Location"] + "/edit").text
    assert "Look" in form
    assert "Mend" in form


def test_a_wrong_line_saves_nothing_and_says_where(lined_desk: Site) -> None:
    ada = lined_desk.browser("ada")
    wrong = with_lines(lined_desk) | line(4, minutes="long")
    answer = ada.post("/o/ticket/new", wrong)
    assert answer.status_code == 422
    assert 'name="lines.steps.4.minutes" class="form-control num is-invalid"' in answer.text
    assert 'value="long"' in answer.text
    assert "Broken page" not in ada.get("/o/ticket").text


def test_an_empty_line_is_no_line(lined_desk: Site) -> None:
    data = NEW | LINES | line(0, name="", minutes="")
    assert lined_desk.browser("ada").post("/o/ticket/new", data).status_code == 303


def test_a_removed_line_goes_to_the_bin(lined_desk: Site) -> None:
    ada = lined_desk.browser("ada")
    place = ada.post("/o/ticket/new", with_lines(lined_desk)).headers["Location"]
    form = ada.get(place + "/edit").text
    id_ = form.split('name="lines.steps.0.id" value="')[1][:36]
    data = NEW | LINES | line(0, id=id_, version="1", remove="1") | {"version": "1"}
    assert ada.post(place + "/edit", data).status_code == 303
    assert "Look" not in ada.get(place + "/edit").text
    assert "Look" in ada.get("/bin").text


def test_a_board_asks_what_the_stage_asks(desk: Site) -> None:
    ada = desk.browser("ada")
    place = ada.post("/o/ticket/new", NEW).headers["Location"]
    assert "Broken page" in ada.get("/o/ticket?view=board").text
    move = {"field": "state", "to": "closed", "version": "1", "q.view": "board"}
    asked = ada.post(place + "/move", move, **{"X-Fragment": "board"})
    assert asked.status_code == 422
    assert "This stage needs it." in asked.text
    assert "<html" not in asked.text
    given = {"state": "closed", "answer": "Mended.", "version": "1"}
    assert ada.post(place + "/edit", given).status_code == 303
    back = ada.post(
        place + "/move", move | {"to": "open", "version": "2"}, **{"X-Fragment": "board"}
    )
    assert back.json is not None
    assert back.json["columns"]["open"] == {"count": "1", "totals": "Days 3"}


def test_a_moved_card_that_somebody_changed(desk: Site) -> None:
    ada = desk.browser("ada")
    place = ada.post("/o/ticket/new", NEW).headers["Location"]
    ada.post(place + "/edit", {"name": "Changed", "version": "1"})
    move = {"field": "state", "to": "closed", "version": "1", "q.view": "board"}
    late = ada.post(place + "/move", move, **{"X-Fragment": "board"})
    assert late.status_code == 412
    assert "Changed by Ada meanwhile." in late.get_json()["error"]["message"]


def test_a_file_of_a_form(desk: Site) -> None:
    ada = desk.browser("ada")
    photo = (io.BytesIO(b"%PDF-1.4 x"), "plan.pdf")
    place = ada.post("/o/ticket/new", NEW | {"photo": photo}).headers["Location"]
    page = ada.get(place).text
    link = page.split('href="/files/')[1][:36]
    assert ada.get(f"/files/{link}").data == b"%PDF-1.4 x"
    ada.post(place + "/edit", NEW | {"photo.remove": "1", "version": "1"})
    assert f"/files/{link}" not in ada.get(place).text
