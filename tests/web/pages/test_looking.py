"""What each page shows to whom, as scenarios."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web.pages.site import Scenario, Site, conditional_package
from typecase.web.visits import visit

SCENARIOS = (
    Scenario("home shows what I may see", "ada", "/", holds=("Big deal",),
             lacks=("Bob&#39;s deal",)),
    Scenario("a list", "ada", "/o/deal", holds=("Big deal", "Small deal", "1,200.50"),
             lacks=("Bob",)),
    Scenario("a manager sees the deals of those below", "boss", "/o/deal",
             holds=("Bob&#39;s deal", "Big deal")),
    Scenario("markup in data is shown, not run", "ada", "/o/account",
             holds=("Acme &lt;b&gt;Trading&lt;/b&gt;",), lacks=("<b>Trading",)),
    Scenario("a filter in the address", "ada", "/o/deal?filter=amount > 100",
             holds=("Big deal", "Amount more than 100"), lacks=("Small deal",)),
    Scenario("an alternative reads as one chip", "ada",
             "/o/deal?filter=(stage == 'won' or stage == 'talks')",
             holds=("Stage is Won or Stage is Talks", "Small deal"), lacks=("Big deal",)),
    Scenario("an expression no row can show stays as written", "ada",
             "/o/deal?filter=amount * 2 > 100", holds=("amount * 2 &gt; 100", "Big deal")),
    Scenario("an empty answer to a filter says so", "ada", "/o/deal?filter=amount > 99999",
             holds=("Nothing matches these filters",)),
    Scenario("sorted by what the head says", "ada", "/o/deal?sort=amount",
             holds=('aria-sort="ascending"',)),
    Scenario("columns of one's own", "ada", "/o/deal?column=name&column=probability",
             holds=("Probability",), lacks=("1,200.50",)),
    Scenario("an unknown parameter is named", "ada", "/o/deal?sorted=name", 400,
             holds=("There is no parameter sorted. Did you mean sort?",)),
    Scenario("an unknown view is named", "ada", "/o/deal?view=al", 400,
             holds=("Did you mean all?",)),
    Scenario("a filter on what is not there", "ada", "/o/deal?filter=amuont > 1", 400,
             holds=("amount",)),
    Scenario("a sensitive field does not exist for others", "ada",
             "/o/account?filter=credit > 1", 400, lacks=("Did you mean credit",)),
    Scenario("a sensitive field is no column for others", "ada", "/o/account?column=credit", 400,
             lacks=("Credit",)),
    Scenario("an object one may not read", "stranger", "/o/deal", 403, holds=("You may not",)),
    Scenario("a record", "ada", "/o/deal/{big}",
             holds=("Big deal", "1,200.50", 'href="/o/account/{acme}"', "created this")),
    Scenario("the children stand in a pane", "ada", "/o/deal/{big}?tab=related",
             holds=("First line", "/o/line/new?deal={big}")),
    Scenario("a record of somebody else is not there", "ada", "/o/deal/{bobs}", 404,
             lacks=("Bob&#39;s deal",)),
    Scenario("a record that never was looks the same", "ada",
             "/o/deal/01a1ffa1-e81b-77ff-8b0c-edcae812bc2f", 404),
    Scenario("what is no id is no address", "ada", "/o/deal/12", 404),
    Scenario("a sensitive fact is not on the page", "ada", "/o/account/{acme}", lacks=("Credit",)),
    Scenario("whom a set opens it to sees it", "admin", "/o/account/{acme}", holds=("Credit",)),
    Scenario("a form", "ada", "/o/deal/new",
             holds=('name="name"', 'name="account"', 'name="was.stage" value="new"'),
             lacks=('name="weighted"', 'name="line_total"')),
    Scenario("a form begins with what the address says", "ada", "/o/deal/new?account={acme}",
             holds=('<option value="{acme}" selected>',)),
    Scenario("a copy begins with the values of another", "ada", "/o/deal/new?copy={big}",
             holds=("Big deal", "1200.50")),
    Scenario("a copy of what one may not see", "ada", "/o/deal/new?copy={bobs}", 404),
    Scenario("an edit form", "ada", "/o/deal/{big}/edit", holds=('value="Big deal"',)),
    Scenario("a form for a dialog has no frame", "ada", "/o/deal/new", holds=("<form",),
             lacks=("<html", "side-link"), headers={"X-Fragment": "dialog"}),
    Scenario("a lookup searches", "ada", "/o/deal/lookup/account?q=acme", holds=("{acme}",),
             lacks=("{zhang}",)),
    Scenario("a lookup finds Chinese by its sound", "ada", "/o/deal/lookup/account?q=zhang",
             holds=("{zhang}",)),
    Scenario("a lookup shows nobody else's records", "ada", "/o/deal/lookup/account?q=bob",
             lacks=("{bobco}",)),
    Scenario("a lookup of what is none", "ada", "/o/deal/lookup/amount?q=1", 400),
    Scenario("people are looked up by name", "ada", "/o/deal/lookup/owner?q=bo",
             holds=("Bob", "Boss")),
    Scenario("search", "ada", "/search?q=deal", holds=("Big deal",), lacks=("Bob&#39;s deal",)),
    Scenario("suggestions", "ada", "/search/suggest?q=acme", holds=("/o/account/{acme}",)),
    Scenario("the palette offers what one may create", "ada", "/search/palette?q=",
             holds=("/o/deal/new", "/bin")),
    Scenario("and nothing one may not", "stranger", "/search/palette?q=",
             lacks=("/o/deal/new", "/admin/users")),
    Scenario("the bin", "ada", "/bin", holds=("The bin is empty",)),
    Scenario("my account", "ada", "/me", holds=("This browser", "API tokens")),
    Scenario("people, for those who look after them", "admin", "/admin/users",
             holds=("Ada", "Boss", "New person")),
    Scenario("and for nobody else", "ada", "/admin/users", 403),
    Scenario("roles", "admin", "/admin/roles", holds=("Rep", "Stranger")),
    Scenario("roles are not everybody's", "ada", "/admin/roles", 403),
    Scenario("an export is a right", "ada", "/o/deal/export.csv", 403),
    Scenario("an export", "admin", "/o/deal/export.csv",
             holds=("\ufeffName", "1200.50", "Bob's deal")),
    Scenario("an address that is none", "ada", "/nowhere", 404, holds=("There is nothing here",)),
)  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.says)
def test_looking(site: Site, scenario: Scenario) -> None:
    site.run(scenario)


def menu_site(tmp_path: Path) -> Site:
    """Two apps: in one the tickets stand three times, in the other are steps only."""
    menus = {
        "apps": [
            {"name": "desk", "label": "Desk", "items": [
                {"object": "ticket"},
                {"object": "ticket", "view": "board", "label": "Board"},
                {"name": "more", "label": "More", "items": [
                    {"object": "ticket", "view": "all", "label": "Everything"}]}]},
            {"name": "work", "label": "Work", "items": [{"object": "step"}]},
        ]
    }  # fmt: skip
    package = conditional_package(menus=menus)
    return Site(f"sqlite:///{tmp_path / 'menu.sqlite'}", tmp_path, package)


CURRENT = re.compile(r'class="side-link" href="([^"]*)" aria-current="page"')


def test_one_entry_of_the_menu_is_current_and_home_shows_the_app(tmp_path: Path) -> None:
    site = menu_site(tmp_path)
    try:
        browser = site.browser("ada")
        found = {
            path: CURRENT.findall(browser.get(path).text)
            for path in ("/o/ticket", "/o/ticket?view=board", "/o/ticket?view=all", "/o/ticket/new")
        }
        assert found == {
            "/o/ticket": ["/o/ticket"],
            "/o/ticket?view=board": ["/o/ticket?view=board"],
            "/o/ticket?view=all": ["/o/ticket?view=all"],
            "/o/ticket/new": ["/o/ticket"],
        }
        assert desk_objects(browser.get("/").text) == ["/o/ticket"]
        assert browser.get("/?app=work").status_code == 303
        assert desk_objects(browser.get("/").text) == ["/o/step"]
    finally:
        site.close()


def desk_objects(page: str) -> list[str]:
    return re.findall(r'<h2><a href="([^"]*)">', page)


def test_home_is_the_home_of_the_role_until_another_app_is_chosen(tmp_path: Path) -> None:
    roles = [{"name": "rep", "label": "Rep", "permissions": ["sales"], "home": "work"},
             {"name": "boss", "label": "Boss"},
             {"name": "stranger", "label": "Stranger"}]  # fmt: skip
    apps = [{"name": "desk", "label": "Desk", "items": [{"object": "ticket"}]},
            {"name": "work", "label": "Work", "items": [{"object": "step"}]}]  # fmt: skip
    package = conditional_package(menus={"apps": apps}, roles=roles)
    site = Site(f"sqlite:///{tmp_path / 'home.sqlite'}", tmp_path, package)
    try:
        assert desk_objects(site.browser("ada").get("/").text) == ["/o/step"]
    finally:
        site.close()


def test_a_list_takes_a_fixed_number_of_statements(site: Site) -> None:
    """One that opens the unit, one for the rows; a capped count only when there are more."""
    browser = site.browser("ada")
    browser.get("/o/deal")  # once a day it is asked, too, how many rows there are
    with browser.client:
        browser.get("/o/deal")
        assert visit().statements == 2


def test_a_record_takes_few_statements(site: Site) -> None:
    """However many lookups it shows: facts in one, the timeline, files and tags in their own."""
    browser = site.browser("ada")
    with browser.client:
        browser.get(f"/o/deal/{site.names['big']}")
        assert visit().statements <= 14
