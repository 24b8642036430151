"""OBEC looks into the evidence itself, on a telephone: page 3 of a PDF from its review page."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import NARROW, PATIENCE

pytestmark = pytest.mark.journey
WHOLE_BROWSER = True  # as people have it: pages kept for Back

# Cited in 1.1.1 before it was submitted, so the story knows nothing of it: a longer document.
ADD = """
from django.core.files.base import ContentFile
from django.utils import timezone
from indicators.evidence.blobs import store
from indicators.evidence.evidence import add_evidence
from indicators.models import Citation, Item, YearSubmission
from people.models import User
from tests.factories.files import make_pages
by = User.objects.get(username="coordinator")
name = "แผนกลยุทธ์ 12 หน้า.pdf"
blob = store(ContentFile(make_pages(12), name=name), office=by.office, by=by)
evidence = add_evidence(by.office, title="แผนกลยุทธ์ฉบับเต็ม", files=[(name, blob)], by=by)
item = Item.objects.get(consideration__code="1.1.1", assessment__office=by.office)
citation = Citation.objects.create(
    item=item, evidence=evidence, revision=evidence.revisions.get(), pages="2-4",
    created_at=timezone.now(), created_by=by,
)
YearSubmission.objects.get(withdrawn_at=None).citations.create(citation=citation)
"""


@pytest.fixture
def longer(submitted):
    """OBEC's year, with a document of twelve pages among what was submitted."""
    if not hasattr(submitted, "longer"):
        submitted.manage("shell", "--command", ADD)
        submitted.longer = True
    return submitted


def test_obec_opens_page_3_from_its_review_page(longer, desk_at):
    desk = desk_at(longer, "obec", viewport=NARROW)
    desk.go("/submissions/skn2/2560/indicators/1.1/")
    desk.page.get_by_role("link", name="แผนกลยุทธ์ฉบับเต็ม").first.click()
    picture = desk.page.locator(".look-page")
    # Being prepared, then there by itself, at the first page that is cited.
    expect(picture).to_have_attribute("alt", re.compile("^หน้า 2 จาก 12"), timeout=PATIENCE)
    desk.page.get_by_role("link", name="หน้าถัดไป").click()
    expect(picture).to_have_attribute("alt", re.compile("^หน้า 3 จาก 12"), timeout=PATIENCE)
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1200
    assert "page=3" in desk.page.url
    assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    desk.page.keyboard.press("ArrowLeft")
    expect(picture).to_have_attribute("alt", re.compile("^หน้า 2 จาก 12"), timeout=PATIENCE)
    desk.page.locator("#look-page").fill("12")
    desk.page.locator("#look-page").press("Enter")
    expect(picture).to_have_attribute("alt", re.compile("^หน้า 12 จาก 12"), timeout=PATIENCE)
    desk.page.evaluate("history.back()")  # whose page loads nothing anew
    expect(picture).to_have_attribute("alt", re.compile("^หน้า 2 จาก 12"), timeout=PATIENCE)
    desk.shoot("70-look")


def test_without_javascript_it_is_links(longer, desk_at):
    desk = desk_at(longer, "obec", viewport=NARROW, java_script_enabled=False)
    desk.go("/submissions/skn2/2560/indicators/1.1/")
    desk.page.get_by_role("link", name="แผนกลยุทธ์ฉบับเต็ม").first.click()
    expect(desk.page.locator("#look-page")).to_have_value("2", timeout=PATIENCE)
    desk.page.get_by_role("link", name="หน้าถัดไป").click()
    expect(desk.page.locator("#look-page")).to_have_value("3", timeout=PATIENCE)
    assert "/pages/3/" in desk.page.locator(".look-page").get_attribute("src")
