"""A session that ends while somebody works: nothing typed is lost, no page lands in a cell."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.product import PASSWORD

pytestmark = pytest.mark.journey
WHOLE_BROWSER = True  # as people have it: smooth scrolling, pages kept for Back

YEAR = "/o/skn2/2560/"
DELAY = 40_000  # ms; a refused autosave tries again after 15 s


def says(desk, text):
    expect(desk.main.locator("#save-state")).to_contain_text(text, timeout=DELAY)


def sign_in_again(desk, page):
    page.get_by_label("ชื่อผู้ใช้หรืออีเมล").fill(desk.name)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_role("button", name="เข้าสู่ระบบ").click()


def write_signed_out(desk, code, text):
    desk.go(f"{YEAR}items/{code}/")
    box = desk.main.locator("#id_narrative")
    expect(box).to_be_editable()
    desk.context.clear_cookies()
    box.fill(text)
    says(desk, "ท่านออกจากระบบแล้ว")


def test_text_is_sent_after_signing_in_in_another_window(half_way, desk_at):
    desk = desk_at(half_way, "member1")
    write_signed_out(desk, "1.1.2", "พิมพ์หลังหมดเวลา หน้าต่างเดิม")
    other = desk.context.new_page()
    other.goto(f"{half_way.url}/accounts/login/")
    sign_in_again(desk, other)
    says(desk, "บันทึกแล้ว เวลา")


def test_text_comes_back_after_signing_in_again(half_way, desk_at):
    desk = desk_at(half_way, "member1")
    write_signed_out(desk, "1.1.4", "พิมพ์หลังหมดเวลา แล้วปิดหน้าต่าง")
    desk.page.close()
    desk.page = desk.context.new_page()
    desk.go(f"{YEAR}items/1.1.4/")
    sign_in_again(desk, desk.page)
    expect(desk.main.locator("#id_narrative")).to_have_value("พิมพ์หลังหมดเวลา แล้วปิดหน้าต่าง")
    says(desk, "บันทึกแล้ว เวลา")


def test_a_part_of_a_page_is_no_place_for_the_sign_in(half_way, desk_at):
    desk = desk_at(half_way, "member1")
    desk.go(f"{YEAR}scores/?standard=3")
    desk.context.clear_cookies()
    desk.main.locator(".score-card input[value='3']").first.click()
    desk.page.wait_for_url("**/accounts/login/**")
    expect(desk.page.locator(".score-card")).to_have_count(0)
    asked = parse_qs(urlsplit(desk.page.url).query)
    assert asked == {"next": [f"{YEAR}scores/?standard=3"]}
    sign_in_again(desk, desk.page)
    desk.page.wait_for_url(f"**{YEAR}scores/?standard=3")
