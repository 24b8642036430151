"""Pages of evidence and the one way files leave, by role and by what is sent."""

from contextlib import closing
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse
from lxml import html

import thai
from core import clock
from indicators.evidence.blobs import path_of
from indicators.evidence.evidence import remove_evidence, revise
from indicators.models import Blob, Citation, Evidence, EvidenceFile
from tests.factories.content import make_content_year, make_evidence
from tests.factories.files import make_docx, make_image, make_pdf, make_upload
from tests.factories.loading import load_again
from tests.factories.people import make_reviewer
from tests.factories.reading import read, undo

NAME = "แผนปฏิบัติการประจำปี ๒๕๖๐.pdf"
PAGES = ["evidence", "evidence_edit", "evidence_revise"]
ACTS = ["evidence_remove", "evidence_restore"]


@pytest.fixture
def evidence(year):
    return make_evidence(
        year.office, by=year.collector, title="แผนปฏิบัติการ", items=[load_again(year.item)], name=NAME
    )


def url(year, name, *more):
    return reverse(f"indicators:{name}", args=[*year.args, *more])


def sent(**more):
    fields = dict.fromkeys(
        ("title", "url", "link_label", "document_date", "covers_from", "covers_to", "kept"), ""
    )
    return {**fields, **more}


def create(year, client, **more):
    return client.post(url(year, "evidence_create"), sent(**more))


# -- who ----------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["staff", "collector", "member", "coordinator", "director"])
def test_everybody_of_the_office_reads(year, evidence, client_for, who):
    client = client_for(getattr(year, who))
    assert evidence.title in read(client.get(url(year, "evidence_list")).text)
    assert NAME in client.get(url(year, "evidence", evidence.pk)).content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("staff", 403), ("member", 403), ("collector", 200), ("coordinator", 200)],
)
@pytest.mark.parametrize("name", ["evidence_edit", "evidence_revise"])
def test_who_opens_the_pages_that_change(year, evidence, client_for, name, who, status):
    client = client_for(getattr(year, who))
    assert client.get(url(year, name, evidence.pk)).status_code == status


@pytest.mark.parametrize("name", PAGES + ACTS)
def test_strangers_get_404(year, evidence, client_for, name):
    other = make_content_year("skn1")
    foreign = reverse(f"indicators:{name}", args=[*other.args, evidence.pk])
    for person in (other.coordinator, make_reviewer()):
        client = client_for(person)
        for address in (url(year, name, evidence.pk), foreign):
            method = client.post if name in ACTS else client.get
            assert method(address).status_code == 404


def test_guests_are_led_to_the_sign_in(year, evidence, client):
    file = EvidenceFile.objects.get()
    for address in (
        url(year, "evidence_list"),
        url(year, "evidence", evidence.pk),
        reverse("indicators:file_download", args=[file.pk]),
    ):
        assert client.get(address).status_code == 302
    assert client.post(url(year, "evidence_create"), {"files": make_upload()}).status_code == 302
    assert Blob.objects.count() == 1


@pytest.mark.parametrize("name", ACTS)
def test_acts_refuse_get(year, evidence, client_for, name):
    client = client_for(year.coordinator)
    assert client.get(url(year, name, evidence.pk)).status_code == 405


# -- bringing -----------------------------------------------------------------------
def test_one_refused_file_loses_no_other_and_says_why(year, client_for):
    macro = make_docx(entries={"word/vbaProject.bin": b"x"})
    client = client_for(year.collector)
    client.post(
        url(year, "evidence_create"),
        sent(files=[make_upload("ไม่ดี.docx", macro), make_upload(NAME)]),
    )
    assert [f.name for f in EvidenceFile.objects.all()] == [NAME]
    page = client.get(url(year, "evidence_list")).content.decode()
    assert "ไม่ดี.docx" in page
    assert "แมโคร" in page


def test_a_mistake_in_the_form_does_not_lose_the_files(year, client_for):
    client = client_for(year.collector)
    answer = create(
        year, client, files=[make_upload(NAME)], title="แผน", document_date="31/02/2560"
    )
    page = answer.content.decode()
    assert answer.status_code == 400
    assert NAME in page
    assert 'value="แผน"' in page
    assert "31/02/2560" in page
    token = answer.context["kept_token"]
    assert create(year, client, title="แผน", kept=token).status_code == 302
    assert EvidenceFile.objects.get().name == NAME
    stranger = client_for(year.staff)
    assert create(year, stranger, title="ของเขา", kept=token).status_code == 400


def test_a_document_of_tomorrow_is_refused_at_its_field(year, client_for):
    day = thai.format_date(clock.today() + timedelta(1))
    answer = create(year, client_for(year.collector), url="https://a.example/", document_date=day)
    assert answer.status_code == 400
    assert answer.context["form"].errors["document_date"] == [
        "วันที่ของเอกสารอยู่ในอนาคต โปรดตรวจสอบวันที่และปี พ.ศ."
    ]
    assert not Evidence.objects.exists()


def test_nothing_to_keep_is_said_at_the_field(year, client_for):
    client = client_for(year.collector)
    assert create(year, client, title="ว่าง").status_code == 400
    answer = create(year, client, title="ไม่ใช่ลิงก์", url="javascript:alert(1)")
    assert answer.status_code == 400
    assert "http://" in answer.content.decode()
    answer = create(year, client, files=[make_upload("x.pdf", b"MZ" + b"\0" * 80)])
    assert answer.status_code == 400
    assert "โปรแกรม" in answer.content.decode()
    assert not Evidence.objects.exists()


def test_each_lack_of_a_revision_is_said_at_once(year, evidence, client_for):
    page = url(year, "evidence_revise", evidence.pk)
    refused = read(client_for(year.collector).post(page, sent(note="")).text)
    assert "โปรดระบุสิ่งที่แก้ไขและเหตุผล" in refused
    assert "โปรดเลือกไฟล์หรือใส่ลิงก์อย่างน้อยหนึ่งรายการ" in refused


def test_a_file_beyond_the_limit_is_named_and_the_others_stay(year, client_for, settings):
    small = make_pdf("เล็ก")
    settings.UPLOAD_MAX_BYTES = len(small) + 100
    client = client_for(year.collector)
    create(
        year, client, files=[make_upload("ใหญ่.pdf", small + b"\0" * 600), make_upload(NAME, small)]
    )
    assert [f.name for f in EvidenceFile.objects.all()] == [NAME]


@pytest.mark.parametrize(
    "stem", ["รายงานผลการดำเนินงาน" * 6, "ก" * 120, "ที่นี่" * 25 + " จบ", "ครู 👨‍👩‍👧"]
)
def test_a_files_name_stays_whole(year, client_for, stem):
    client = client_for(year.collector)
    create(year, client, files=[make_upload(f"{stem}.pdf", make_pdf(stem))])
    row, file = Evidence.objects.get(), EvidenceFile.objects.get()
    assert (row.title, file.name) == (stem, f"{stem}.pdf")
    page = client.get(url(year, "evidence", row.pk)).text
    assert f'title="{stem}.pdf"' in page
    assert stem in read(client.get(url(year, "evidence_list")).text)
    with closing(client.get(reverse("indicators:file_download", args=[file.pk]))) as answer:
        assert answer["Content-Disposition"].endswith(f"filename*=utf-8''{quote(stem)}.pdf")


def test_a_name_that_would_have_to_be_cut_is_refused_with_its_length(year, client_for):
    client, answers = client_for(year.collector), []
    for stem in ("ก" * 251, "ก" * 252, "ก" * 247 + "👨‍👩‍👧"):  # and .pdf; a family is five letters
        file = make_upload()
        file._name = f"{stem}.pdf"  # by ``name`` Django cuts it here, too
        answers.append(create(year, client, files=[file], title="แผน"))
    assert [answer.status_code for answer in answers] == [302, 400, 400]
    assert "ชื่อไฟล์ยาว 256 ตัวอักษร ใช้ได้ไม่เกิน 255 ตัวอักษร" in answers[1].text
    assert [row.name for row in EvidenceFile.objects.all()] == ["ก" * 251 + ".pdf"]


def test_a_reason_that_is_too_long_is_shown_again_by_itself(year, evidence, client_for):
    client = client_for(year.collector)
    answer = client.post(url(year, "evidence_remove", evidence.pk), {"why": "ก" * 1003})
    assert answer.status_code == 400
    assert "ข้อความยาวเกินไป 3 ตัวอักษร" in answer.text
    assert "ก" * 1003 in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert load_again(evidence).removed_at is None


def test_the_same_form_twice_makes_one_piece(year, client_for):
    client = client_for(year.collector)
    for _press in range(2):
        answer = create(
            year, client, url="https://x.go.th/", title="ครั้งเดียว", idempotency_token="token-1"
        )
        assert answer.status_code == 302
    assert Evidence.objects.count() == 1


def test_a_reader_cannot_cite_by_bringing(year, client_for):
    answer = create(
        year, client_for(year.staff), url="https://x.go.th/", item=year.item.consideration.code
    )
    assert answer.status_code == 403
    assert not Evidence.objects.exists()


# -- finding ------------------------------------------------------------------------
def test_search_is_folded_and_filters_hold(year, evidence, client_for):
    report = "รายงานการประชุม ครั้งที่ ๑/๒๕๖๐"
    make_evidence(year.office, by=year.staff, title=report, name="สแกน ๐๑.pdf")
    client = client_for(year.collector)

    def titles(**query):
        page = client.get(url(year, "evidence_list"), query).context["page"]
        return sorted(row.title for row in page)

    assert titles(q="1/2560") == titles(q="สแกน 01") == [report]
    assert titles(q="แผน") == titles(show="mine") == ["แผนปฏิบัติการ"]
    assert titles(show="uncited") == ["รายงานการประชุม ครั้งที่ ๑/๒๕๖๐"]
    standard = year.item.consideration.indicator.standard_id
    assert titles(standard=standard) == ["แผนปฏิบัติการ"]
    assert titles(q="ไม่มีคำนี้") == []
    assert len(titles(standard="x", show="nonsense")) == 2


def test_picking_offers_what_is_not_cited_yet(year, evidence, client_for):
    shelf = make_evidence(year.office, by=year.staff, title="แผนพัฒนาสามปี")
    client = client_for(year.collector)
    code = year.item.consideration.code
    answer = client.get(url(year, "evidence_pick", code), {"q": "แผน"}, headers={"HX-Request": "1"})
    assert [row.title for row in answer.context["rows"]] == ["แผนพัฒนาสามปี"]
    client.post(url(year, "cite", code), {"revision": shelf.revisions.get().pk, "pages": "๑–๓"})
    assert Citation.objects.filter(item=year.item, evidence=shelf, pages="๑–๓").count() == 1


def test_citing_a_stranger_s_revision_is_404(year, client_for):
    other = make_content_year("skn1")
    foreign = make_evidence(other.office, by=other.staff).revisions.get()
    code = year.item.consideration.code
    answer = client_for(year.collector).post(url(year, "cite", code), {"revision": foreign.pk})
    assert answer.status_code == 404


def test_withdrawing_through_the_page(year, evidence, client_for):
    citation = Citation.objects.get()
    address = url(year, "citation_withdraw", citation.pk)
    assert client_for(year.staff).post(address).status_code == 403
    assert client_for(make_content_year("skn1").collector).post(address).status_code == 404
    client = client_for(year.collector)
    withdrawn = client.post(address)
    assert Citation.objects.kept().count() == 0
    back = url(year, "citation_restore", citation.pk)
    assert client_for(year.staff).post(back).status_code == 403
    assert undo(client, withdrawn).status_code == 302
    assert Citation.objects.kept().get() == citation
    assert client.post(back).status_code == 409


# -- changing -----------------------------------------------------------------------
def test_edit_revise_remove_and_restore_through_the_pages(year, evidence, client_for):
    client = client_for(year.collector)
    client.post(url(year, "evidence_edit", evidence.pk), sent(title="ชื่อใหม่", seen=""))
    assert load_again(evidence).title == "ชื่อใหม่"
    client.post(url(year, "evidence_revise", evidence.pk), sent(files=[make_upload()], note="แก้ไข"))
    assert evidence.revisions.count() == 2
    client.post(url(year, "evidence_remove", evidence.pk), {"why": "ซ้ำกับฉบับลงนาม"})
    assert load_again(evidence).removed_at
    client.post(url(year, "evidence_restore", evidence.pk))
    assert load_again(evidence).removed_at is None


@pytest.mark.parametrize("note", ["", "  ", "\u200b"])
def test_a_revision_says_why_and_loses_nothing_when_it_does_not(year, evidence, client_for, note):
    links = [("https://example.go.th/ก", "ก"), ("https://example.go.th/ข", "ข")]
    kept, _gone = revise(evidence, links=links, note="ลิงก์", by=year.collector).links.all()
    client, page = client_for(year.collector), url(year, "evidence_revise", evidence.pk)
    sent_once = sent(files=[make_upload("ใหม่.pdf")], keep_links=[kept.pk], note=note)
    answer = client.post(page, sent_once)
    assert (answer.status_code, evidence.revisions.count()) == (400, 2)
    tree = html.fromstring(answer.text)
    assert "โปรดระบุสิ่งที่แก้ไขและเหตุผล" in read(answer.text)
    assert tree.xpath("//input[@id='id_note']/@aria-describedby") == ["id_note_error"]
    assert tree.xpath("//input[@name='keep_links' and @checked]/@value") == [str(kept.pk)]
    [token] = tree.xpath("//input[@name='kept']/@value")
    client.post(page, sent(kept=token, keep_links=[kept.pk], note="ลงนามแล้ว"))
    newest = evidence.revisions.first()
    assert (newest.number, newest.note) == (3, "ลงนามแล้ว")
    assert newest.files.get().name == "ใหม่.pdf"
    assert newest.links.get().label == "ก"


# -- files --------------------------------------------------------------------------
def test_a_download_keeps_its_thai_name_and_is_tame(year, evidence, client_for):
    file = EvidenceFile.objects.get()
    answer = client_for(year.staff).get(reverse("indicators:file_download", args=[file.pk]))
    assert b"".join(answer.streaming_content) == path_of(file.blob).read_bytes()
    disposition = answer.headers["Content-Disposition"]
    assert disposition == f"attachment; filename*=utf-8''{quote(NAME)}"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["file_download", "file_preview"])
@pytest.mark.parametrize(("label", "data"), [("ก.pdf", make_pdf("x")), ("ก.jpg", make_image())])
def test_a_cut_download_goes_on_where_it_stopped(year, client_for, name, label, data):
    make_evidence(year.office, by=year.staff, name=label, data=data)
    address = reverse(f"indicators:{name}", args=[EvidenceFile.objects.get().pk])
    client = client_for(year.staff)
    whole = client.get(address)
    first, etag = b"".join(whole.streaming_content), whole.headers["ETag"]
    rest = client.get(address, headers={"Range": "bytes=40-", "If-Range": etag})
    assert (rest.status_code, b"".join(rest.streaming_content)) == (206, first[40:])
    stranger = client_for(make_content_year("skn1").director)
    assert stranger.get(address, headers={"Range": "bytes=0-9"}).status_code == 404
    with closing(client.head(address)) as answer:
        assert answer.headers["Content-Length"] == str(len(first))


@pytest.mark.parametrize(
    ("name", "data", "inline"),
    [("ก.pdf", make_pdf("x"), True), ("ก.jpg", make_image(), True), ("ก.txt", b"abc", False)],
)
def test_only_safe_kinds_are_previewed(year, client_for, name, data, inline):
    make_evidence(year.office, by=year.staff, name=name, data=data)
    file = EvidenceFile.objects.get()
    answer = client_for(year.staff).get(reverse("indicators:file_preview", args=[file.pk]))
    answer.close()
    assert answer.headers["Content-Disposition"].startswith("inline" if inline else "attachment")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_files_of_another_office_are_404(year, evidence, client_for):
    file = EvidenceFile.objects.get()
    for person in (make_content_year("skn1").director, make_reviewer()):
        for name in ("file_download", "file_preview"):
            address = reverse(f"indicators:{name}", args=[file.pk])
            assert client_for(person).get(address).status_code == 404


def test_files_of_removed_evidence_are_for_its_managers(year, evidence, client_for):
    file = EvidenceFile.objects.get()
    remove_evidence(evidence, by=year.collector, why="ซ้ำ")
    address = reverse("indicators:file_download", args=[file.pk])
    assert client_for(year.staff).get(address).status_code == 404
    answer = client_for(year.collector).get(address)
    answer.close()
    assert answer.status_code == 200


def test_old_revisions_stay_downloadable(year, evidence, client_for):
    file = EvidenceFile.objects.get()
    client = client_for(year.collector)
    client.post(url(year, "evidence_revise", evidence.pk), sent(files=[make_upload()], note="แก้ไข"))
    answer = client.get(reverse("indicators:file_download", args=[file.pk]))
    answer.close()
    assert answer.status_code == 200


def test_a_damaged_file_is_a_readable_page(year, evidence, client_for):
    file = EvidenceFile.objects.get()
    path_of(file.blob).write_bytes(b"cut")
    answer = client_for(year.staff).get(reverse("indicators:file_download", args=[file.pk]))
    assert answer.status_code == 410
    assert NAME in answer.content.decode()


# -- cost ---------------------------------------------------------------------------
def test_the_list_costs_the_same_for_one_and_thirty(
    year, client_for, django_assert_max_num_queries
):
    client, counts = client_for(year.coordinator), []
    for pieces in (1, 29):
        for number in range(pieces):
            make_evidence(
                year.office, by=year.collector, title=f"แผน {number}", items=[load_again(year.item)]
            )
        client.get(url(year, "evidence_list"))
        with django_assert_max_num_queries(40) as found:
            assert client.get(url(year, "evidence_list")).status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]
