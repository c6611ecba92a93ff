"""Files over REST: whoever may read the record may fetch them, asked anew at each download."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from tests.runtime.shop import Shop
from tests.web.api.conftest import Client
from typecase.runtime import file_store, files, saving, sessions
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.unit_of_work import Unit
from typecase.web.cookies import SESSION_COOKIE

DEALS = "/objects/deal/records"
HTML = b"<script>alert(1)</script>"


def send(client: Client, path: str, *files: tuple[bytes, str], **told: Any) -> TestResponse:
    parts = {"file": [(io.BytesIO(data), name) for data, name in files]}
    return client.call("POST", path, data=parts, content_type="multipart/form-data", **told)


def kept(shop: Shop) -> list[Path]:
    return [path for path in shop.platform.settings.files.rglob("*") if path.is_file()]


def test_a_file_goes_up_comes_down_and_goes(ada: Client, deal: str) -> None:
    path = f"{DEALS}/{deal}/files"
    assert ada.get(path).json == {"files": []}
    made = send(ada, path, (b"one", "报价 A.pdf"), (HTML, "b.html"))
    assert made.status_code == 201
    assert sorted(each["name"] for each in made.json["files"]) == ["b.html", "报价 A.pdf"]
    listed = ada.get(path).json["files"]
    assert {each["size"] for each in listed} == {3, len(HTML)}
    id_ = next(each["id"] for each in listed if each["size"] == 3)
    fetched = ada.get(f"{path}/{id_}")
    assert (fetched.status_code, fetched.data) == (200, b"one")
    assert ada.delete(f"{path}/{id_}").status_code == 204
    assert ada.get(f"{path}/{id_}").status_code == 404
    assert ada.delete(f"{path}/{id_}").status_code == 404
    assert [each["name"] for each in ada.get(path).json["files"]] == ["b.html"]
    history = ada.get(f"{DEALS}/{deal}/history").json["history"]
    assert len(history) == 4, "made, two files put on, one taken off"


@pytest.mark.parametrize("name", ["b.html", "b.svg", "b.xml", "b.js", "b.png"])
def test_what_is_fetched_cannot_run(ada: Client, deal: str, name: str) -> None:
    path = f"{DEALS}/{deal}/files"
    id_ = send(ada, path, (HTML, name)).json["files"][0]["id"]
    headers = ada.get(f"{path}/{id_}").headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment;")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cache-Control"] == "private, no-store"


def test_the_name_is_sent_as_rfc_6266_says(ada: Client, deal: str) -> None:
    path = f"{DEALS}/{deal}/files"
    id_ = send(ada, path, (b"x", "报价.pdf")).json["files"][0]["id"]
    said = ada.get(f"{path}/{id_}").headers["Content-Disposition"]
    assert "filename*=UTF-8''%E6%8A%A5%E4%BB%B7.pdf" in said
    assert said.isascii()


def test_who_may_not_see_the_record_gets_no_file_of_it(
    ada: Client, bob: Client, admin: Client, shop: Shop, deal: str
) -> None:
    path = f"{DEALS}/{deal}/files"
    id_ = send(ada, path, (b"secret", "a.txt")).json["files"][0]["id"]
    calls = (
        bob.get(path),
        bob.get(f"{path}/{id_}"),
        bob.delete(f"{path}/{id_}"),
        send(bob, path, (b"mine", "b.txt")),
    )
    assert [answer.status_code for answer in calls] == [404, 404, 404, 404]
    assert len(kept(shop)) == 1, "what may not be kept is not stored either"
    assert admin.get(f"{path}/{id_}").data == b"secret"
    hand_over = {"owner": shop.bob.id}
    shop.workspace.run(SYSTEM, lambda unit: saving.update(unit, "deal", deal, hand_over))
    assert bob.get(f"{path}/{id_}").data == b"secret", "asked at each download"
    assert ada.get(f"{path}/{id_}").status_code == 404


def test_a_file_is_found_under_its_own_record_only(ada: Client, deal: str, account: str) -> None:
    other = ada.post(DEALS, {"name": "Other", "account": account}).json["id"]
    id_ = send(ada, f"{DEALS}/{deal}/files", (b"x", "a.txt")).json["files"][0]["id"]
    assert ada.get(f"{DEALS}/{other}/files/{id_}").status_code == 404
    assert ada.delete(f"{DEALS}/{other}/files/{id_}").status_code == 404
    assert ada.get(f"{DEALS}/{deal}/files/not-an-id").status_code == 404


def test_too_large_is_413_and_leaves_nothing(
    ada: Client, deal: str, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"{DEALS}/{deal}/files"
    monkeypatch.setattr(file_store.store, "__defaults__", (10,))
    answer = send(ada, path, (b"x" * 11, "a.txt"))
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")
    assert kept(shop) == []
    whole = send(ada, path, (b"x" * 33_000_000, "a.txt"))
    assert (whole.status_code, whole.json["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize("sent", ["json", "another part", "a text part", "nothing", "no file"])
def test_what_is_no_upload_is_refused(ada: Client, deal: str, shop: Shop, sent: str) -> None:
    path, multipart = f"{DEALS}/{deal}/files", {"content_type": "multipart/form-data"}
    file = (io.BytesIO(b"x"), "a.txt")
    told: dict[str, Any] = {
        "json": {"json": {"file": "x"}},
        "another part": {"data": {"file": file, "other": "1"}, **multipart},
        "a text part": {"data": {"file": "text"}, **multipart},
        "nothing": {},
        "no file": {"data": {"file": (io.BytesIO(b""), "")}, **multipart},
    }[sent]
    assert ada.call("POST", path, **told).status_code == 400
    assert kept(shop) == []


def test_objects_without_files_say_so(ada: Client, account: str) -> None:
    path = f"/objects/account/records/{account}/files"
    assert ada.get(path).status_code == 400
    assert send(ada, path, (b"x", "a.txt")).status_code == 400
    paths = ada.get("/openapi.json").json["paths"]
    assert "/api/v1/objects/deal/records/{id}/files/{file}" in paths
    assert "/api/v1/objects/account/records/{id}/files" not in paths


NAMES = (
    'quote".pdf', "two\r\nSet-Cookie: a=b.pdf", "gpj.\u202eevil.exe", "\u2066报价\u2069 2026.pdf",
    "semi; filename=other.exe", "100%25.txt", "报价 2026.pdf",
)  # fmt: skip
HIDDEN_SIGNS = ("\r", "\n", "\u202e", "\u2066", "\u2069")


@pytest.mark.parametrize("name", NAMES)
def test_no_name_says_more_than_a_name(ada: Client, deal: str, shop: Shop, name: str) -> None:
    """T5, over the API and on the page: one attachment, one name, no further header."""
    folder = shop.platform.settings.files

    def put(unit: Unit) -> str:
        stored = file_store.store(folder, io.BytesIO(b"%PDF-<script>1</script>"), name)
        return files.attach(unit, "deal", deal, stored)

    id_ = shop.workspace.run(shop.ada, put)
    kept_as = ada.get(f"{DEALS}/{deal}/files").json["files"][0]["name"]
    assert not any(sign in kept_as for sign in HIDDEN_SIGNS)
    if not any(sign in name for sign in HIDDEN_SIGNS):
        assert kept_as == name
    page = ada._client
    page.set_cookie(SESSION_COOKIE, shop.workspace.run(
        SYSTEM, lambda unit: sessions.begin(unit, shop.ada.id, None, None)))  # fmt: skip
    for answer in (ada.get(f"{DEALS}/{deal}/files/{id_}"), page.get(f"/files/{id_}")):
        said = answer.headers["Content-Disposition"]
        assert answer.status_code == 200 and said.startswith("attachment;") and said.isascii()
        assert "Set-Cookie" not in answer.headers or "a=b" not in answer.headers["Set-Cookie"]
        sent = parse_options_header(said)[1]["filename"]
        assert sent == kept_as, "nothing of it is read as another parameter"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
