"""On a telephone: a name is chosen behind an @, and who is called comes to the very comment."""

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import NARROW

pytestmark = pytest.mark.journey
ITEM = "/o/skn2/2560/items/1.1.2/"
CALLED = "รอง ผอ.สพป."


def test_who_is_called_by_name_comes_to_the_comment(half_way, desk_at):
    desk = desk_at(half_way, "coordinator", viewport=NARROW)
    desk.go(ITEM).open("เริ่มการพูดคุย")
    section = desk.page.get_by_role("region", name="การพูดคุย")
    box, names = section.get_by_label("ความเห็นของท่าน").last, section.get_by_role("listbox").last
    box.press_sequentially("ขอให้ @")
    expect(names.get_by_role("option").first).to_be_visible()  # all, before a letter is typed
    box.press("Escape")
    box.press_sequentially("รอง")
    expect(names).to_be_hidden()
    for _letter in "@รอง":
        box.press("Backspace")
    box.press_sequentially("@ผอ.")
    first, second = (names.get_by_role("option").nth(place) for place in (0, 1))
    expect(first).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", second.get_attribute("id"))
    for _letter in "ผอ.":
        box.press("Backspace")
    box.press_sequentially("รอง")
    expect(names.get_by_role("option")).to_have_count(1)
    expect(names).to_contain_text(CALLED)
    names.get_by_role("option").click()
    expect(box).to_have_value(f"ขอให้ @{CALLED} ")
    box.press_sequentially("ตรวจย่อหน้าแรก")
    expect(names).to_be_hidden()
    assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    desk.press("ส่งความเห็น", within=section.locator("form:visible"))
    desk.reads(f"แจ้งถึง {CALLED}")

    deputy = desk_at(half_way, "deputy", viewport=NARROW)
    deputy.go("/notifications/").press("กล่าวถึงท่าน")
    comment = deputy.page.locator(".comment:target")
    expect(comment).to_contain_text(f"@{CALLED} ตรวจย่อหน้าแรก")
    expect(comment).to_be_in_viewport()
    section = deputy.page.get_by_role("region", name="การพูดคุย")
    deputy.open("เขียนความเห็น", within=section)
    deputy.type("ความเห็นของท่าน", "ตรวจแล้ว ถูกต้อง", within=section)
    deputy.press("ส่งความเห็น", within=section.locator("form:visible"))
    expect(section).to_contain_text("ตรวจแล้ว ถูกต้อง")
