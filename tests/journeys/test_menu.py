"""The header's two menus, by mouse, finger and keyboard."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey
WHOLE_BROWSER = True  # as people have it: smooth scrolling, pages kept for Back

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


def own_menu(desk):
    return desk.page.locator("button[aria-controls=own-menu]"), desk.page.locator("#own-menu")


def test_the_own_menu_opens_and_closes_by_mouse(half_way, desk_at):
    desk = desk_at(half_way, "member1")
    desk.go("/")
    button, menu = own_menu(desk)
    expect(menu).to_be_hidden()
    button.click()
    expect(menu).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    desk.page.locator("main h1").click()
    expect(menu).to_be_hidden()
    button.click()
    button.click()
    expect(menu).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_the_own_menu_is_walked_by_the_keyboard(half_way, desk_at):
    desk = desk_at(half_way, "member1")
    desk.go("/")
    button, menu = own_menu(desk)
    entries, press = menu.locator(".dropdown-item"), desk.page.keyboard.press
    button.focus()
    press("ArrowDown")
    expect(entries.first).to_be_focused()
    press("ArrowUp")
    expect(entries.first).to_be_focused()
    for _ in range(9):
        press("ArrowDown")
    expect(entries.last).to_be_focused()
    press("Escape")
    expect(button).to_be_focused()
    expect(menu).to_be_hidden()
    press("Enter")
    expect(menu).to_be_visible()
    press("Tab")
    expect(entries.first).to_be_focused()
    press("Shift+Tab")
    press("Shift+Tab")
    expect(menu).to_be_hidden()


def test_on_a_phone_the_menu_unfolds_and_leads_on(half_way, desk_at):
    desk = desk_at(half_way, "member1", **PHONE)
    desk.go("/")
    menu, toggler = desk.page.locator("#menu"), desk.page.locator(".navbar-toggler")
    expect(menu).to_be_hidden()
    toggler.tap()
    expect(menu).to_be_visible()
    own_menu(desk)[0].tap()
    expect(menu).to_be_visible()
    own_menu(desk)[1].locator("a").first.tap()
    desk.page.wait_for_url("**/profile/")
    expect(menu).to_be_hidden()
