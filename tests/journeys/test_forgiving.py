"""What people do by accident costs them nothing they have typed."""

import io
import time
import zipfile

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey
WHOLE_BROWSER = True  # as people have it: smooth scrolling, pages kept for Back

YEAR = "/o/skn2/2560/"
DELAY = 30_000  # ms; autosave itself waits 1.5 s


def item(desk, code):
    """Open a consideration that is not handed in yet; return its narrative box."""
    desk.go(f"{YEAR}items/{code}/")
    box = desk.main.locator("#id_narrative")
    expect(box).to_be_editable()
    return box


def says(desk, text):
    expect(desk.main.locator("#save-state")).to_contain_text(text, timeout=DELAY)


def test_what_is_typed_is_saved_by_itself(half_way, desk_at):
    desk = desk_at(half_way, "member1")
    item(desk, "1.1.2").fill("เปิดเวทีรับฟังความคิดเห็น ๑๒ ครั้ง ทุกอำเภอ")
    says(desk, "บันทึกแล้ว เวลา")
    desk.page.reload()
    expect(desk.main.locator("#id_narrative")).to_have_value("เปิดเวทีรับฟังความคิดเห็น ๑๒ ครั้ง ทุกอำเภอ")


def test_two_people_write_at_once_and_nothing_is_lost(half_way, desk_at):
    collector, supervisor = desk_at(half_way, "member1"), desk_at(half_way, "group2")
    early, late = item(collector, "1.1.4"), item(supervisor, "1.1.4")
    early.fill("ข้อความของผู้จัดเก็บข้อมูล")
    says(collector, "บันทึกแล้ว เวลา")
    late.fill("ข้อความของผู้กำกับดูแล")
    conflict = supervisor.main.locator("#conflict")
    expect(conflict).to_be_visible(timeout=DELAY)
    expect(conflict).to_contain_text("บันทึกไปก่อนแล้ว")
    expect(conflict).to_contain_text("ข้อความของผู้จัดเก็บข้อมูล")
    expect(late).to_have_value("ข้อความของผู้กำกับดูแล")
    supervisor.shoot("30-conflict")
    supervisor.press("นำมาต่อกันแล้วแก้ไข")
    says(supervisor, "บันทึกแล้ว เวลา")
    collector.page.reload()
    both = collector.main.locator("#id_narrative").input_value()
    assert "ข้อความของผู้จัดเก็บข้อมูล" in both
    assert "ข้อความของผู้กำกับดูแล" in both


def test_back_shows_the_page_as_it_was_left(half_way, desk_at):
    """The browser keeps the page itself: what was typed stands there and is saved from there.

    The driver loses sight of a page that comes back this way; the browser itself is asked.
    """
    desk = desk_at(half_way, "member1")
    path = f"{YEAR}items/3.1.1/"
    item(desk, "3.1.1").fill("พิมพ์ก่อนกดย้อนกลับ")
    browser = desk.context.new_cdp_session(desk.page)

    def ask(script):
        answer = browser.send("Runtime.evaluate", {"expression": script})
        return answer["result"].get("value")

    ask("window.wasHere = true")
    desk.go(YEAR)
    ask("history.back()")
    wait_until(lambda: ask("location.pathname") == path)
    assert ask("window.wasHere") is True, "kept, not loaded again"
    box = "document.querySelector('#id_narrative')"
    assert ask(f"{box}.value") == "พิมพ์ก่อนกดย้อนกลับ"
    text = "พิมพ์หลังกดย้อนกลับ"
    ask(f"{box}.value = '{text}'; {box}.dispatchEvent(new Event('input', {{bubbles: true}}))")
    url = f"{half_way.url}{path}"
    wait_until(lambda: text in desk.context.request.get(url).text())


def wait_until(true):
    deadline = time.monotonic() + DELAY / 1000
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)


def test_lost_connection_is_said_and_made_good(half_way, desk_at):
    desk = desk_at(half_way, "member1")
    box = item(desk, "3.1.1")
    desk.context.set_offline(True)
    box.fill("พิมพ์ขณะไม่มีสัญญาณ")
    says(desk, "ไม่มีการเชื่อมต่อ")
    desk.shoot("31-offline")
    desk.context.set_offline(False)
    says(desk, "บันทึกแล้ว เวลา")
    desk.page.reload()
    expect(desk.main.locator("#id_narrative")).to_have_value("พิมพ์ขณะไม่มีสัญญาณ")


def test_text_of_a_closed_window_comes_back(half_way, desk_at):
    """Offline, the window is closed, and opened again later."""
    desk = desk_at(half_way, "staff3")
    box = item(desk, "1.2.3")
    desk.context.set_offline(True)
    box.fill("พิมพ์แล้วเครื่องดับ")
    says(desk, "ไม่มีการเชื่อมต่อ")
    desk.page.close()
    desk.context.set_offline(False)
    desk.page = desk.context.new_page()
    desk.go(f"{YEAR}items/1.2.3/")
    expect(desk.main.locator("#id_narrative")).to_have_value("พิมพ์แล้วเครื่องดับ")
    says(desk, "บันทึกแล้ว เวลา")


def macro_document():
    """A .docx with a macro in it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        archive.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("โปรแกรม.exe", b"MZ" + b"\0" * 100, "ระบบไม่รับไฟล์โปรแกรม"),
        ("บันทึกข้อความ.docx", macro_document(), "ไฟล์นี้มีแมโคร"),
    ],
    ids=["program", "macro"],
)
def test_refused_file_tells_why_and_keeps_the_title(half_way, desk_at, name, data, reason):
    desk = desk_at(half_way, "staff1", java_script_enabled=False)
    desk.go(f"{YEAR}items/1.3.2/")
    desk.type("ชื่อเรื่อง", "รายงานการประชุมคณะกรรมการเขตพื้นที่")
    upload = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    field = desk.page.get_by_label("ไฟล์", exact=True)
    field.set_input_files(upload)
    desk.press("อัปโหลด", within=desk.main.locator("form").filter(has=field))
    desk.reads(name, reason)
    title = desk.main.get_by_label("ชื่อเรื่อง").and_(desk.page.locator("input")).first
    expect(title).to_have_value("รายงานการประชุมคณะกรรมการเขตพื้นที่")
    desk.shoot("32-refused-file")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_double_click_calls_one_meeting(half_way, desk_at, script):
    desk = desk_at(half_way, "coordinator", java_script_enabled=script)
    title = f"ประชุมคณะกรรมการวาระพิเศษ {script}"
    desk.go(f"{YEAR}meetings/new/committee/")
    desk.type("ชื่อการประชุม", title)
    desk.type("วันที่", "20/07/2560")
    desk.type("เวลา", "13.30")
    desk.type("สถานที่", "ห้องประชุม 3")
    desk.main.get_by_role("button", name="นัดประชุม").dblclick()
    desk.reads(title)
    desk.go(f"{YEAR}meetings/")
    expect(desk.main.get_by_role("link", name=title)).to_have_count(1)


def test_page_works_without_script(half_way, desk_at):
    desk = desk_at(half_way, "staff4", java_script_enabled=False)
    desk.go("/").main.locator("a[href*='/items/']").first.click()
    text = "เขียนโดยไม่ใช้สคริปต์"
    desk.main.locator("#id_narrative").fill(text)
    desk.press("บันทึก", within=desk.main.locator("#item-form"))
    expect(desk.main.locator("#id_narrative")).to_have_value(text)
    says(desk, "บันทึกล่าสุดโดย")


def test_reason_typed_while_the_level_is_saved_stays(half_way, desk_at):
    """The answer replaces the card; what was typed meanwhile is kept and saved after it."""
    desk = desk_at(half_way, "member1")
    desk.go(f"{YEAR}scores/?standard=1")
    card = desk.main.locator("article").filter(has=desk.page.locator(".code:text-is('1.1.3')"))
    held = []
    desk.page.route("**/scores/**", lambda route: held.append(route))
    with desk.page.expect_request("**/scores/**"):
        card.locator("input[value='4']").check()
    card.get_by_label("เหตุผล").fill("หลักฐานครบถ้วนตามเกณฑ์")
    assert held, "the level is on its way"
    held[0].continue_()
    desk.page.unroute("**/scores/**")
    expect(card).to_contain_text("ให้ระดับ 4", timeout=DELAY)
    expect(card.get_by_label("เหตุผล")).to_have_value("หลักฐานครบถ้วนตามเกณฑ์")
    desk.page.reload()
    expect(card.get_by_label("เหตุผล")).to_have_value("หลักฐานครบถ้วนตามเกณฑ์")


# Sends a form with one choice that is none, or with what was put into its file field.
SPOIL = """(box) => {
  const one = box.options ? box.options[box.options.length - 1] : box;
  if (box.type !== "file") one.value = "no-such-choice";
  if (box.options) one.selected = true;
  if (box.type !== "file") box.checked = true;
  box.form.noValidate = true;
  box.form.requestSubmit();
}"""
READ_OUT = """() => [document.activeElement, document.activeElement.closest("fieldset")]
  .flatMap((box) => (box?.getAttribute("aria-describedby") || "").split(" "))
  .map((id) => document.getElementById(id)?.textContent.trim()).join(" ")"""


CHOOSE = "เลือก"
WRONG = [
    (f"{YEAR}projects/new/", "kind", "no-such-choice"),
    (f"{YEAR}projects/new/", "indicators", CHOOSE),
    (f"{YEAR}steps/4/plan/", "responsible", "no-such-choice"),
    ("/cycles/new/", "edition", CHOOSE),
]


def test_a_wrong_choice_has_the_focus_and_is_read_out_with_what_is_wrong(half_way, desk_at):
    """A list, boxes, people, one of several: each is the first that is wrong."""
    desk = desk_at(half_way, "coordinator")
    for page, name, said in WRONG:
        box = desk.go(page).main.locator(f"[name={name}]").first
        if "/projects/" in page:
            desk.main.locator("[name=title]").fill("โครงการที่เลือกผิด")
            desk.main.locator("[name=kind]").select_option("project")
        box.evaluate(SPOIL)
        expect(box).to_be_focused(timeout=DELAY)
        expect(box).to_be_in_viewport()
        assert said in desk.page.evaluate(READ_OUT), name
