"""Last year's evidence brought and re-verified, and the inbox, on a telephone of 360 pixels."""

import pytest
from playwright.sync_api import expect

from tests.factories.files import make_image, make_pdf
from tests.journeys.desk import NARROW, PATIENCE

pytestmark = pytest.mark.journey
ITEM = "/o/skn2/2560/items/1.3.2/"
PLAN, PICTURE = "แผนปฏิบัติการประจำปี 2559", "ภาพกิจกรรมประชุมปี 2559"

# The year before, of which the story knows nothing: a text and two pieces of evidence in 1.3.2.
ADD = f"""
from datetime import date
from django.core.files.base import ContentFile
from django.utils import timezone
from indicators.assessments import open_assessment
from indicators.evidence.blobs import store
from indicators.evidence.evidence import add_evidence
from indicators.models import Assessment, Item
from people.models import User
from tests.factories.files import make_image, make_pages
by = User.objects.get(username="coordinator")
year = Assessment.objects.get(office=by.office, fiscal_year=2560)
old = open_assessment(by.office, fiscal_year=2559, edition=year.edition, by=by)
item = old.items.get(consideration__code="1.3.2")
Item.objects.filter(pk=item.pk).update(narrative="ปีก่อนจัดประชุมเชิงปฏิบัติการทุกกลุ่มงาน")
for title, ending, data in (
    ("{PLAN}", ".pdf", make_pages(3)),
    ("{PICTURE}", ".png", make_image("PNG", size=(91, 60), colour="olive")),
):
    blob = store(ContentFile(data, name=title + ending), office=by.office, by=by)
    evidence = add_evidence(
        by.office, title=title, files=[(title + ending, blob)],
        document_date=date(2016, 3, 1), by=by,
    )
    item.citations.create(
        evidence=evidence, revision=evidence.revisions.get(),
        created_at=timezone.now(), created_by=by,
    )
"""


@pytest.fixture
def with_last_year(half_way):
    """The office in step 4, with the year before."""
    if not hasattr(half_way, "last_year"):
        half_way.manage("shell", "--command", ADD)
        half_way.last_year = True
    return half_way


def fits(desk):
    return desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_last_years_evidence_is_brought_and_re_verified(with_last_year, desk_at):
    desk = desk_at(with_last_year, "deputy", viewport=NARROW)
    page = desk.page
    desk.go(ITEM)
    earlier, cited = page.locator("#earlier"), page.locator("#cited")
    if earlier.get_attribute("open") is None:
        earlier.locator("summary").click()
    expect(earlier).to_contain_text("ปีก่อนจัดประชุมเชิงปฏิบัติการทุกกลุ่มงาน")
    expect(earlier.get_by_role("checkbox", name=PLAN)).to_be_checked()
    expect(earlier).to_contain_text("นอกปีงบประมาณ")  # the dates are of the year before
    assert fits(desk)
    desk.shoot("71-last-year")
    desk.press("นำรายการที่เลือกมาใช้")
    expect(page.locator("#doubts")).to_contain_text("2 รายการยังต้องตรวจสอบซ้ำ")
    expect(cited.get_by_text("ยังต้องตรวจสอบซ้ำ")).to_have_count(2)
    assert fits(desk)
    desk.shoot("72-to-re-verify")
    # One still holds, of the other there is a new one.
    desk.press(f"“{PLAN}” ยังใช้ได้")
    expect(cited.get_by_text("ยังต้องตรวจสอบซ้ำ")).to_have_count(1)
    cited.get_by_role("link", name="เปลี่ยนเป็นไฟล์ใหม่").click()
    chooser = page.locator("[data-uploads] input[type=file]:not([capture])")
    chooser.set_input_files(
        {"name": "แผน 2560.pdf", "mimeType": "application/pdf", "buffer": make_pdf("2560")}
    )
    expect(page.locator(".upload-row")).to_contain_text("พร้อมแล้ว", timeout=PATIENCE)
    desk.type("สิ่งที่แก้ไขและเหตุผล", "แผนของปีนี้")
    desk.press("บันทึกฉบับแก้ไข")
    desk.go(ITEM)
    expect(cited.get_by_text("ตรวจสอบซ้ำโดย")).to_have_count(2)
    expect(page.locator("#doubts")).to_be_hidden()
    assert fits(desk)


def test_a_photograph_of_the_day_is_put_in_and_sorted(with_last_year, desk_at):
    desk = desk_at(with_last_year, "staff6", viewport=NARROW)
    page = desk.page
    desk.go("/")
    desk.follow("ส่งภาพหรือไฟล์เข้ากล่องรับหลักฐาน")
    picture = {
        "name": "วันเปิดภาคเรียน.png",
        "mimeType": "image/png",
        "buffer": make_image("PNG", size=(77, 60), colour="navy"),
    }
    page.locator("[data-uploads] input[type=file]:not([capture])").set_input_files(picture)
    expect(page.locator(".upload-row")).to_contain_text("พร้อมแล้ว", timeout=PATIENCE)
    page.locator("#id_for_code").fill("๑.๓.๒")
    page.locator("#id_note").fill("ผู้ปกครองร่วมกิจกรรม")
    assert fits(desk)
    desk.shoot("73-inbox")
    desk.press("ส่งเข้ากล่องรับหลักฐาน")
    expect(page.locator("#mine").locator("..")).to_contain_text("รอการจัด")

    writer = desk_at(with_last_year, "deputy", viewport=NARROW)
    writer.go(ITEM)
    writer.follow("มีใหม่ในกล่องรับหลักฐานสำหรับ 1.3.2 (1)")
    expect(writer.main).to_contain_text("ผู้ปกครองร่วมกิจกรรม")
    assert fits(writer)
    writer.shoot("74-sorting")
    writer.page.get_by_role("button", name="อ้างอิง “").click()
    desk.go("/o/skn2/inbox/")
    expect(page.locator("#mine").locator("..")).to_contain_text("1.3.2")
    assert fits(desk)
