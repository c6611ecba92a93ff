"""What the platform says: translated, in the right number, hints included."""

from __future__ import annotations

import pytest

from typecase.errors import BadRequest
from typecase.metadata.spelling import nearest
from typecase.texts import translate


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 records changed."),
        (1, "1 record changed."),
        ("1", "1 record changed."),
        (2, "2 records changed."),
        ("1,000+", "1,000+ records changed."),
    ],
)
def test_one_and_many(count: object, said: str) -> None:
    assert translate("{count} {count:record|records} changed.", "en", count=count) == said


def test_ordinary_formats_are_as_ever() -> None:
    assert translate("{share:.1f} of {name!r}", "en", share=0.25, name="x") == "0.2 of 'x'"
    assert translate("{missing} stays", "en", other=1) == "{missing} stays"


def test_what_is_filled_in_is_not_read_as_a_template() -> None:
    assert (
        translate("{value} is no number.", "en", value="{value:a|b}") == "{value:a|b} is no number."
    )


def test_a_hint_is_translated_with_its_sentence() -> None:
    message = "There is no field {name} on {object}.{hint}"
    data = {"name": "nmae", "object": "deal", "hint": nearest("nmae", ["name"])}
    refused = BadRequest(message, **data)
    assert str(refused) == "There is no field nmae on deal. Did you mean name?"
    assert refused.text("zh").endswith("您是指 name 吗？")
    assert "Did you mean" not in refused.text("zh")
    assert (
        BadRequest(message, **{**data, "hint": nearest("zzz", ["name"])}).text().endswith("deal.")
    )
