"""A field of every type with raw values it takes and raw values it refuses.

The contract tests run over this table: here without a database, elsewhere with both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.metadata.field_types.asking import ONE, TWO, field, option
from typecase.metadata.definitions import Field


@dataclass(frozen=True)
class Sample:
    field: Field
    good: tuple[Any, ...]
    bad: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return f"{self.field.type}{'s' if len(self.field.targets) > 1 else ''}"


STAGES = (option("new", "New"), option("won", "Won, at last", was=("closed_won",)))

SAMPLES: tuple[Sample, ...] = (
    Sample(
        field("text", max_length=40),
        ("Ada", " 王芳 ", "O'Brien & Söhne", "100%_\\", "a\nb", "=1+1"),
        (12, True, "x" * 41, {}),
    ),
    Sample(field("long_text"), ("one\r\ntwo", "  中文\n\n第二段", "<b>&amp;"), (1.5, [])),
    Sample(
        field("rich_text"),
        ("<p>Hello <b>you</b></p>", "a < b & c", "<a href='https://example.com'>x</a>"),
        (3, {"html": "x"}),
    ),
    Sample(
        field("integer", minimum=-10),
        (0, -1, "1,234,567", 5.0, 2**53 - 1, "１２"),
        (1.5, "1,5", True, "12a", 2**53, "1e999", "Infinity"),
    ),
    Sample(
        field("decimal", scale=4),
        ("0", "-12.5", 0.1, "99999999999999.9999", "1.50000", 7),
        ("0.00001", "NaN", "1e30", True, "--1", "1 2"),
    ),
    Sample(
        field("currency", minimum=-1_000_000_000_000),
        ("1,234.50", 0, "-0.01", 12, "99999999999999.99"),
        ("1.005", "¥5", "12.5 USD", [], False),
    ),
    Sample(field("percent"), ("60%", 12.5, "０.５％", -3), ("60%%", "1.234%", "half")),
    Sample(field("boolean"), (True, False, "yes", "否", 0, 1), (2, "maybe", [], 0.5)),
    Sample(
        field("date"),
        ("2026-11-21", "2026/1/5", "2026年11月21日", "20261121", "2024-02-29", "0001-01-01"),
        ("2026-02-30", "21.11.2026", "11/21/2026", 20261121, "2026-11-21T14:30:00", "0000-01-01"),
    ),
    Sample(
        field("datetime"),
        (
            "2026-11-21T10:00:00Z",
            "2026-11-21 18:00",
            "2026-11-21T10:00:00.123456-05:00",
            "2026年11月21日 9:05",
            "2026-11-21",
        ),
        ("2026-11-21T25:00", "yesterday", 1_700_000_000, "0001-01-01T00:00+08:00", "10:00"),
    ),
    Sample(
        field("time"),
        ("14:30", "9:05:07", "2:30 pm", "12 am", "23:59:59", "14点30分"),
        ("24:00", "14", "13 pm", 14, "14:60"),
    ),
    Sample(
        field("duration"),
        ("1h30m", "90 min", "2d", "PT1H30M", "1:30", 5400, "-15m", "1.5h", "2天3小时"),
        ("soon", "1h 1h", "0.1s", 0.5, "", "p"),
    ),
    Sample(
        field("picklist", options=STAGES),
        ("new", "closed_won", "Won, at last", "NEW"),
        ("newest", "lost", 1, []),
    ),
    Sample(
        field("multi_picklist", options=STAGES),
        (["won", "new"], "new;won", "Won, at last", "new,new", []),
        ("new;lost", 7, [["new"]]),
    ),
    Sample(
        field("email"),
        ("Ada.Lovelace@Example.COM", "ｗａｎｇ＠例子.中国", "a+b@mail.example.co.uk"),
        ("ada", "a@b", "a b@example.com", "a@example..com", "x" * 250 + "@b.cn", "a@b.cn\nBcc: c"),
    ),
    Sample(
        field("phone"),
        ("+86 138 0013 8000", "（021）5888-1234 转 12", "110", "+1 (415) 555-0123 ext. 9"),
        ("call me", "12", "1" * 30, 13800138000),
    ),
    Sample(
        field("url"),
        ("example.com", "HTTP://Example.com:8080/Ä?q=1#x", "https://例子.中国/路径", "//a.cn/x"),
        (
            "javascript:alert(1)",
            "data:text/html,x",
            "https://me:pw@example.com",
            "mailto:a@b.cn",
            "https://",
            "http:/example.com",
            "https://exa mple.com",
            "ftp://a.cn",
        ),
    ),
    Sample(
        field("lookup", targets=("account",)),
        (ONE, TWO.upper(), f" {ONE} "),
        ("1", ONE.replace("-", ""), {"id": ONE}, 12, f"account:{ONE}"),
    ),
    Sample(
        field("lookup", targets=("account", "contact")),
        ({"object": "contact", "id": ONE}, f"account:{TWO}"),
        (
            ONE,
            {"object": "user", "id": ONE},
            f"user:{ONE}",
            {"id": ONE},
            ":",
            {"object": "account"},
        ),
    ),
    Sample(
        field("multi_lookup", targets=("account",)),
        ([ONE, TWO], f"{TWO},{ONE}", [ONE, ONE], []),
        (["x"], [None], [ONE] * 501),
    ),
    Sample(field("master", targets=("account",)), (ONE,), ("me",)),
    Sample(field("user"), (ONE,), ("mia", 3)),
    Sample(field("multi_user"), ([TWO, ONE], f"{ONE}; {TWO}"), (["mia"], 3)),
    Sample(field("autonumber"), (), ("A-1",)),
    Sample(field("formula", returns="text", expression="name"), (), ("x", 1)),
    Sample(field("rollup", of="lines.total", function="sum"), (), (1,)),
    Sample(field("clock", of="solution"), (), ("2026-11-21",)),
    Sample(field("file"), (ONE,), ("report.pdf", {"id": ONE})),
    Sample(field("image"), (ONE,), ("data:image/png;base64,AAAA",)),
    Sample(
        field("address"),
        (
            {"country": "中国", "city": "上海市", "street": "南京东路 1 号"},
            '{"street": "1 Main St", "city": "Springfield", "postcode": "12345"}',
            "somewhere",
        ),
        ({"planet": "Mars"}, {"city": 5}, ["x"], "{", {"city": "x" * 300}),
    ),
    Sample(
        field("person_name"),
        ({"family": "王", "given": "芳"}, "欧阳娜娜", "Mia Chen", "Lovelace, Ada"),
        ({"nickname": "x"}, 4, '{"family": 1}'),
    ),
    Sample(
        field("location"),
        ({"lat": 31.230416, "lng": 121.473701}, "31.23, 121.47", {"lat": "-90", "lng": 180}),
        ({"lat": 91, "lng": 0}, {"lat": 1}, "here", {"lat": 1, "lng": 2, "alt": 3}, "[1,2]"),
    ),
    Sample(field("color"), ("#1A7F37", "abc", "#000000"), ("red", "#12345", 123456)),
    Sample(field("rating"), (0, 5, "3", "★★★☆☆"), (6, -1, 2.5, True, "☆★x")),
    Sample(
        field("json"),
        ({"a": [1, 2.5, None, True, {"b": "中"}]}, "[1, 2]", {}, []),
        ("x", "1", "null", '{"a": NaN}', "[1e999]", {"n": 2**60}, 5),
    ),
)
