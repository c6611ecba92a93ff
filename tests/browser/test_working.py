"""A working day in a real browser: filter, edit in place, drag, fill in, look things up."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect


def test_filtering_and_clearing(shop_served, open_page) -> None:
    page = open_page(shop_served, "ada", "/o/deal")
    page.keyboard.press("f")
    page.select_option('select[name="w.0.path"]', "amount")
    page.select_option('select[name="w.0.op"]', "greater")
    page.fill('input[name="w.0.value"]', "100")
    page.click("tc-filter button[type=submit]")
    expect(page.locator(".chip-accent")).to_have_text("Amount more than 100")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.click(".chip-accent .remove")
    expect(page.locator("tbody tr")).to_have_count(2)


def test_a_cell_in_place(shop_served, open_page) -> None:
    page = open_page(shop_served, "ada", "/o/deal?sort=name")
    cell = page.locator("tbody tr", has_text="Big deal").locator("td[data-edit=amount]")
    cell.dblclick()
    cell.locator("input[name=amount]").fill("not a number")
    page.keyboard.press("Enter")
    expect(cell.locator(".field-error")).to_contain_text("must be a number")
    cell.locator("input[name=amount]").fill("77")
    page.keyboard.press("Enter")
    expect(
        page.locator("tbody tr", has_text="Big deal").locator("td[data-edit=amount]")
    ).to_have_text("¥77.00")


def test_a_fact_in_place_and_what_follows_from_it(shop_served, open_page) -> None:
    page = open_page(shop_served, "ada", f"/o/deal/{shop_served.site.names['big']}")
    amount = page.locator(".fact").filter(has=page.locator("dt:text-is('Amount')"))
    amount.hover()
    amount.locator(".edit-here").click()
    amount.locator("input[name=amount]").fill("200")
    page.keyboard.press("Enter")
    expect(amount.locator("dd")).to_contain_text("¥200.00")
    weighted = page.locator(".fact").filter(has=page.locator("dt:text-is('Weighted')"))
    expect(weighted.locator("dd")).to_contain_text("¥20.00")


def test_a_form_that_moves(desk_served, open_page) -> None:
    page = open_page(desk_served, "ada", "/o/ticket/new")
    page.fill("#f-name", "Printer")
    expect(page.locator("#f-days")).to_have_value("3")
    page.select_option("#f-area", "web")
    expect(page.locator("#f-days")).to_have_value("1")
    page.select_option("#f-state", "closed")
    expect(page.locator("[data-field=answer] .required-mark")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-field=answer] .field-error")).to_be_visible()
    expect(page.locator("#f-name")).to_have_value("Printer")
    page.fill("#f-answer", "New ink.")
    page.fill("#f-address", "https://example.com/ink")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("Printer")
    expect(page.locator(".toast-note")).to_contain_text("created")


def test_lines_add_up_while_typing(desk_served, open_page) -> None:
    page = open_page(desk_served, "ada", "/o/ticket/new")
    page.fill("#f-name", "Two steps")
    page.fill('[name="lines.steps.0.name"]', "Look")
    page.fill('[name="lines.steps.0.minutes"]', "5")
    page.click("[data-add-line]")
    page.fill('[name="lines.steps.1.name"]', "Mend")
    page.fill('[name="lines.steps.1.minutes"]', "20")
    page.keyboard.press("Tab")
    expect(page.locator('[data-total="steps.cost"]')).to_have_text("¥50.00")
    page.locator("[data-remove-line]").first.click()
    expect(page.locator('[data-total="steps.cost"]')).to_have_text("¥40.00")
    page.click(".form-actions .btn-primary")
    expect(page.locator("h1")).to_have_text("Two steps")


def make_ticket(page: Page, served, name: str) -> None:
    page.goto(served.url + "/o/ticket/new")
    page.fill("#f-name", name)
    page.click(".form-actions .btn-primary")
    expect(page.locator("h1")).to_have_text(name)


def test_a_card_is_dragged_and_the_stage_asks(desk_served, open_page) -> None:
    page = open_page(desk_served, "ada", "/o/ticket/new")
    make_ticket(page, desk_served, "Drag me")
    page.goto(desk_served.url + "/o/ticket?view=board")
    page.wait_for_function("!!customElements.get('tc-board')")
    page.wait_for_timeout(300)
    drag(page, page.locator(".board-card"), page.locator('[data-column="closed"]'))
    expect(page.locator("#sheet")).to_be_visible()
    expect(page.locator("#sheet .field-error")).to_have_text("This stage needs it.")
    page.fill("#sheet #d-answer", "Done.")
    page.click("#sheet .btn-primary")
    expect(page.locator('[data-column="closed"] .board-card')).to_have_count(1)
    expect(page.locator('[data-column-head="closed"] .badge-count')).to_have_text("1")


def drag(page: Page, card, column) -> None:
    start, end = card.bounding_box(), column.bounding_box()
    page.mouse.move(start["x"] + 40, start["y"] + start["height"] - 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + start["height"] - 4, steps=4)
    page.mouse.move(end["x"] + 80, end["y"] + 40, steps=15)
    page.wait_for_timeout(200)
    page.mouse.up()


def test_a_card_moves_by_its_menu_without_a_mouse(desk_served, open_page) -> None:
    page = open_page(desk_served, "ada", "/o/ticket/new")
    make_ticket(page, desk_served, "By keys")
    page.goto(desk_served.url + "/o/ticket?view=board")
    page.locator(".board-card summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-field=answer] .field-error")).to_be_visible()


def test_a_lookup_finds_and_creates(shop_served, open_page) -> None:
    page = open_page(shop_served, "ada", "/o/deal/new")
    page.fill("#f-name", "With a new customer")
    control = page.locator("[data-field=account] .ts-control")
    control.click()
    page.keyboard.type("Brand new", delay=20)
    page.locator(".ts-dropdown .create").click()
    expect(page.locator("#sheet #d-name")).to_have_value("Brand new")
    page.click("#sheet .btn-primary")
    expect(page.locator("#sheet")).not_to_be_visible()
    expect(page.locator("[data-field=account] .item")).to_have_text("Brand new")
    page.click(".form-actions .btn-primary")
    expect(page.locator("h1")).to_have_text("With a new customer")


def test_a_choice_made_before_the_answer_holds_and_the_late_answer_opens_no_list(
    shop_served, open_page
) -> None:
    page = open_page(shop_served, "ada", "/o/deal/new")
    held: list[Route] = []
    page.route("**/lookup/account?*q=A*", lambda route: held.append(route))
    page.locator("[data-field=account] .ts-control").click()
    first = page.locator(".ts-dropdown .option").first
    called = first.inner_text().split("\n")[0]
    with page.expect_request("**/lookup/account?*q=A*"):
        page.keyboard.type("A")
    first.click()
    chosen = page.locator("[data-field=account] .item")
    expect(chosen).to_contain_text(called)
    for route in held:
        route.continue_()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    assert held
    expect(page.locator("[data-field=account] .ts-dropdown")).not_to_be_visible()
    expect(chosen).to_contain_text(called)


def test_the_palette_goes_anywhere(shop_served, open_page) -> None:
    page = open_page(shop_served, "ada", "/")
    page.keyboard.press("Control+k")
    page.keyboard.type("acme", delay=20)
    expect(page.locator("#palette .menu-item").first).to_contain_text("Acme")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Acme <b>Trading</b>")


def test_choosing_many_with_shift(shop_served, open_page) -> None:
    page = open_page(shop_served, "admin", "/o/deal?sort=name")
    boxes = page.locator("tbody .pick input")
    boxes.nth(0).check()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator(".bulk-bar [data-count]")).to_have_text("3 selected")
    page.click(".bulk-bar button[value=delete]")
    expect(page.locator(".toast-note")).to_contain_text("3 records are in the recycle bin.")
    page.click(".toast-note form button")
    expect(page.locator("tbody tr")).to_have_count(3)


def test_previous_and_next_of_the_list(shop_served, open_page) -> None:
    page = open_page(shop_served, "ada", "/o/deal?sort=name")
    page.locator("a.title").first.click()
    expect(page.locator("[data-neighbours] span")).to_have_text("1 of 2")
    page.keyboard.press("Control+ArrowDown")
    expect(page.locator("h1")).to_have_text("Small deal")


def test_what_was_typed_survives_a_lost_session(shop_served, open_page) -> None:
    page = open_page(shop_served, "ada", "/o/account/new")
    page.fill("#f-name", "Half typed")
    page.wait_for_timeout(600)
    page.context.clear_cookies()
    page.click(".form-actions .btn-primary")
    expect(page).to_have_url(shop_served.url + "/login?next=/")
    page.context.add_cookies([shop_served.cookie("ada")])
    page.goto(shop_served.url + "/o/account/new")
    page.click("[data-take]")
    expect(page.locator("#f-name")).to_have_value("Half typed")


def test_without_a_script_everything_still_saves(shop_served, open_page) -> None:
    page = open_page(shop_served, "ada", "/o/account/new", java_script_enabled=False)
    page.fill("#f-name", "Plain Ltd")
    page.click(".form-actions .btn-primary")
    expect(page.locator("h1")).to_have_text("Plain Ltd")
