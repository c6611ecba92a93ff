"""Every path on which something of the lead comes out, and every one on which something goes in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

from werkzeug.test import TestResponse

from .house import FALCON, NAME, QUERY, House

Ask = Callable[[House, "Ada"], TestResponse]
LEADS = "/objects/lead/records"


class Ada:
    """One token and one browser, both from before the change."""

    def __init__(self, house: House) -> None:
        self.call, self.browser = house.api(house.ada), house.browser(house.ada)


def api(path: str, **told: Any) -> Ask:
    return lambda house, ada: ada.call("GET", of(house, path), **told)


def query(**body: Any) -> Ask:
    return lambda house, ada: ada.call("POST", "/objects/lead/query", json=body)


def page(path: str) -> Ask:
    return lambda house, ada: ada.browser.get(of(house, path))


def of(house: House, path: str) -> str:
    return path.format(**{k: v for k, v in vars(house).items() if isinstance(v, str)})


READ: dict[str, Ask] = {
    "list": api(LEADS),
    "list of parts": api("/objects/part/records"),
    "filtered": api(LEADS, query_string={"filter": f"starts_with(name, '{QUERY}')"}),
    "grouped": query(group=["name"], measures=[{"count": "*"}]),
    "greatest": query(measures=[{"max": "name"}]),
    "record": api(LEADS + "/{lead}"),
    "part": api("/objects/part/records/{part}"),
    "history": api(LEADS + "/{lead}/history"),
    "timeline": api(LEADS + "/{lead}/timeline"),
    "files": api(LEADS + "/{lead}/files"),
    "file": api(LEADS + "/{lead}/files/{file}"),
    "tags": api(LEADS + "/{lead}/tags"),
    "related": api(LEADS + "/{lead}/related/parts"),
    "search": api("/search", query_string={"q": QUERY}),
    "title of a lookup": api("/objects/visit/records", query_string={"fields": "name,lead.name"}),
    "page of the list": page("/o/lead"),
    "page of a board": page("/o/lead?view=board"),
    "page of a filtered list": page(f"/o/lead?filter=starts_with(name, '{QUERY}')"),
    "page of the parts": page("/o/part"),
    "page of the record": page("/o/lead/{lead}"),
    "page of the part": page("/o/part/{part}"),
    "page of what points to it": page("/o/visit/{visit}"),
    "page of visits": page("/o/visit"),
    "form of what points to it": page("/o/visit/{visit}/edit"),
    "csv": page("/o/lead/export.csv"),
    "excel": page("/o/lead/export.xlsx"),
    "csv of parts": page("/o/part/export.csv"),
    "page of the search": page(f"/search?q={QUERY}"),
    "suggestions": page(f"/search/suggest?q={QUERY}"),
    "palette": page(f"/search/palette?q={QUERY}"),
    "lookup": page(f"/o/visit/lookup/lead?q={QUERY}"),
    "download": page("/files/{file}"),
    "why": page("/o/lead/{lead}/access"),
}
"""What tells the word while Ada may read."""
FOR_EDITORS = {
    "cell": page("/o/lead/{lead}/cell/name"),
    "form": page("/o/lead/{lead}/edit"),
    "copy": page("/o/lead/new?copy={lead}"),
    "cell to edit": page("/o/lead/{lead}/cell/hint"),
    "fact": page("/o/lead/{lead}/fact/hint"),
}
"""What tells it while she may edit."""
QUIET: dict[str, Ask] = {
    "counted": query(measures=[{"count": "*"}]),
    "home": page("/"),
    "approvals": page("/approvals"),
    "approvals decided": page("/approvals?state=decided"),
    "approvals over REST": api("/approvals"),
    "bin": page("/bin"),
    "notices": page("/notices"),
    "reasons": api(LEADS + "/{lead}/access"),
    "sharing": page("/o/lead/{lead}/sharing"),
    "shares": api(LEADS + "/{lead}/share"),
    "team": api(LEADS + "/{lead}/team"),
    "clocks": api(LEADS + "/{lead}/clocks"),
    "actions": api(LEADS + "/{lead}/actions"),
}
"""What tells it to nobody who may not read, whatever it tells to others."""

JSON: dict[str, tuple[str, str, Any]] = {
    "patch": ("PATCH", LEADS + "/{lead}", {"hint": "mine"}),
    "bulk": ("POST", "/objects/lead/bulk",
             {"operation": "update", "atomic": True,
              "records": [{"id": "{lead}", "hint": "mine"}]}),
    "delete": ("DELETE", LEADS + "/{lead}", None),
    "comment": ("POST", LEADS + "/{lead}/comments", {"body": "mine"}),
    "tag": ("POST", LEADS + "/{lead}/tags", {"add": ["mine"]}),
    "share": ("POST", LEADS + "/{lead}/share", {"to": "role:other", "level": "edit"}),
    "owner": ("POST", LEADS + "/{lead}/owner", {"owner": "{bob}"}),
    "action": ("POST", LEADS + "/{lead}/actions/close", {}),
    "submit": ("POST", LEADS + "/{lead}/approvals", {"approval": "review"}),
    "part of it": ("POST", "/objects/part/records", {"name": "mine", "lead": "{lead}"}),
    "patch of a part": ("PATCH", "/objects/part/records/{part}", {"name": "mine"}),
    "no file": ("DELETE", LEADS + "/{lead}/files/{file}", None),
}  # fmt: skip
FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "form": ("/o/lead/{lead}/edit", {"name": "mine", "state": "open"}),
    "cell": ("/o/lead/{lead}/cell/hint", {"hint": "mine"}),
    "fact": ("/o/lead/{lead}/fact/hint", {"hint": "mine"}),
    "move": ("/o/lead/{lead}/move", {"field": "state", "to": "won"}),
    "delete": ("/o/lead/{lead}/delete", {}),
    "comment": ("/o/lead/{lead}/comments", {"body": "mine"}),
    "tag": ("/o/lead/{lead}/tags", {"tag": "mine"}),
    "owner": ("/o/lead/{lead}/owner", {"owner": "{bob}"}),
    "share": ("/o/lead/{lead}/sharing", {"to": "role:other", "level": "edit"}),
    "many": ("/o/lead/bulk", {"action": "delete", "id": "{lead}", "sure": "1"}),
    "action": ("/o/lead/{lead}/actions/close", {}),
    "no file": ("/o/lead/{lead}/files/{file}/remove", {}),
}


def sent(method: str, path: str, body: Any) -> Ask:
    return lambda house, ada: ada.call(method, of(house, path), json=filled(house, body))


def posted(path: str, body: dict[str, str]) -> Ask:
    return lambda house, ada: ada.browser.post(of(house, path), filled(house, body))


WRITES: dict[str, Ask] = {
    **{name: sent(*told) for name, told in JSON.items()},
    **{f"{name} on a page": posted(*told) for name, told in FORMS.items()},
}


def filled(house: House, value: Any) -> Any:
    match value:
        case str():
            return of(house, value.replace("{bob}", house.bob.id)) if "{" in value else value
        case list():
            return [filled(house, each) for each in value]
        case dict():
            return {key: filled(house, each) for key, each in value.items()}
    return value


def tells(answer: TestResponse) -> bool:
    """Whether the word is in it, in an archive, too."""
    data = answer.get_data()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"".join(archive.read(name) for name in archive.namelist())
    return FALCON.encode() in data


def counts(answer: TestResponse) -> int:
    if answer.status_code != 200:
        return 0
    return int(answer.json["groups"][0]["count"])


assert FALCON not in QUERY and QUERY in NAME
