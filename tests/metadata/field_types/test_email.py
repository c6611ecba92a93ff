"""Field type email."""

from __future__ import annotations

import pytest

from tests.metadata.field_types.asking import field, parsed, refusal

MAIL = field("email")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (" Ada.Lovelace@Example.COM ", "Ada.Lovelace@example.com"),
        ("a+b_c-d@mail.example.co.uk", "a+b_c-d@mail.example.co.uk"),
        ("ｗａｎｇ＠ｅｘａｍｐｌｅ．ｃｏｍ", "wang@example.com"),
        ("王@例子.中国", "王@例子.中国"),
    ],
)
def test_taken(raw: str, value: str) -> None:
    assert parsed(MAIL, raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        *("ada", "@example.com", "ada@", "a@b", "a b@c.de", "a@b@c.de", "a@-b.de", "a@b.1"),
        *(
            "a..b@c.de",
            "<a@b.de>",
            "a@b.de\r\nBcc: x@y.de",
            "a@b.de,c@d.de",
            "a@" + "b" * 300 + ".de",
        ),
        *("x" * 65 + "@b.de", "javascript:alert(1)"),
    ],
)
def test_refused(raw: str) -> None:
    assert refusal(MAIL, raw) == "not_an_email"
