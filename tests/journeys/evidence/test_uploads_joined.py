"""Files that belong together: joined in the order in which they were chosen, refused in place."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.evidence.test_uploading import SHELF, YEAR, bring, picture, row

pytestmark = pytest.mark.journey
ITEM = f"{YEAR}items/1.3.2/"
TITLE, JOIN = "ตั้งชื่อหลักฐานที่รวมแล้ว", "รวมเป็นรายการเดียว"


def named(number):
    return f"ภาพกิจกรรม {number}"


def drop(desk, *numbers):
    bring(desk, "drop", *(picture(number) for number in numbers))


def are_here(desk, *numbers):
    for number in numbers:
        expect(row(desk, named(number))).to_contain_text("เพิ่มเป็นหลักฐานแล้ว")


def offer(desk, *numbers, of):
    """Of these pieces the box offers ``numbers``, in this order."""
    ours = re.compile(f"^{named('(')}{'|'.join(map(str, of))})$")
    offered = desk.page.locator("[data-join] [data-pieces] label", has_text=ours)
    expect(offered).to_have_text([named(number) for number in numbers])


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
    offer(desk, 71, 72, 73, of=(71, 72, 73))
    desk.type(TITLE, "คำสั่งสามหน้า")
    desk.press(JOIN)
    desk.heading("คำสั่งสามหน้า")
    names = [f"{named(number)}.png" for number in (71, 72, 73)]
    for place, name in enumerate(names):
        expect(desk.main.locator(".file-list li").nth(place)).to_contain_text(name)


def test_a_refusal_stands_in_the_box_and_what_was_brought_is_offered_again(half_way, desk_at):
    desk = desk_at(half_way, "staff1")
    desk.go(ITEM)
    drop(desk, 74, 75, 76)
    are_here(desk, 74, 75, 76)
    box = desk.page.locator("[data-join]")
    box.get_by_label(named(75)).uncheck()
    desk.press(JOIN)
    expect(box).to_contain_text("โปรดกรอก")
    expect(box.get_by_label(TITLE)).to_be_focused()
    expect(box.get_by_label(named(74))).to_be_checked()
    expect(box.get_by_label(named(75))).not_to_be_checked()
    box.get_by_label(named(76)).uncheck()
    desk.type(TITLE, "สองภาพ")
    desk.press(JOIN)
    expect(box).to_contain_text("โปรดเลือกอย่างน้อยสองรายการที่เป็นเรื่องเดียวกัน")
    expect(box.get_by_label(TITLE)).to_have_value("สองภาพ")
    desk.shoot("35-join-refused")
    desk.go(ITEM)
    offer(desk, 74, 75, 76, of=range(74, 78))
    drop(desk, 77)
    are_here(desk, 77)
    offer(desk, 74, 75, 76, 77, of=range(74, 78))
    box.get_by_label(named(76)).check()
    desk.type(TITLE, "ภาพที่รวมแล้ว")
    desk.press(JOIN)
    desk.reads("รวม “ภาพที่รวมแล้ว” เป็นหลักฐานรายการเดียวแล้ว")
    assert desk.path == ITEM
    expect(desk.page.locator(".typed-note")).to_have_count(0)
    expect(desk.page.get_by_label(TITLE)).to_have_value("")
    offer(desk, 74, 75, of=range(74, 78))


def test_what_comes_while_a_joining_is_refused_is_offered_too(half_way, desk_at):
    desk, held = desk_at(half_way, "coordinator"), []
    desk.go(SHELF)
    drop(desk, 81, 82)
    are_here(desk, 81, 82)
    desk.page.route("**/evidence/join/", lambda route: held.append(route))
    desk.press(JOIN)
    expect(desk.page.get_by_role("button", name=JOIN)).to_be_disabled()
    drop(desk, 83)
    are_here(desk, 83)
    held[0].continue_()
    expect(desk.page.locator("[data-join]")).to_contain_text("โปรดกรอก")
    offer(desk, 81, 82, 83, of=(81, 82, 83))


def test_a_joining_that_may_not_be_is_said_in_sight(half_way, desk_at):
    desk = desk_at(half_way, "coordinator")
    desk.go(SHELF)
    drop(desk, 84, 85)
    are_here(desk, 84, 85)
    desk.page.route(
        "**/evidence/join/",
        lambda route: route.fulfill(
            status=409,
            headers={"HX-Retarget": "#messages", "HX-Reswap": "innerHTML"},
            body="<p>ส่งแล้ว</p>",
        ),
    )
    desk.type(TITLE, "สองภาพ")
    desk.press(JOIN)
    expect(desk.page.locator("#messages")).to_contain_text("ส่งแล้ว")
    expect(desk.page.locator("#messages")).to_be_in_viewport()
    expect(desk.page.get_by_label(TITLE)).to_have_value("สองภาพ")
