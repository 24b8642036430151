"""The page beside the form follows the typing; the director reads it on a telephone."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import PATIENCE

pytestmark = pytest.mark.journey
WHOLE_BROWSER = True  # as people have it: smooth scrolling, pages kept for Back

PAPER = "/o/skn2/2560/proposals/announcement/"
PICTURE = "#preview-pages img"


@pytest.fixture
def desk(half_way, desk_at):
    """The coordinator in front of the form of a new announcement."""
    desk = desk_at(half_way, "coordinator")
    desk.go(PAPER)
    begin = desk.main.locator(f"form[action='{PAPER}draft/'] button")
    if begin.count():
        begin.click()
    desk.go(f"{PAPER}edit/")
    return desk


def picture(desk):
    """The address of the first page's picture, once it is there and drawn by the browser."""
    first = desk.page.locator(PICTURE).first
    expect(first).to_be_visible(timeout=PATIENCE)
    assert first.evaluate("image => image.naturalWidth") > 800
    return first.get_attribute("src")


def test_the_page_follows_the_typing_and_stays_where_it_was_scrolled(desk):
    before = picture(desk)
    scroll = desk.page.locator(".preview-scroll")
    scrolled = scroll.evaluate("part => { part.scrollTop = 150; return part.scrollTop; }")
    assert scrolled > 0
    asked = []
    desk.page.on("request", lambda r: asked.append(r.url) if r.method == "POST" else None)
    desk.main.locator("#id_subject").press_sequentially(" ฉบับปรับปรุง", delay=30)
    expect(desk.page.locator(PICTURE).first).not_to_have_attribute("src", before, timeout=PATIENCE)
    assert picture(desk) != before
    assert scroll.evaluate("part => part.scrollTop") == scrolled
    previews = [url for url in asked if url.endswith("/preview/")]
    assert len(previews) == 1, "letters typed in a row are one request"
    saved = [url for url in asked if url.endswith(f"{PAPER}edit/")]  # the draft saves itself
    assert len(saved) <= 1
    assert len(asked) == len(previews) + len(saved)
    expect(desk.page.locator(PICTURE).first).to_have_attribute("alt", "หน้า 1 จาก 1")
    desk.shoot("60-preview")


def test_a_slow_request_is_not_cut_off_by_the_asking_for_the_one_before(desk):
    """While the typed words travel on a slow line, the page still asks how the last one goes."""
    picture(desk)
    status, answers, held, cut_off = desk.page.locator("#preview-status"), [], [], []
    desk.page.on("requestfailed", lambda request: cut_off.append(request.url))

    def hold_the_second(route):
        if answers:
            held.append(route)
            return
        answers.append(route.fetch().text())
        route.fulfill(status=200, body=answers[0])

    desk.page.route("**/preview/", hold_the_second)
    asked_again = re.compile(r"/previews/\w+/\?n=")
    desk.page.route(asked_again, lambda route: route.fulfill(body=answers[0]))
    desk.main.locator("#id_subject").fill("เรื่องแรก")
    expect(status.locator("[hx-get]")).to_be_attached(timeout=PATIENCE)
    with desk.page.expect_request("**/preview/"):
        desk.main.locator("#id_subject").fill("เรื่องที่สอง")
    desk.page.wait_for_timeout(1500)  # longer than the first pauses between two askings
    desk.page.unroute(asked_again)
    held[0].continue_()
    desk.page.unroute("**/preview/")
    expect(status).to_contain_text("1 หน้า", timeout=PATIENCE)
    assert not cut_off


def test_looking_at_the_page_saves_nothing(desk):
    """Only the form does, by itself or by its button; here it cannot."""
    picture(desk)
    desk.page.route("**/edit/", keep_unsaved)
    desk.main.locator("#id_subject").fill("เรื่องที่ไม่ได้บันทึก")
    expect(desk.page.locator("#preview-status")).to_contain_text("กำลังจัดหน้า", timeout=PATIENCE)
    expect(desk.page.locator("#preview-status")).to_contain_text("1 หน้า", timeout=PATIENCE)
    desk.page.once("dialog", lambda dialog: dialog.accept())
    desk.go(PAPER)
    expect(desk.main).not_to_contain_text("เรื่องที่ไม่ได้บันทึก")


def keep_unsaved(route):
    """The form's own saving does not get through."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def test_on_a_telephone_the_page_is_shown_when_asked_for(desk):
    picture(desk)
    with desk.on_phone():
        asked = []
        desk.page.on("request", lambda r: asked.append(r.url) if "preview" in r.url else None)
        desk.go(f"{PAPER}edit/")
        toggle = desk.main.get_by_role("button", name=re.compile("ดูหน้าเอกสาร"))
        expect(toggle).to_have_attribute("aria-expanded", "false")
        assert not [url for url in asked if url.endswith("/preview/")], "no picture, no data"
        toggle.click()
        picture(desk)
        assert desk.overhang() <= 0
        desk.shoot("61-preview-phone")
        desk.main.get_by_role("button", name=re.compile("ซ่อนหน้าเอกสาร")).click()
        expect(desk.page.locator(PICTURE).first).to_be_hidden()


def test_on_a_telephone_the_mark_of_a_draft_covers_no_word(desk):
    with desk.on_phone():
        desk.go(PAPER)
        mark, title = (
            desk.page.locator(f".paper .paper-{part}").first.bounding_box()
            for part in ("mark", "title")
        )
        assert mark["y"] + mark["height"] <= title["y"]


def test_another_tab_leaves_a_readable_word(desk):
    """The newest request wins: the other tab says so, and asks again by a button."""
    picture(desk)
    other = desk.context.new_page()
    other.goto(desk.page.url)
    expect(other.locator(PICTURE).first).to_be_visible(timeout=PATIENCE)
    desk.page.route("**/previews/**", lambda route: route.fulfill(status=404, body=GONE))
    desk.main.locator("#id_subject").fill("เรื่องของแท็บแรก")
    status = desk.page.locator("#preview-status")
    expect(status).to_contain_text("ถูกแทน", timeout=PATIENCE)
    expect(desk.page.locator(PICTURE).first).to_be_visible()
    desk.page.unroute("**/previews/**")
    status.get_by_role("button").click()
    expect(status).to_contain_text("1 หน้า", timeout=PATIENCE)


GONE = '<p>ถูกแทน</p><button type="button" data-preview-again>อีกครั้ง</button>'


def move(desk, name):
    """Press the button of one move on the paper's page."""
    desk.go(PAPER).main.locator(f"form[action='{PAPER}{name}/'] button").first.click()


def test_a_draft_proposed_in_another_tab_is_said_once_and_asked_no_more(desk):
    picture(desk)
    tab, status = desk.page, desk.page.locator("#preview-status")
    try:
        desk.page = desk.context.new_page()
        move(desk, "propose")
        asked = []
        tab.on("request", lambda r: asked.append(r.url) if "preview" in r.url else None)
        tab.locator("main #id_subject").fill("เรื่องที่พิมพ์ต่อ")
        expect(status).to_contain_text("เสนอไปแล้วโดย", timeout=PATIENCE)
        tab.locator("main #id_subject").fill("เรื่องที่พิมพ์ต่ออีก")
        tab.wait_for_timeout(2500)  # longer than the pause after which it would ask
        assert len(asked) == 1
    finally:
        move(desk, "withdraw")
        tab.close()


def test_who_decides_reads_the_very_pdf_on_a_telephone(desk, half_way, desk_at):
    move(desk, "propose")
    try:
        deputy = desk_at(half_way, "deputy")
        with deputy.on_phone():
            deputy.go(PAPER)
            page = deputy.main.locator(".page-pictures img").first
            expect(page).to_have_attribute("alt", "หน้า 1 จาก 1", timeout=PATIENCE)
            page.scroll_into_view_if_needed()
            link = deputy.main.get_by_role("link", name=re.compile("เปิด PDF"))
            expect(link.first).to_be_visible()
            assert deputy.overhang() <= 0
            deputy.shoot("62-paper-phone")
    finally:
        move(desk, "withdraw")
