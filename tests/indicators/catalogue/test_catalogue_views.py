"""The pages of the catalogue: who reads, who imports, what is said of a bad file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.catalogue.editions import import_edition, verify_edition
from indicators.models import Edition
from people.states import Role
from tests.factories.indicators import make_edition, make_edition_text
from tests.factories.people import make_office, make_person, make_reviewer
from tests.factories.reading import tight

pytestmark = pytest.mark.django_db

LIST, IMPORT = "indicators:edition_list", "indicators:edition_import"


@pytest.fixture
def admin(office):
    return make_person(office, Role.ADMIN, given_name="ดูแล", family_name="ระบบ")


def page_of(edition, name="edition"):
    return reverse(f"indicators:{name}", args=[edition.code, edition.version])


# -- reading ------------------------------------------------------------------
def test_everybody_who_signed_in_reads_the_standards(client, client_for, office):
    edition = make_edition()
    reviewer = make_reviewer()
    for person in (make_person(office), make_person(make_office("skn1")), reviewer):
        browser = client_for(person)
        assert "มาตรฐานทดสอบ" in browser.get(reverse(LIST)).content.decode()
        text = browser.get(page_of(edition)).content.decode()
        assert "ประเด็นที่ 1.2.2" in text
        assert "นำเข้าฉบับมาตรฐาน" not in text
    assert client.get(page_of(edition)).status_code == 302


def test_the_tree_shows_weights_shares_sources_and_rubrics(client_for, office):
    text = client_for(make_person(office)).get(page_of(make_edition())).content.decode()
    assert "น้ำหนัก 2 · ร้อยละ 66.67 ของตัวบ่งชี้" in text
    assert "น้ำหนัก 10 · ร้อยละ 100.00 ของทั้งหมด" in text
    assert "ข้อความร่าง" in text
    assert "ข้อความตามประกาศ" in text
    assert tight(text).count("<dt>ระดับ 5</dt>") == 4
    assert "ยังไม่ได้ตรวจยืนยัน" in text


def test_an_older_version_leads_to_the_newest(client_for, office):
    old, new = make_edition(), make_edition(title="ฉบับแก้ไข")
    browser = client_for(make_person(office))
    assert page_of(new) in browser.get(page_of(old)).content.decode()
    assert page_of(old) not in browser.get(page_of(new)).content.decode()


def test_unknown_editions_are_not_found(client_for, office):
    browser = client_for(make_person(office))
    assert browser.get("/standards/nothing/1/").status_code == 404
    assert browser.get("/standards/test/99/").status_code == 404


def test_an_empty_list_says_what_to_do(client_for, office, admin):
    assert "โปรดแจ้งผู้ดูแลระบบ" in client_for(make_person(office)).get(reverse(LIST)).content.decode()
    assert reverse(IMPORT) in client_for(admin).get(reverse(LIST)).content.decode()


def test_pages_need_the_same_queries_for_every_size(client_for, office):
    counts = {"list": [], "tree": []}
    for size in (1, 3):
        edition = make_edition(size, size, size, code=f"size-{size}")
        for _more in range(size * 5):
            make_edition(code=f"more-{size}-{_more}")
        for name, path in (("list", reverse(LIST)), ("tree", page_of(edition))):
            with CaptureQueriesContext(connection) as queries:
                client_for(make_person(office)).get(path)
            counts[name].append(len(queries))
    assert counts["list"][0] == counts["list"][1]
    assert counts["tree"][0] == counts["tree"][1]


# -- importing ------------------------------------------------------------------
@pytest.mark.parametrize("role", [None, Role.COORDINATOR, Role.DIRECTOR])
def test_only_administrators_import_and_verify(client_for, office, role):
    edition = make_edition()
    browser = client_for(make_person(office, *filter(None, [role])))
    assert browser.get(reverse(IMPORT)).status_code == 403
    assert browser.post(reverse(IMPORT), {"text": make_edition_text(code="x")}).status_code == 403
    assert browser.post(page_of(edition, "edition_verify"), {"note": "ดูแล้ว"}).status_code == 403
    assert browser.post(page_of(edition, "edition_unverify"), {"why": "ผิด"}).status_code == 403
    assert Edition.objects.filter(verified_at__isnull=True).count() == 1


def test_checking_counts_and_writes_nothing(client_for, admin):
    page = client_for(admin).post(reverse(IMPORT), {"text": make_edition_text(), "act": "check"})
    text = page.content.decode()
    assert "1 มาตรฐาน · 2 ตัวบ่งชี้ · 4 ประเด็นการพิจารณา" in text
    assert "รุ่นที่ 1" in text
    assert "code: test" in text
    assert not Edition.objects.exists()


def test_a_file_is_imported_once(client_for, admin):
    browser = client_for(admin)

    def send():
        file = SimpleUploadedFile("มาตรฐาน.yaml", make_edition_text().encode())
        return browser.post(reverse(IMPORT), {"file": file, "act": "import"}, follow=True)

    assert "นำเข้าเป็นรุ่นที่ 1 แล้ว" in send().content.decode()
    assert "ไม่มีการเปลี่ยนแปลง เพราะรุ่นที่ 1" in send().content.decode()
    assert Edition.objects.get().imported_by == admin


def test_mistakes_are_listed_and_the_text_is_kept(client_for, admin):
    bad = make_edition_text().replace("weight: 10", "weight: ศูนย์")
    line = bad.splitlines().index("    weight: ศูนย์") + 1
    for data in (
        {"text": bad},
        {"file": SimpleUploadedFile("t.yaml", bad.encode())},
    ):
        text = client_for(admin).post(reverse(IMPORT), data | {"act": "import"}).content.decode()
        assert f"<strong>บรรทัด {line}</strong> “weight” ต้องเป็นตัวเลข" in text
        assert "พบข้อผิดพลาด 1 แห่ง" in text
        assert "weight: ศูนย์</textarea>" not in text
        assert "weight: ศูนย์\n" in text.replace("\r\n", "\n")
    assert not Edition.objects.exists()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({}, "โปรดเลือกไฟล์หรือวางข้อความ"),
        ({"text": "  \n "}, "โปรดเลือกไฟล์หรือวางข้อความ"),
        ({"file": b"#" * (1024 * 1024 + 1)}, "ไฟล์ใหญ่เกิน 1 MB"),
        ({"file": "ก: ข".encode("cp874")}, "ไม่ใช่รหัส UTF-8"),
        ({"file": b"\x00\x01"}, "อักขระที่ YAML ไม่อนุญาต"),
        ({"file": b""}, "ไฟล์นี้ว่างเปล่า"),
        ({"text": "a: &a [1]\nb: *a"}, "การอ้างอิง"),
    ],
)
def test_bad_input_gets_a_readable_reason(client_for, admin, data, reason):
    if "file" in data:
        data = {"file": SimpleUploadedFile("t.yaml", data["file"])}
    page = client_for(admin).post(reverse(IMPORT), data | {"act": "import"})
    assert page.status_code == 200
    assert reason in page.content.decode()
    assert not Edition.objects.exists()


# -- vouching -------------------------------------------------------------------
def test_verifying_and_taking_it_back(client_for, admin):
    edition, browser = make_edition(), client_for(admin)
    empty = browser.post(page_of(edition, "edition_verify"), {"note": ""})
    assert empty.status_code == 200
    assert "is-invalid" in empty.content.decode()
    browser.post(page_of(edition, "edition_verify"), {"note": "เทียบกับประกาศ ๒๕๖๐"})
    text = browser.get(page_of(edition)).content.decode()
    assert "ดูแล ระบบ ตรวจยืนยันข้อความเมื่อวันที่" in text
    assert "เทียบกับประกาศ ๒๕๖๐" in text
    browser.post(page_of(edition, "edition_unverify"), {"why": ""})
    edition.refresh_from_db()
    assert edition.is_verified
    browser.post(page_of(edition, "edition_unverify"), {"why": "พบคำผิด"})
    edition.refresh_from_db()
    assert not edition.is_verified


def test_a_second_verification_is_refused_with_a_reason(client_for, admin):
    edition = make_edition()
    verify_edition(edition, by=admin, note="ครั้งแรก")
    page = client_for(admin).post(page_of(edition, "edition_verify"), {"note": "ครั้งที่สอง"})
    assert page.status_code == 409
    assert "มีผู้ตรวจยืนยันฉบับนี้ไปแล้ว" in page.content.decode()


def test_get_changes_nothing(client_for, admin):
    edition = make_edition()
    for name in ("edition_verify", "edition_unverify"):
        assert client_for(admin).get(page_of(edition, name)).status_code == 405


# -- required evidence --------------------------------------------------------------------
def requiring(*titles):
    pieces = ", ".join(f"{{title: {title}, source: draft}}" for title in titles)
    return make_edition_text(1, 1, 1).replace("weight: 1}", f"weight: 1, evidence: [{pieces}]}}")


def test_the_preview_says_what_is_required_otherwise_and_the_page_what_is_required(
    client_for, admin
):
    import_edition(requiring("แผน", "คำสั่ง"))
    browser = client_for(admin)
    page = browser.post(reverse(IMPORT), {"text": requiring("แผน", "รายงาน"), "act": "check"})
    assert [(c.code, c.came, c.went) for c in page.context["differences"]] == [
        ("1.1.1", ["รายงาน"], ["คำสั่ง"])
    ]
    assert "ต่างจากรุ่นที่ 1 ใน 1 ประเด็น" in page.text
    same = browser.post(reverse(IMPORT), {"text": requiring("แผน", "คำสั่ง"), "act": "check"})
    assert same.context["differences"] == []
    shown = browser.get(page_of(Edition.objects.get()))
    assert "หลักฐานที่ต้องมี:" in shown.text
    assert "คำสั่ง" in shown.text
