"""The checklist on its pages: seen by everybody, kept and ticked by who may."""

import pytest
from django.urls import reverse
from lxml import html

from indicators.catalogue.checklists import checklists, ticks
from indicators.catalogue.checklists.queries import checklist_of
from indicators.evidence.tus import uploads
from indicators.handovers.contents import HandedPart, contents_of
from indicators.handovers.lists import ListHeading, missing_text
from indicators.models import ChecklistRow, Citation
from tests.factories.content import make_evidence
from tests.factories.files import make_pdf, make_upload
from tests.factories.loading import load_again
from tests.factories.reading import read, undo
from tests.indicators.catalogue.checklists.required import require_pieces

PLAN, ORDER = "แผนพัฒนาการศึกษา", "คำสั่งแต่งตั้งคณะทำงาน"


@pytest.fixture
def item(year):
    return load_again(year.item)


@pytest.fixture
def rows(item):
    return require_pieces(item, PLAN, ORDER)


def url(year, name, *more):
    return reverse(f"indicators:{name}", args=[*year.args, *more])


def page_of(year, client):
    return client.get(url(year, "item", year.item.consideration.code))


def forms_of(answer):
    return {form.get("action").split("/")[-2] for form in html.fromstring(answer.text).iter("form")}


def test_the_page_shows_what_is_there_and_what_can_be_done(year, rows, client_for):
    page = page_of(year, client_for(year.collector))
    assert "มีแล้ว 0 จาก 2" in read(page.text)
    links = [link.get("data-upload-row") for link in html.fromstring(page.text).iter("a")]
    assert [link for link in links if link] == [str(row.pk) for row in rows]
    assert {"required", "excuse"} <= forms_of(page)
    seen = page_of(year, client_for(year.director))
    assert PLAN in read(seen.text)
    assert not {"required", "excuse", "tick", "remove"} & forms_of(seen)
    year.lock()
    locked = page_of(year, client_for(year.collector))
    assert not {"required", "excuse", "tick", "remove"} & forms_of(locked)


def test_without_a_list_the_section_is_quiet(year, client_for):
    assert 'id="checklist"' not in page_of(year, client_for(year.director)).text
    empty = page_of(year, client_for(year.coordinator))
    assert "มาตรฐานฉบับนี้ไม่ได้กำหนดหลักฐานของประเด็นนี้ไว้" in read(empty.text)


def test_added_twice_it_stands_once_and_taken_off_it_comes_back(year, client_for):
    client, code = client_for(year.coordinator), year.item.consideration.code
    for _click in range(2):
        answer = client.post(url(year, "checklist_add", code), {"title": "ภาพถ่าย"})
        row = ChecklistRow.objects.get()
        assert answer.url.endswith(f"#required-{row.pk}")
    gone = client.post(url(year, "checklist_remove", row.pk))
    assert not ChecklistRow.objects.kept().exists()
    undo(client, gone)
    assert ChecklistRow.objects.kept().get() == row


@pytest.mark.parametrize(
    ("title", "said"), [(" ", "ระบุชื่อหลักฐานที่ต้องมี"), ("ภาพถ่าย" * 60, "ยาวเกินไป")]
)
def test_a_name_that_is_refused_stands_on_the_page_with_what_is_wrong(
    year, rows, client_for, title, said
):
    client, code = client_for(year.coordinator), year.item.consideration.code
    answer = client.post(url(year, "checklist_add", code), {"title": title})
    assert answer.status_code == 400
    tree = html.fromstring(answer.text)
    (box,) = tree.xpath("//section[.//h2[@id='checklist']]//details[@open]//input[@aria-invalid]")
    assert (box.get("name"), box.get("value", "").strip()) == ("title", title.strip())
    assert said in box.getparent().text_content()
    assert len(tree.xpath("//li[@class='checklist-row']")) == 2


@pytest.mark.parametrize("why", ["", "  ", "\u200b", "ก" * 1001])
def test_a_reason_that_is_refused_stands_at_its_row_and_names_the_piece(
    year, item, rows, client_for, why
):
    client = client_for(year.collector)
    answer = client.post(url(year, "checklist_excuse", rows[1].pk), {"why": why})
    assert answer.status_code == 400
    tree = html.fromstring(answer.text)
    (box,) = tree.xpath("//textarea[@aria-invalid]")
    (row,) = box.xpath("ancestor::li[@class='checklist-row']")
    assert row.get("id") == f"required-{rows[1].pk}"
    assert box.xpath("ancestor::details")[0].get("open") is not None
    if typed := why.strip("\u200b "):
        assert typed in box.text
    else:
        said = read(row.text_content())
        assert "โปรดระบุเหตุผลที่ “คำสั่งแต่งตั้งคณะทำงาน” ไม่เกี่ยวข้อง" in said
    assert checklist_of(item).total == 2


def test_a_piece_is_excused_and_the_message_takes_it_back(year, item, rows, client_for):
    client = client_for(year.collector)
    answer = client.post(url(year, "checklist_excuse", rows[0].pk), {"why": "ไม่มีในเขต"})
    assert [piece.excused_why for piece in checklist_of(item).excused] == ["ไม่มีในเขต"]
    undo(client, answer)
    assert checklist_of(item).total == 2
    checklists.excuse(rows[1], why="ไม่มีในปีนี้", by=year.coordinator)
    assert "ไม่มีในปีนี้" in read(page_of(year, client).text)


def test_ticked_and_unticked_with_one_click(year, item, rows, client_for):
    make_evidence(year.office, by=year.collector, title=PLAN, items=[item])
    client, citation = client_for(year.collector), Citation.objects.get()
    assert "ดูจากชื่อ อาจเป็น “แผนพัฒนาการศึกษา”" in read(page_of(year, client).text)
    unnamed = client.post(url(year, "checklist_tick", citation.pk), {"row": ""})
    assert unnamed.status_code == 400
    assert "เลือกก่อนว่า “แผนพัฒนาการศึกษา” เป็นหลักฐานรายการใด" in read(unnamed.text)
    for _click in range(2):
        client.post(url(year, "checklist_tick", citation.pk), {"row": rows[0].pk})
    assert checklist_of(item).there == 1
    answer = client.post(url(year, "checklist_untick", citation.pk), {"row": rows[0].pk})
    assert checklist_of(item).there == 0
    undo(client, answer)
    assert checklist_of(item).there == 1


def test_a_row_of_another_consideration_is_not_found(year, item, rows, client_for):
    other = load_again(year.items[1])
    make_evidence(year.office, by=year.collector, items=[other])
    answer = client_for(year.collector).post(
        url(year, "checklist_tick", Citation.objects.get().pk), {"row": rows[0].pk}
    )
    assert answer.status_code == 404


def test_picked_for_a_row_it_is_cited_and_ticked(year, item, rows, client_for):
    client, code = client_for(year.collector), year.item.consideration.code
    shelf = make_evidence(year.office, by=year.staff, title="จากชั้น")
    here = make_evidence(year.office, by=year.collector, title="มีแล้ว", name="ข.pdf", items=[item])
    page = client.get(url(year, "evidence_pick", code), {"row": rows[1].pk})
    text = read(page.text)
    assert "หลักฐานใดคือ “คำสั่งแต่งตั้งคณะทำงาน”" in text
    assert "มีแล้ว" in text
    assert here.citations.get().pk
    revision = shelf.revisions.get().pk
    client.post(url(year, "cite", code), {"revision": revision, "row": rows[1].pk})
    (ticked,) = checklist_of(item).rows[1].ticked
    assert Citation.objects.get(pk=ticked).evidence == shelf


@pytest.mark.parametrize("way", ["evidence_create", "evidence_pick"])
def test_from_bringing_and_picking_a_button_leads_back_to_the_row(year, rows, client_for, way):
    code = year.item.consideration.code
    at = url(year, way, *([code] if way == "evidence_pick" else []))
    back = url(year, "item", code)
    for sent, place in (({}, "evidence"), ({"row": rows[1].pk}, f"required-{rows[1].pk}")):
        page = client_for(year.collector).get(at, {"item": code, **sent})
        (button,) = html.fromstring(page.text).xpath("//a[@href=$h]", h=f"{back}#{place}")
        assert f"กลับไปที่ {code} {year.item.consideration.title}" in read(button.text_content())
    alone = client_for(year.collector).get(url(year, "evidence_create"))
    assert "กลับไปที่" not in alone.text


def test_brought_for_a_row_without_a_script_it_is_ticked(year, item, rows, client_for):
    client = client_for(year.collector)
    named = {"item": year.item.consideration.code, "row": rows[0].pk}
    page = client.get(url(year, "evidence_create"), named)
    assert "สำหรับหลักฐานที่ต้องมี “แผนพัฒนาการศึกษา”" in read(page.text)
    client.post(url(year, "evidence_create"), {"files": [make_upload("แผน.pdf")], **named})
    assert [piece.there for piece in checklist_of(item).rows] == [True, False]


@pytest.mark.parametrize("gone", [False, True], ids=["standing", "taken off"])
def test_uploaded_for_a_row_it_is_ticked_when_it_is_whole(year, item, gone):
    row, _made = checklists.add_row(item, title="ภาพถ่าย", by=year.coordinator)
    data = make_pdf("ก")
    upload = uploads.begin(
        year.office, name="ก.pdf", size=len(data), item=item, row=row, by=year.collector
    )
    if gone:
        checklists.remove_row(row, by=year.coordinator)
    done = uploads.finish(uploads.receive(upload.token, 0, [data], by=year.collector))
    assert done.state == "done"
    assert Citation.objects.get().item == item
    assert Citation.objects.get().ticks.count() == (0 if gone else 1)


def test_every_list_of_what_is_missing_names_it(year, item, rows, client_for):
    make_evidence(year.office, by=year.collector, items=[item])
    ticks.tick(rows[0], Citation.objects.get(), by=year.collector)
    client = client_for(year.member)
    for name in ("indicator_list", "scoring", "committee_room"):
        assert "หลักฐานที่ต้องมี 1 จาก 2" in read(client.get(url(year, name)).text), name
    indicator = client.get(url(year, "indicator", item.consideration.indicator.code))
    assert "หลักฐานที่ต้องมี 1 จาก 2" in read(indicator.text)
    handover = read(client.get(url(year, "handover_list")).text)
    assert ORDER in handover
    assert PLAN not in handover
    heading = ListHeading("สพป.", 2560, "", item.assessment.opened_at, "")
    checklists.excuse(rows[1], why="ไม่มี\nในเขต", by=year.collector)
    text = missing_text(contents_of(load_again(year.assessment), HandedPart()), heading).decode()
    assert f"- 1.1.1 {ORDER}: ไม่เกี่ยวข้อง: ไม่มี ในเขต" in text
