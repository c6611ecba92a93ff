"""The e-bikes example, as a partner would check it: what it says, what is in it, how it works.

One installation for each kind of database; every test makes the records it needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.databases import fresh_database
from typecase.bootstrap import build_platform, initialise
from typecase.config import Settings
from typecase.errors import AccessDenied, NotFound, RecordInvalid
from typecase.metadata.catalog import Catalog
from typecase.metadata.composing import composed
from typecase.metadata.packages import read_package
from typecase.metadata.translations import Texts
from typecase.resources import data_folder
from typecase.runtime import identity, installing, passwords, reading, saving, users
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query, Sort
from typecase.runtime.reading import Record
from typecase.runtime.storage.people import actor_of
from typecase.web.app import create_app
from typecase.web.cookies import SESSION_COOKIE

pytestmark = pytest.mark.slow  # two packages are installed for it

FOLDER = Path(__file__).parents[2] / "examples" / "ebikes"
SIZES = {"qty_s", "qty_m", "qty_l"}
COLORS = {"frame_color", "handlebar_color", "seat_color", "waterbottle_color"}
SAID_BY_THE_SOURCE = {
    "eb_product_family": {"name", "category", "description"},
    "eb_product": {"name", "product_family", "category", "level", "material", "msrp", "battery",
                   "picture_url", "description", "charger", "motor", "fork", "front_brakes",
                   "rear_brakes", *COLORS},
    "eb_order": {"number", "account", "status"},
    "eb_order_item": {"number", "order", "product", "price", *SIZES},
    "eb_manufacturing_event": {"order", "status"},
    "ticket": {"eb_product", "eb_case_category"},
}  # fmt: skip
MSRP = sum([2500, 2600, 2700, 2800, 7000, 7200, 7400, 7800, 4000, 4300, 4600, 4900, 1200, 1400,
            1800, 1900])  # fmt: skip
PEOPLE = {
    "mia": "eb_sales_manager",
    "rob": "eb_sales_representative",
    "fay": "eb_manufacturing",
    "sam": "service",
    "eve": "marketing",
}


class Works:
    """The installed packages with their people: ``works.create("rob", "eb_order", …)``."""

    def __init__(self, database: str, folder: Path) -> None:
        settings = Settings(
            folder=folder, database=database, schema=None, files=folder / "files", secret="s" * 40
        )
        self.platform = build_platform(settings)
        self.workspace = self.platform.main
        initialise(self.workspace)
        installing.install(self.workspace, [read_package(data_folder("apps") / "standard_crm")])
        self.installed = installing.install(self.workspace, [read_package(FOLDER)])
        self.passwords = {login: self._person(login, role) for login, role in PEOPLE.items()}
        self.app = create_app(self.platform)

    def _person(self, login: str, role: str) -> str:
        password, hashed = passwords.one_time()
        values = {"login": login, "name": login.title(), "role": role}
        self.workspace.run(
            SYSTEM, lambda unit: users.create(unit, values, hashed, must_change=False)
        )
        return password

    def actor(self, login: str) -> Any:
        if login == "system":
            return SYSTEM
        with self.workspace.read(SYSTEM) as unit:
            return actor_of(unit, users.by_login(unit, login).id)

    def create(self, login: str, name: str, **raw: Any) -> str:
        with self.workspace.write(self.actor(login)) as unit:
            return saving.create(unit, name, raw)

    def update(self, login: str, name: str, id_: str, **raw: Any) -> None:
        with self.workspace.write(self.actor(login)) as unit:
            saving.update(unit, name, id_, raw)

    def refusal(self, login: str, name: str, id_: str, **raw: Any) -> tuple[str, str]:
        """Field and message of the one problem a change is refused for."""
        with pytest.raises(RecordInvalid) as refused:
            self.update(login, name, id_, **raw)
        (problem,) = refused.value.problems
        return str(problem.field), problem.message

    def get(self, login: str, name: str, id_: str) -> Record:
        with self.workspace.read(self.actor(login)) as unit:
            return reading.get(unit, name, id_)

    def all(self, login: str, name: str, *fields: str, sort: str = "name") -> list[dict[str, Any]]:
        query = Query(name, fields=fields or ("name",), sort=(Sort(sort),), limit=100)
        with self.workspace.read(self.actor(login)) as unit:
            return [dict(row.values) for row in reading.find(unit, query).rows]

    def named(self, name: str, title: str) -> str:
        return next(str(r["id"]) for r in self.all("system", name) if r["name"] == title)

    def order(self, login: str = "rob") -> str:
        return self.create(login, "eb_order", account=self.named("account", "Wheelworks"))

    def browser(self, login: str) -> FlaskClient:
        client = self.app.test_client()
        signed_in = identity.sign_in(self.workspace, login, self.passwords[login], "127.0.0.1")
        client.set_cookie(SESSION_COOKIE, signed_in.secret)
        return client


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def works(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Works]:
    folder = tmp_path_factory.mktemp("works")
    if request.param == "sqlite":
        built = Works(f"sqlite:///{folder / 'works.sqlite'}", folder)
        yield built
        built.platform.close()
        return
    with fresh_database(request.getfixturevalue("postgres")) as url:
        built = Works(url, folder)
        yield built
        built.platform.close()


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return composed(_sources(), 1).catalog


def _sources() -> list[Any]:
    return [read_package(data_folder("apps") / "standard_crm"), read_package(FOLDER)]


# What it says -------------------------------------------------------------------------------


def test_it_validates_without_a_notice(catalog: Catalog) -> None:
    assert catalog.notices == ()


def test_every_field_of_the_source_is_there(catalog: Catalog) -> None:
    for name, fields in SAID_BY_THE_SOURCE.items():
        assert fields <= set(catalog.object(name).by_name), name


def test_every_text_is_in_chinese_too() -> None:
    sources = _sources()
    whole = composed(sources, 1)
    ours = {text.id for text in Texts(sources, whole.stack).texts if text.package == "ebikes"}
    assert ours - set(whole.catalog.translations["zh"]) == set()


def test_the_extended_pages_keep_what_they_had(catalog: Catalog) -> None:
    page = catalog.layouts["ticket"].pages[0]
    product = next(s for tab in page.tabs for s in tab.sections if s.name == "product")
    placed = [placement.field for placement in product.fields]
    assert placed[:3] == ["product", "eb_product", "eb_case_category"]
    assert "serial_number" in placed


# What is in it ------------------------------------------------------------------------------


def test_the_data_of_the_source_is_loaded(works: Works) -> None:
    assert works.installed.loaded.created == 3 + 4 + 16
    resellers = works.all("rob", "account", "name", "type", "address")
    assert [r["name"] for r in resellers] == [
        "Northern Trail Cycling",
        "Trailblazers",
        "Wheelworks",
    ]
    assert resellers[2]["address"]["city"] == "Belmont"
    bikes = works.all("rob", "eb_product", "name", "msrp", "product_family.name", "picture_url")
    bikes = [bike for bike in bikes if bike["product_family.name"]]
    assert len(bikes) == 16
    assert sum(bike["msrp"] for bike in bikes) == MSRP
    assert all(bike["name"].startswith(bike["product_family.name"].upper()) for bike in bikes)
    assert all(bike["picture_url"].endswith(".jpg") for bike in bikes)
    families = works.all("rob", "eb_product_family", "name", "product_count")
    assert {f["name"]: f["product_count"] for f in families if f["name"] != "Breeze"} == (
        dict.fromkeys(("Dynamo", "Electra", "Fuse", "Volt"), 4)
    )


def test_installing_again_changes_nothing(works: Works) -> None:
    again = installing.install(works.workspace, [read_package(FOLDER)])
    assert again.operations == ()
    assert (again.loaded.created, again.loaded.replaced, again.loaded.kept) == (0, 0, 23)


# How it works -------------------------------------------------------------------------------


def test_an_order_is_taken_and_built(works: Works) -> None:
    order = works.order()
    dynamo = works.named("eb_product", "DYNAMO X1")
    fuse = works.named("eb_product", "FUSE X1")
    works.create("rob", "eb_order_item", order=order, product=dynamo, qty_m=2, qty_l=0)
    last = works.create("rob", "eb_order_item", order=order, product=fuse)

    taken = works.get("rob", "eb_order", order)
    assert re.fullmatch(r"O-\d{5}", taken["number"])
    assert taken["status"] == "draft"
    assert (taken["item_count"], taken["quantity"]) == (2, 6)
    assert taken["total"] == Decimal(3 * 4200 + 3 * 1500)
    assert taken["retail_value"] == Decimal(3 * 7000 + 3 * 2500)
    assert taken["discount"] == Decimal(40)

    works.update("rob", "eb_order_item", last, qty_s=0, price="1400")
    assert works.get("rob", "eb_order", order)["total"] == Decimal(3 * 4200 + 2 * 1400)

    works.update("rob", "eb_order", order, status="submitted_to_manufacturing")
    fixed = works.refusal("rob", "eb_order_item", last, qty_s=5)
    assert fixed == ("order", "The order went to manufacturing; its items are fixed.")
    field, message = works.refusal("mia", "eb_order", order, status="approved_by_manufacturing")
    assert (field, message.partition(" approves")[0]) == ("status", "Only manufacturing")
    works.update("fay", "eb_order", order, status="approved_by_manufacturing")
    works.update("fay", "eb_order", order, status="in_production")
    assert works.get("rob", "eb_order", order)["status"] == "in_production"


def test_an_empty_order_is_not_submitted(works: Works) -> None:
    order = works.order()
    refusal = works.refusal("rob", "eb_order", order, status="submitted_to_manufacturing")
    assert refusal == ("status", "Add bicycles before you submit the order.")


def test_who_may_not_is_refused(works: Works) -> None:
    order = works.order()
    with pytest.raises(AccessDenied):
        works.create("fay", "eb_order", account=works.named("account", "Wheelworks"))
    with pytest.raises(AccessDenied):
        works.update("rob", "eb_product", works.named("eb_product", "VOLT X1"), msrp="1")
    with pytest.raises((AccessDenied, NotFound)):
        works.get("eve", "eb_order", order)
    assert works.all("eve", "eb_product")
    with pytest.raises(AccessDenied):
        works.update("eve", "eb_order", order, status="draft")
    page = works.browser("eve").get(f"/o/eb_order/{order}")
    assert page.status_code in (403, 404)


def test_a_case_names_its_bicycle(works: Works) -> None:
    bike = works.named("eb_product", "ELECTRA X3")
    shop = works.named("account", "Trailblazers")
    told = {"subject": "Motor stops", "account": shop, "eb_case_category": "electrical"}
    case = works.create("rob", "ticket", eb_product=bike, **told)
    assert works.get("rob", "ticket", case)["eb_product"] == bike
    page = works.browser("rob").get(f"/o/ticket/{case}")
    assert "ELECTRA X3" in page.text


# In the browser -----------------------------------------------------------------------------


def posted(client: FlaskClient, path: str, **values: Any) -> Any:
    shown = client.get(path)
    assert shown.status_code == 200, path
    token = re.search(r'name="csrf" value="([^"]+)"', shown.text)
    assert token
    return client.post(path, data={"csrf": token[1], **values})


def new_values(works: Works) -> dict[str, dict[str, Any]]:
    """Object → the values of a new record, as its form posts them."""
    order = works.order("mia")
    bike = works.named("eb_product", "VOLT X2")
    return {
        "eb_product_family": {"name": "Breeze", "category": "hybrid"},
        "eb_product": {"name": "BREEZE X1", "msrp": "2100", "frame_color": "red"},
        "eb_order": {"account": works.named("account", "Wheelworks")},
        "eb_order_item": {"order": order, "product": bike, "qty_s": "4"},
    }


def test_every_object_opens_lists_and_saves_on_its_pages(works: Works) -> None:
    mia = works.browser("mia")
    for name, values in new_values(works).items():
        for view in works.workspace.catalog.views[name]:
            assert mia.get(f"/o/{name}?view={view.name}").status_code == 200, (name, view.name)
        made = posted(mia, f"/o/{name}/new", **values)
        assert made.status_code in (302, 303), made.text
        shown = mia.get(made.location)
        assert shown.status_code == 200, name
        id_ = made.location.rstrip("/").rpartition("/")[2].partition("?")[0]
        version = str(works.get("mia", name, id_)["version"])
        changed = posted(mia, f"/o/{name}/{id_}/edit", version=version, **values)
        assert changed.status_code in (302, 303), changed.text
    assert mia.get("/o/account?view=eb_resellers").status_code == 200
    assert mia.get("/o/ticket?view=eb_my_cases").status_code == 200


def test_everybody_begins_in_the_app_of_their_role(works: Works) -> None:
    shown = works.browser("rob").get("/").text
    assert 'href="/o/eb_order"' in shown
    assert 'href="/o/opportunity"' not in shown


def test_what_went_to_manufacturing_has_no_line_to_edit(works: Works) -> None:
    order, bike = works.order(), works.named("eb_product", "FUSE X3")
    works.create("rob", "eb_order_item", order=order, product=bike)
    rob = works.browser("rob")
    assert "lines.items" in rob.get(f"/o/eb_order/{order}/edit").text
    works.update("rob", "eb_order", order, status="submitted_to_manufacturing")
    assert "lines.items" not in rob.get(f"/o/eb_order/{order}/edit").text


def test_manufacturing_reports_and_nobody_changes_it(works: Works) -> None:
    order, fay = works.order(), works.browser("fay")
    values = {"order": order, "status": "in_production"}
    made = posted(fay, "/o/eb_manufacturing_event/new", **values)
    assert made.status_code in (302, 303), made.text
    assert fay.get("/o/eb_manufacturing_event").status_code == 200
    id_ = works.all("fay", "eb_manufacturing_event", "number", sort="number")[-1]["id"]
    with pytest.raises(AccessDenied):
        works.update("fay", "eb_manufacturing_event", id_, status="approved_by_manufacturing")


def test_an_order_and_its_items_are_one_form(works: Works) -> None:
    rob = works.browser("rob")
    made = posted(
        rob,
        "/o/eb_order/new",
        **{
            "account": works.named("account", "Trailblazers"),
            "lines.items": "1",
            "lines.items.0.product": works.named("eb_product", "DYNAMO X4"),
            "lines.items.0.qty_s": "1",
            "lines.items.0.qty_m": "0",
            "lines.items.0.qty_l": "2",
            "lines.items.0.price": "5000",
        },
    )
    assert made.status_code in (302, 303), made.text
    id_ = made.location.rstrip("/").rpartition("/")[2].partition("?")[0]
    assert works.get("rob", "eb_order", id_)["total"] == Decimal(15000)
    assert "DYNAMO X4" in rob.get(made.location).text
