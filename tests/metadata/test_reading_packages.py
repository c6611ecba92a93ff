"""Reading a package: what is not strictly a package is refused, with file, line and pointer."""

from __future__ import annotations

import json

import pytest

from typecase.metadata.sources import PackageSource

from .packages_of import CUSTOMER, MANIFEST, SHOP, package, reading_problems, shop


def test_a_good_package_is_read_whole() -> None:
    source = shop()
    assert source.name == "shop"
    assert [(d.kind, d.name) for d in source.documents] == [
        ("object", "customer"),
        ("object", "sale"),
    ]


def test_a_package_survives_storing() -> None:
    source = shop(**{"data/customer.csv": "key,name\na,Ada\nb,Bo\n"})
    stored = json.loads(json.dumps(source.to_documents()))
    assert PackageSource.from_documents(stored) == source


def test_rows_can_be_left_out_of_what_is_stored() -> None:
    source = shop(**{"data/customer.csv": "key,name\na,Ada\n"})
    assert PackageSource.from_documents(source.to_documents(data=False)).data == ()


BROKEN_JSON = [
    (b'{"a": 1,\n "a": 2}', "roles.json:2 /a: The key a stands here twice."),
    (b'{"a": NaN}', "roles.json:1 /a: NaN is not a number JSON knows."),
    (b'{"a": 1e999}', "roles.json:1 /a: The number 1e999 is too large."),
    (
        b'{"a": 12345678901234567890}',
        "roles.json:1 /a: The number 12345678901234567890 is too large; write it as text.",
    ),
    (b'{"a": \n tru}', "roles.json:2 /: This is not JSON: Expecting value (column 2)."),
    (b"\xff\xfe{}", "roles.json:1 /: This is not UTF-8 text."),
    (b'{"a": "\\ud800"}', "roles.json:1 /a: The text holds a NUL or half a character."),
    (b'{"a": "\\u0000"}', "roles.json:1 /a: The text holds a NUL or half a character."),
    (b"[" * 100_000, "roles.json /: Nested deeper than 32 levels."),
    (b'{"a":' * 33 + b"1" + b"}" * 33, "roles.json /: Nested deeper than 32 levels."),
    (b" " * 5_000_001, "roles.json /: Larger than 5000000 bytes."),
    (b"", "roles.json:1 /: This is not JSON: Expecting value (column 1)."),
    (b"[]", "roles.json:1 /: This must be an object {…}, not a list […]."),
]


@pytest.mark.parametrize(("content", "message"), BROKEN_JSON, ids=[str(i) for i in range(13)])
def test_json_that_is_not_plain_is_refused(content: bytes, message: str) -> None:
    assert reading_problems({**SHOP, "roles.json": content}) == [message]


SHAPES = [
    (
        {"label": "Customer", "fieldz": []},
        "/fieldz: There is no key fieldz here. Did you mean fields?",
    ),
    (
        {"owner": "usr"},
        "/owner: usr is not allowed. Use one of: user, parent, none. Did you mean user?",
    ),
    (
        {"fields": [{"name": "Name", "type": "text", "label": "x"}]},
        "/fields/0/name: Name is not a name in snake_case: a letter, then letters, digits and "
        "underscores, at most 40.",
    ),
    (
        {"fields": [{"name": "a\n", "type": "text", "label": "x"}]},
        "/fields/0/name: a⏎ is not a name in snake_case: a letter, then letters, digits and "
        "underscores, at most 40.",
    ),
    (
        {"fields": [{"name": "a", "type": "text", "label": "x", "max_lenght": 3}]},
        "/fields/0/max_lenght: There is no key max_lenght here. Did you mean max_length?",
    ),
    (
        {"fields": [{"name": "a", "type": "boolean", "label": "x", "max_length": 3}]},
        "/fields/0/max_length: There is no key max_length here.",
    ),
    (
        {"fields": [{"name": "a", "type": "text", "label": "x", "max_length": "3"}]},
        "/fields/0/max_length: This must be a whole number, not 3.",
    ),
    (
        {"fields": [{"name": "a", "type": "text", "label": "x", "required": 5}]},
        "/fields/0/required: This must be true or false or text, not 5.",
    ),
    (
        {"fields": [{"name": "a", "type": "text"}]},
        "/fields/0: The key label is missing.",
    ),
    (
        {"fields": [{"name": "a", "type": "text", "label": "x", "$remove": True}]},
        "/fields/0/$remove: $remove is only understood in extends/.",
    ),
    (
        {
            "fields": [
                {"name": "a", "type": "text", "label": "x"},
                {"name": "a", "type": "date", "label": "y"},
            ]
        },
        "/fields/1: a stands in this list twice.",
    ),
]


@pytest.mark.parametrize(("change", "message"), SHAPES, ids=[m.split(":")[0] for _, m in SHAPES])
def test_shapes_are_told_with_the_nearest_name(change: dict[str, object], message: str) -> None:
    document = {**CUSTOMER, **change}
    found = reading_problems({**SHOP, "objects/customer/object.json": document})
    assert [each.partition(" ")[2] for each in found] == [message]


def test_problems_of_all_files_come_at_once_with_lines() -> None:
    files = {
        **SHOP,
        "roles.json": '{"roles": [\n {"name": "rep", "label": "Rep"},\n {"nam": "x"}]}',
        "menus.json": '{"apps": [{"name": "a"}]}',
        "objects/customer/objekt.json": "{}",
    }
    assert reading_problems(files) == [
        "menus.json:1 /apps/0: The key label is missing.",
        "objects/customer/objekt.json /: This file has no place in a package. "
        "Did you mean objects/customer/object.json?",
        "roles.json:3 /roles/1: The key name is missing.",
        "roles.json:3 /roles/1: The key label is missing.",
        "roles.json:3 /roles/1/nam: There is no key nam here. Did you mean name?",
    ]


def test_a_package_without_a_manifest_is_none() -> None:
    assert reading_problems({"roles.json": {"roles": []}}) == [
        "package.json /: There is no package.json: is this the folder of a package?"
    ]


def test_newer_formats_are_refused() -> None:
    files = {**SHOP, "package.json": {**MANIFEST, "definitions_format": 2}}
    assert reading_problems(files) == [
        "package.json /definitions_format: Written for a newer Typecase (definitions_format 2, "
        "known is 1)."
    ]


def test_a_template_takes_its_body_from_the_file_beside_it() -> None:
    source = shop(
        **{
            "templates/hello.json": {"label": "Hello", "kind": "email", "subject": "Hi"},
            "templates/hello.html": "<p>Hello</p>",
        }
    )
    document = source.document("template", "hello")
    assert document is not None
    assert document.content["body"] == "<p>Hello</p>"


def test_csv_rows() -> None:
    rows = 'key,name,since,tags,note\na,"Ada, first",today-40,x|y,\nb,Bo,today+2 09:30,z,now-5\n'
    source = shop(**{"data/demo/10_customer.csv": rows})
    (file,) = source.data
    assert (file.object, file.demo) == ("customer", True)
    assert file.rows == (
        {"key": "a", "name": "Ada, first", "since": {"today": -40}, "tags": ["x", "y"]},
        {
            "key": "b",
            "name": "Bo",
            "since": {"today": 2, "at": "09:30"},
            "tags": "z",
            "note": {"now": -5},
        },
    )


BROKEN_CSV = [
    ("name\nx\n", "The first line names the fields, each once; one of them is key."),
    ("key,name,name\na,b,c\n", "The first line names the fields, each once; one of them is key."),
    ("key,name\na\n", "This line has 1 cell; the first has 2."),
    ("key,name\na b,x\n", "a b is not a key of letters, digits, _ . - (at most 80)."),
    ('key,name\na,"x\n', "This is not CSV: unexpected end of data."),
]


@pytest.mark.parametrize(("text", "message"), BROKEN_CSV, ids=[str(i) for i in range(5)])
def test_broken_csv_is_refused(text: str, message: str) -> None:
    (found,) = reading_problems({**SHOP, "data/customer.csv": text})
    assert found.endswith(message)


def test_hostile_patterns_and_sizes_take_no_time() -> None:
    """A long name, a huge list, many unknown keys: told in a bounded number of problems."""
    document = {**CUSTOMER, "title": "a" * 1_000_000, "was": ["a"] * 20_000}
    document |= {f"k{i}": i for i in range(3_000)}
    found = reading_problems({**SHOP, "objects/customer/object.json": document})
    assert 0 < len(found) < 4_000


def test_package_reads_a_menu_entry_by_what_it_opens() -> None:
    source = package(
        {
            **SHOP,
            "menus.json": {
                "apps": [{"name": "a", "label": "A", "items": [{"object": "sale"}]}],
            },
        }
    )
    menus = source.document("menus")
    assert menus is not None
    assert menus.content["apps"][0]["items"][0]["name"] == "sale"
