"""Files that belong together: joined in the order in which they were chosen, refused in place."""

import pytest
from playwright.sync_api import expect

from tests.journeys.evidence.test_uploading import SHELF, bring, picture, row

pytestmark = pytest.mark.journey
TITLE, JOIN = "ตั้งชื่อหลักฐานที่รวมแล้ว", "รวมเป็นรายการเดียว"


def named(number):
    return f"ภาพกิจกรรม {number}"


def drop(desk, *numbers):
    bring(desk, "drop", *(picture(number) for number in numbers))


def are_here(desk, *numbers):
    for number in numbers:
        expect(row(desk, named(number))).to_contain_text("เพิ่มเป็นหลักฐานแล้ว")


def offered(desk):
    return desk.page.locator("[data-join] [data-pieces] label")


def test_whichever_comes_first_the_order_is_that_of_the_choice(half_way, desk_at):
    desk, held = desk_at(half_way, "coordinator"), []

    def hold_the_first(route):
        if route.request.method == "PATCH" and not held:
            held.append(route)
        else:
            route.continue_()

    desk.go(SHELF)
    desk.page.route("**/uploads/*/", hold_the_first)
    drop(desk, 71, 72, 73)
    are_here(desk, 72, 73)
    held[0].continue_()
    are_here(desk, 71)
    expect(offered(desk)).to_have_text([named(71), named(72), named(73)])
    desk.type(TITLE, "คำสั่งสามหน้า")
    desk.press(JOIN)
    desk.heading("คำสั่งสามหน้า")
    names = [f"{named(number)}.png" for number in (71, 72, 73)]
    for place, name in enumerate(names):
        expect(desk.main.locator(".file-list li").nth(place)).to_contain_text(name)
