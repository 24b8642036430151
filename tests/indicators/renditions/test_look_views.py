"""Looking at the office's own files: page by page, films, texts, tables; who may and who not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.views import DELAYS
from indicators.evidence import citations
from indicators.evidence.blobs import store
from indicators.evidence.evidence import add_evidence, remove_evidence, revise
from indicators.evidence.stored.damage import report_damage
from indicators.models import Citation, EvidenceFile, Rendition
from indicators.renditions import folders
from indicators.renditions.rendering import draw_due
from tests.factories.content import make_content_year, make_evidence
from tests.factories.files import make_docx, make_image, make_pages, make_upload, make_zip
from tests.factories.loading import load_again
from tests.factories.people import make_reviewer
from tests.factories.reading import read

SOUND = b"\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00M4A mp42" + bytes(400)


def bring(year, name="แผน.pdf", data=None, **more):
    make_evidence(year.office, by=year.collector, name=name, data=data or make_pages(12), **more)
    return EvidenceFile.objects.order_by("pk").last()


def page_of(year, file, **query):
    evidence = file.revision.evidence_id
    return reverse("indicators:evidence_file", args=[*year.args, evidence, file.pk], query=query)


def picture(file, page):
    return reverse("indicators:file_page", args=[file.pk, page])


def main(answer):
    """The page without its frame, which asks for news by itself."""
    return answer.text.partition('id="look"')[2]


# -- who ----------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["staff", "collector", "member", "coordinator", "director"])
def test_everybody_of_the_office_looks(year, client_for, who):
    file = bring(year)
    draw_due()
    client = client_for(getattr(year, who))
    page = client.get(page_of(year, file)).text
    assert picture(file, 1) in page
    assert 'width="1200"' in page
    assert "หน้า 1 จาก 12 ของ แผน.pdf" in page
    answer = client.get(picture(file, 1))
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    again = client.get(picture(file, 1), headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_strangers_get_404(year, client_for):
    file, other = bring(year), make_content_year("skn1")
    draw_due()
    elsewhere = reverse(
        "indicators:evidence_file", args=[*other.args, file.revision.evidence_id, file.pk]
    )
    addresses = [
        page_of(year, file),
        elsewhere,
        picture(file, 1),
        reverse("indicators:file_thumbnail", args=[file.pk]),
        reverse("indicators:file_preview", args=[file.pk]),
    ]
    for person in (other.coordinator, other.staff, make_reviewer()):
        client = client_for(person)
        assert [client.get(address).status_code for address in addresses] == [404] * 5


def test_guests_are_led_to_the_sign_in(year, client):
    file = bring(year)
    for address in (page_of(year, file), picture(file, 1)):
        assert client.get(address).status_code == 302
        assert client.post(address).status_code in (302, 405)
    assert not Rendition.objects.exists()


def test_a_file_is_found_under_its_own_evidence_only(year, client_for):
    one, two = bring(year), bring(year, data=make_pages(2))
    wrong = reverse("indicators:evidence_file", args=[*year.args, two.revision.evidence_id, one.pk])
    assert client_for(year.staff).get(wrong).status_code == 404


def test_files_of_removed_evidence_are_its_managers(year, client_for):
    file = bring(year)
    draw_due()
    remove_evidence(file.revision.evidence, by=year.collector, why="ซ้ำ")
    for address in (page_of(year, file), picture(file, 1)):
        assert client_for(year.staff).get(address).status_code == 404
        assert client_for(year.coordinator).get(address).status_code == 200


# -- page by page -------------------------------------------------------------------------
def test_while_it_is_being_prepared_the_page_asks_again_and_ends(year, client_for):
    file, client = bring(year), client_for(year.staff)
    page = client.get(page_of(year, file))
    assert "กำลังจัดเตรียมหน้านี้" in page.text
    assert f'hx-trigger="load delay:{DELAYS[0]}ms"' in page.text
    row = Rendition.objects.get()
    assert (row.state, row.wanted) == ("queued", 1)
    assert row.asked_at is not None
    late = client.get(page_of(year, file, n=len(DELAYS)))
    assert "load delay:" not in main(late)
    assert "ใช้เวลานานกว่าปกติ" in late.text
    draw_due()
    ready = client.get(page_of(year, file)).text
    assert "กำลังจัดเตรียม" not in ready
    assert "load delay:" not in main(client.get(page_of(year, file)))


def test_a_page_further_on_is_asked_for_and_then_shown(year, client_for):
    file, client = bring(year), client_for(year.staff)
    draw_due()
    assert client.get(picture(file, 9)).status_code == 404
    page = client.get(page_of(year, file, page=9, zoom=150))
    assert page.context["sight"].is_preparing
    draw_due()
    page = client.get(page_of(year, file, page=9, zoom=150))
    assert picture(file, 9) in page.text
    assert page.context["page_before"].endswith("?page=8&zoom=150")
    assert page.context["page_after"].endswith("?page=10&zoom=150")
    assert f'data-look-next="{picture(file, 10)}"' in page.text
    assert client.get(picture(file, 10)).status_code == 200


@pytest.mark.parametrize(
    ("asked", "shown"), [("0", 1), ("-3", 1), ("x", 1), ("99", 12), ("๓", 3), ("", 1)]
)
def test_a_number_that_is_none_shows_a_page_there_is(year, client_for, asked, shown):
    file = bring(year)
    draw_due()
    assert (
        client_for(year.staff).get(page_of(year, file, page=asked)).context["sight"].page == shown
    )


@pytest.mark.parametrize(("pages", "leafed"), [(1, False), (2, True)])
def test_a_single_page_has_nothing_to_leaf_through(year, client_for, pages, leafed):
    file = bring(year, data=make_pages(pages))
    draw_due()
    page = client_for(year.staff).get(page_of(year, file))
    assert picture(file, 1) in page.text
    assert ('id="look-page"' in main(page)) is leafed


def test_a_file_that_cannot_be_drawn_says_so_and_is_there_to_download(year, client_for):
    file = bring(year)
    draw_due()
    Rendition.objects.update(state="failed")
    folders.found(file.blob, "1").unlink()
    page = client_for(year.staff).get(page_of(year, file))
    assert "แสดงหน้าของไฟล์นี้ไม่ได้" in page.text
    assert "load delay:" not in main(page)
    assert reverse("indicators:file_download", args=[file.pk]) in main(page)


def test_office_files_without_the_program(year, client_for):
    file = bring(year, "แผน.docx", make_docx())
    draw_due()
    page = client_for(year.staff).get(page_of(year, file)).text
    assert "ไม่มีโปรแกรมสำหรับแสดงไฟล์ Office" in page
    assert reverse("indicators:file_download", args=[file.pk]) in page


def test_a_damaged_file_shows_nothing(year, client_for):
    file, client = bring(year), client_for(year.staff)
    draw_due()
    report_damage(file.blob)
    assert "ข้อมูลในไฟล์สูญหายหรือเสียหาย" in client.get(page_of(year, file)).text
    assert client.get(picture(file, 1)).status_code == 404
    assert client.get(reverse("indicators:file_thumbnail", args=[file.pk])).status_code == 404


def test_a_picture_changed_on_the_disk_is_drawn_anew(year, client_for):
    file, client = bring(year), client_for(year.staff)
    draw_due()
    thumbnail = reverse("indicators:file_thumbnail", args=[file.pk])
    good = b"".join(client.get(thumbnail).streaming_content)
    path = folders.found(file.blob, "thumbnail")
    path.write_bytes(b"x" + path.read_bytes())
    assert client.get(thumbnail).status_code == 404
    draw_due()
    assert b"".join(client.get(thumbnail).streaming_content) == good


# -- other kinds --------------------------------------------------------------------------
def test_a_photograph_is_shown_re_encoded(year, client_for):
    file = bring(year, "ภาพ.jpg", make_image())
    page = client_for(year.staff).get(page_of(year, file)).text
    assert f'src="{reverse("indicators:file_preview", args=[file.pk])}"' in page


def test_sound_plays_in_parts_and_in_no_other_place(year, client_for):
    file, client = bring(year, "เสียง.m4a", SOUND), client_for(year.staff)
    address = reverse("indicators:file_preview", args=[file.pk])
    page = client.get(page_of(year, file))
    assert "<audio" in page.text
    assert f'src="{address}"' in page.text
    part = client.get(address, headers={"Range": "bytes=0-3"})
    assert part.status_code == 206
    assert b"".join(part.streaming_content) == SOUND[:4]
    assert part.headers["Content-Disposition"].startswith("inline")
    assert part.headers["Content-Type"] == "audio/mp4"
    assert "sandbox" in part.headers["Content-Security-Policy"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp874", "utf-16"])
def test_text_is_read_as_it_was_written(year, client_for, encoding):
    file = bring(year, "ข้อความ.txt", "รายงานผล <b>ที่ ๑</b>\nบรรทัดสอง".encode(encoding))
    page = client_for(year.staff).get(page_of(year, file)).text
    assert "รายงานผล &lt;b&gt;ที่ ๑&lt;/b&gt;" in page


def test_a_table_of_many_rows_says_that_it_goes_on(year, client_for):
    rows = "\n".join(f"โรงเรียนที่ {n},{n}" for n in range(900))
    file = bring(year, "ตาราง.csv", f"ชื่อ,จำนวน\n{rows}".encode("cp874"))
    page = client_for(year.staff).get(page_of(year, file))
    assert page.context["sight"].table.head == ["ชื่อ", "จำนวน"]
    assert len(page.context["sight"].table.rows) == 300
    assert "แสดง 300 แถวแรก" in page.text


def test_a_csv_that_is_no_table_is_text(year, client_for):
    file = bring(year, "ก.csv", "ไม่มีอะไร".encode())
    assert client_for(year.staff).get(page_of(year, file)).context["sight"].look == "text"


def test_a_long_text_shows_its_beginning(year, client_for):
    file = bring(year, "ยาว.txt", ("บรรทัด\n" * 200_000).encode())
    page = client_for(year.staff).get(page_of(year, file))
    assert page.context["sight"].text.more
    assert len(page.context["sight"].text.text.splitlines()) == 2000


def test_other_kinds_are_to_be_downloaded(year, client_for):
    file = bring(year, "แฟ้ม.zip", make_zip({"ก.txt": b"x"}))
    page = client_for(year.staff).get(page_of(year, file)).text
    assert "โปรดดาวน์โหลดเพื่อเปิดอ่าน" in page


# -- one after the other ------------------------------------------------------------------
def test_from_file_to_file_of_one_consideration(year, client_for):
    item = load_again(year.item)
    blobs = [
        store(make_upload(f"{n}.pdf", make_pages(n)), office=year.office, by=year.collector)
        for n in (1, 2, 3)
    ]
    add_evidence(
        year.office,
        title="ชุดแรก",
        files=[("หนึ่ง.pdf", blobs[0]), ("สอง.pdf", blobs[1])],
        items=[item],
        by=year.collector,
    )
    add_evidence(
        year.office,
        title="ชุดหลัง",
        files=[("สาม.pdf", blobs[2])],
        items=[item],
        by=year.collector,
    )
    bring(year, title="ของข้ออื่น")
    one, two, three, _other = EvidenceFile.objects.order_by("pk")
    first = Citation.objects.order_by("pk").first()
    page = client_for(year.member).get(page_of(year, two, cited=first.pk))
    sight = page.context["sight"]
    assert (sight.number, len(sight.places)) == (2, 3)
    assert (sight.before.file, sight.after.file) == (one.pk, three.pk)
    assert page.context["file_after"].startswith(
        reverse("indicators:evidence_file", args=[*year.args, three.revision.evidence_id, three.pk])
    )
    alone = client_for(year.member).get(page_of(year, two)).context["sight"]
    assert [place.file for place in alone.places] == [one.pk, two.pk]


def test_it_opens_at_the_page_that_is_cited_with_pages_and_note(year, client_for):
    file = bring(year)
    draw_due()
    citations.cite(
        load_again(year.item), file.revision, pages="๓-๕", note="ดูตาราง", by=year.collector
    )
    cited = Citation.objects.get()
    page = client_for(year.member).get(page_of(year, file, cited=cited.pk))
    assert page.context["sight"].page == 3
    assert "หน้า ๓-๕" in read(page.text)
    assert "ดูตาราง" in page.text
    assert client_for(year.member).get(page_of(year, file)).context["sight"].page == 1


def test_what_was_cited_then_is_shown_though_there_is_a_newer_revision(year, client_for):
    item = load_again(year.item)
    file = bring(year, items=[item])
    cited = Citation.objects.get()
    blob = store(make_upload("ใหม่.pdf", make_pages(2)), office=year.office, by=year.collector)
    revise(file.revision.evidence, files=[("ใหม่.pdf", blob)], note="ปรับปรุง", by=year.collector)
    cited.refresh_from_db()
    assert cited.removed_at is not None
    sight = client_for(year.member).get(page_of(year, file, cited=cited.pk)).context["sight"]
    assert sight.citation == cited
    assert [place.file for place in sight.places] == [file.pk]


def test_the_citation_of_another_year_or_file_counts_as_none(year, client_for):
    file = bring(year, items=[load_again(year.item)])
    other = bring(year, data=make_pages(2))
    cited = Citation.objects.get().pk
    client = client_for(year.member)
    assert client.get(page_of(year, other, cited=cited)).context["sight"].citation is None
    assert client.get(page_of(year, file, cited=99999)).context["sight"].citation is None


def test_the_queries_do_not_grow_with_the_files(year, client_for):
    item = load_again(year.item)
    file = bring(year, items=[item])
    draw_due()
    cited, client = Citation.objects.get().pk, client_for(year.member)

    def count():
        client.get(page_of(year, file, cited=cited))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(page_of(year, file, cited=cited)).status_code == 200
        return len(queries)

    before = count()
    for number in range(3):
        bring(year, data=make_pages(2 + number), items=[item])
    assert count() == before
