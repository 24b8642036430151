"""Pages of the inbox: putting in with and without the script, sorting, and whose it is."""

import pytest
from django.urls import reverse
from lxml import html

from indicators.evidence.tus.uploads import begin, finish, receive
from indicators.models import Evidence, InboxEntry
from indicators.narratives.inbox.sorting import cite_from, set_aside
from indicators.states import ItemState, UploadPurpose
from tests.factories.content import make_entry
from tests.factories.files import make_image, make_pdf, make_upload
from tests.factories.people import make_office, make_person, make_reviewer
from tests.factories.reading import read, undo

TUS = {"Tus-Resumable": "1.0.0"}


def url(year, name, *args):
    return reverse(f"indicators:{name}", args=[year.office.code, *args])


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return read(answer.content.decode())


# -- putting in -----------------------------------------------------------------------
def test_a_plain_form_puts_each_file_in_once(year, client_for):
    client, token = client_for(year.staff), "page-1"
    for _time in range(2):  # a second click counts once
        answer = client.post(
            url(year, "inbox"),
            {
                "files": [make_upload("ก.pdf", make_pdf("ก")), make_upload("ข.jpg", make_image())],
                "for_code": "๑.๑",
                "note": "ประชุมเครือข่าย",
                "event_on": "3/2/2560",
                "idempotency_token": token,
            },
        )
        assert (answer.status_code, answer.url) == (302, url(year, "inbox"))
    rows = InboxEntry.objects.order_by("pk")
    assert [row.evidence.title for row in rows] == ["ก", "ข"]
    assert {(row.for_code, row.note, str(row.event_on)) for row in rows} == {
        ("1.1", "ประชุมเครือข่าย", "2017-02-03")
    }
    found = page(client, url(year, "inbox"))
    assert "ประชุมเครือข่าย" in found
    assert "รอการจัด" in found


def test_files_that_came_in_pieces_are_put_in(year, client_for):
    data = make_pdf("ชิ้น")
    upload = begin(
        year.office, name="ชิ้น.pdf", size=len(data), purpose=UploadPurpose.FORM, by=year.staff
    )
    finish(receive(upload.token, 0, [data], by=year.staff))
    client_for(year.staff).post(url(year, "inbox"), {"uploads": upload.token})
    assert InboxEntry.objects.get().evidence.title == "ชิ้น"


def test_files_that_came_in_pieces_keep_the_order_in_which_they_were_chosen(year, client_for):
    tokens = []
    for name in ("สอง", "หนึ่ง"):
        data = make_pdf(name)
        upload = begin(
            year.office,
            name=f"{name}.pdf",
            size=len(data),
            purpose=UploadPurpose.FORM,
            by=year.staff,
        )
        finish(receive(upload.token, 0, [data], by=year.staff))
        tokens.insert(0, upload.token)
    client_for(year.staff).post(url(year, "inbox"), {"uploads": tokens})
    titles = [entry.evidence.title for entry in InboxEntry.objects.order_by("pk")]
    assert titles == ["หนึ่ง", "สอง"]


def test_uploads_of_the_inbox_need_no_year(db, blob_root, client_for):
    office = make_office("skn1")
    client = client_for(make_person(office))
    begun = client.post(
        reverse("indicators:inbox_upload_begin", args=["skn1"]),
        headers=TUS | {"Upload-Length": "9", "Upload-Metadata": "filename a2EucGRm"},
    )
    assert begun.status_code == 201
    address = begun.headers["Location"].removeprefix("http://testserver")
    head = client.head(address, headers=TUS)
    assert head.headers["Upload-Offset"] == "0"
    assert client.get(address, headers=TUS).json()["state"] == "receiving"
    assert "ส่งเข้ากล่องรับหลักฐาน" in page(client, reverse("indicators:inbox", args=["skn1"]))


def test_what_is_wrong_is_said_beside_the_field_and_files_are_kept(year, client_for):
    sent = {"files": [make_upload("ก.pdf", make_pdf())], "for_code": "การบริหาร"}
    answer = client_for(year.staff).post(url(year, "inbox"), sent)
    assert answer.status_code == 400
    found = answer.content.decode()
    assert "โปรดเขียนเฉพาะรหัส" in found
    assert 'name="kept"' in found
    assert client_for(year.staff).post(url(year, "inbox"), {}).status_code == 400
    assert not Evidence.objects.exists()


def test_the_inbox_is_the_own_office_s(year, client_for):
    for person in (make_person(make_office("skn1")), make_reviewer()):
        assert client_for(person).get(url(year, "inbox")).status_code == 404


def test_home_leads_to_it_in_one_click(year, client_for):
    assert f'href="{url(year, "inbox")}"' in page(client_for(year.staff), "/")


# -- what became of it ----------------------------------------------------------------
def test_who_put_it_in_sees_what_became_of_it(year, client_for):
    entries = [
        make_entry(year.office, by=year.staff, code="1.1.1", name=f"{name}.pdf") for name in "กขค"
    ]
    cite_from(entries[0], year.item, by=year.collector)
    set_aside(entries[1], why="ภาพไม่ชัด", by=year.collector)
    found = page(client_for(year.staff), url(year, "inbox"))
    for words in ("ประเด็นที่ 1.1.1", "ภาพไม่ชัด", "รอการจัด"):
        assert words in found
    assert "ภาพไม่ชัด" not in page(client_for(year.member), url(year, "inbox"))


# -- sorting --------------------------------------------------------------------------
@pytest.fixture
def entry(year):
    return make_entry(year.office, by=year.staff, code="1.1.1")


def test_the_collector_is_led_from_the_consideration_and_cites(year, entry, client_for):
    InboxEntry.objects.update(event_on="2017-02-03")
    client, here = client_for(year.collector), [year.assessment.fiscal_year]
    sort_url = url(year, "inbox_sort_code", *here, "1.1.1")
    assert f'href="{sort_url}"' in page(client, url(year, "item", *here, "1.1.1"))
    assert url(year, "inbox_sort_code", *here, "1.1") in page(
        client, url(year, "indicator", *here, "1.1")
    )
    assert "กิจกรรม" in page(client, sort_url)
    answer = client.post(
        url(year, "inbox_cite", *here, entry.pk),
        {"for_code": "1.1.2"},
        headers={"Referer": f"http://testserver{sort_url}"},
    )
    assert year.items[1].citations.kept().count() == 1
    assert answer.url.endswith(sort_url)
    assert undo(client, answer).status_code == 302
    assert not year.items[1].citations.kept().exists()


@pytest.mark.parametrize(("code", "warned"), [("1.2", False), ("8.8", True), ("", False)])
def test_a_code_that_the_year_does_not_have_is_said(year, entry, client_for, code, warned):
    client = client_for(year.coordinator)
    client.post(url(year, "inbox_address", entry.pk), {"for_code": code})
    assert ("ไม่มีรหัส 8.8" in page(client, "/")) is warned
    files = [make_upload("ก.pdf", make_pdf("อีก"))]
    client.post(url(year, "inbox"), {"files": files, "for_code": code})
    assert ("ไม่มีรหัส 8.8" in page(client, url(year, "inbox"))) is warned


def test_without_a_file_it_is_said_where_scripts_hide_nothing(year, client_for):
    answer = client_for(year.staff).post(url(year, "inbox"), {"note": "ประชุม"})
    document = html.fromstring(answer.content.decode())
    [said] = document.xpath("//*[@id='id_files_error']")
    assert answer.status_code == 400
    assert said.text_content().strip()
    assert not said.xpath("ancestor::*[@data-plain-files]")


def test_passing_on_and_setting_aside_are_undone(year, entry, client_for):
    client = client_for(year.coordinator)
    answer = client.post(url(year, "inbox_address", entry.pk), {"for_code": "1.2"})
    entry.refresh_from_db()
    assert entry.for_code == "1.2"
    undo(client, answer)
    entry.refresh_from_db()
    assert entry.for_code == "1.1.1"
    page(client, "/")  # where the message stood
    answer = client.post(url(year, "inbox_set_aside", entry.pk), {"why": "ไม่ชัด"})
    undo(client, answer)
    entry.refresh_from_db()
    assert entry.sorted_at is None


@pytest.mark.parametrize("why", ["", "  ", "\u200b"])
def test_a_form_without_a_word_says_that_it_is_empty(year, entry, client_for, why):
    client = client_for(year.collector)
    answer = client.post(url(year, "inbox_set_aside", entry.pk), {"why": why})
    assert answer.status_code == 400
    assert "ช่องที่มีเครื่องหมายว่างอยู่" in answer.text
    assert "ข้อความที่พิมพ์ไว้ยังอยู่ครบ" not in answer.text
    long = client.post(url(year, "inbox_set_aside", entry.pk), {"why": "ก" * 9000})
    assert "ข้อความที่พิมพ์ไว้ยังอยู่ครบ" in long.text


def test_a_closed_consideration_is_offered_to_nobody(year, entry, client_for):
    InboxEntry.objects.update(event_on="2017-02-03")
    type(year.item).objects.update(state=ItemState.HANDED_IN)
    found = page(client_for(year.collector), url(year, "inbox_sort", 2560))
    assert f"/{entry.pk}/cite/" not in found
    assert f"/{entry.pk}/set-aside/" in found
    year.lock()
    assert f"/{entry.pk}/cite/" not in page(
        client_for(year.collector), url(year, "inbox_sort", 2560)
    )


def test_no_line_ends_within_the_word_for_who_collects(year, client_for):
    shown = client_for(year.staff).get(url(year, "inbox")).text
    assert '<span class="whole">ผู้จัดเก็บข้อมูล</span>จะจัดเข้าประเด็น' in shown
