"""Field type rich_text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metadata.field_types.asking import field, parsed, refusal, searched, shown
from typecase.metadata.field_types.rich_text import clean_html

RICH = field("rich_text")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("<p>Hello <b>you</b></p>", "<p>Hello <b>you</b></p>"),
        ("<script>alert(1)</script>kept", "kept"),
        ('<p onclick="x()" style="position:fixed" class="top">a</p>', "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', '<a rel="noopener noreferrer">a</a>'),
        ('<img src=x onerror="alert(1)">b', "b"),
        ("<iframe src='//x'></iframe><style>a{}</style>c", "c"),
        ('<svg><a xlink:href="javascript:alert(1)">d</a></svg>', None),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("<p> </p><br>", None),
    ],
)
def test_only_the_allowed_survives(raw: str, value: str | None) -> None:
    found = parsed(RICH, raw)
    if value is not None:
        assert found == value
    else:
        assert found is None or "javascript" not in found


def test_people_and_the_index_see_words() -> None:
    value = parsed(RICH, "<h2>Plan</h2><ul><li>one &amp; <em>two</em></li><li>three</li></ul>")
    assert shown(RICH, value) == "Plan\none & two\nthree"
    assert searched(RICH, value) == "Plan\none & two\nthree"


def test_length() -> None:
    assert refusal(field("rich_text", max_length=10), "<p>12345678</p>") == "too_long"


@given(st.text(alphabet=st.sampled_from("<>/abscript='\"& \n&#x3;:jlirefhon\u00a0-!"), max_size=80))
def test_cleaning_again_changes_nothing(raw: str) -> None:
    once = clean_html(raw)
    assert clean_html(once) == once
    assert "<script" not in once
