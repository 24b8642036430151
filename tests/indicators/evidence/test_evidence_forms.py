"""What may be typed about evidence: each bad input has its sentence at its own field."""

import io
import unicodedata
from datetime import date, timedelta

import pytest
from django.core import signing
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st

import thai
from core import clock
from core.refusals import RuleBroken
from indicators.evidence.blobs import EXTENSIONS, label_for, store
from indicators.evidence.evidence import require_url
from indicators.evidence.forms import (
    KEPT_SALT,
    MAX_FILES,
    CiteForm,
    EvidenceEditForm,
    EvidenceFilterForm,
    EvidenceForm,
    ReviseForm,
    keep_token,
)
from indicators.evidence.uploads import ReceivedFile
from tests.factories.content import make_evidence
from tests.factories.files import make_pdf, make_upload
from tests.factories.people import make_office, make_person

TOMORROW = f"{clock.today() + timedelta(days=1):%d/%m}/{thai.be_year(clock.today()) + 1}"


def form_of(data, user=None, files=()):
    form = EvidenceForm(data, MultiValueDict({"files": list(files)}), user=user)
    form.is_valid()
    return form


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"title": "ก" * 301}, "title"),
        ({"title": "ก\x00ข"}, "title"),
        ({"url": "https://example.org/" + "a" * 4000}, "url"),
        ({"url": "https://example.org/\x00"}, "url"),
        ({"url": "https://drive.google.com/a b"}, "url"),
        ({"url": "อยู่ในไดรฟ์ของกลุ่ม"}, "url"),
        ({"link_label": "ก" * 256}, "link_label"),
        ({"document_date": "31/2/2560"}, "document_date"),
        ({"document_date": "เมื่อวาน"}, "document_date"),
        ({"document_date": TOMORROW}, "document_date"),
        ({"covers_from": "1/13/2560"}, "covers_from"),
        ({"covers_to": "0/1/2560"}, "covers_to"),
        ({"covers_from": "2/1/2560", "covers_to": "1/1/2560"}, "covers_to"),
    ],
)
def test_each_bad_input_is_said_at_its_field_alone(data, field):
    form = form_of(data)
    assert list(form.errors) == [field]
    assert all(str(message).strip() for message in form.errors[field])


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"document_date": "๑/๒/๒๕๖๐"},
        {"covers_from": "1/10/2559", "covers_to": "1/10/2559"},
        {"covers_from": "1/10/2559"},
        {"covers_to": "30/9/2560"},
        {"title": "ก" * 300},
    ],
)
def test_what_may_be_typed_is_taken(data):
    assert form_of(data).errors == {}


def test_dates_are_read_in_either_digits_as_buddhist_years():
    form = form_of({"document_date": "๓/๑๑/๒๕๕๙", "covers_from": "1/10/2559"})
    assert form.cleaned_data["document_date"] == date(2016, 11, 3)
    assert form.cleaned_data["covers_from"] == date(2016, 10, 1)


def test_so_many_files_and_not_one_more():
    files = [make_upload(f"{n}.pdf") for n in range(MAX_FILES + 1)]
    assert list(form_of({}, files=files).errors) == ["files"]
    assert str(MAX_FILES) in str(form_of({}, files=files).errors["files"])
    assert len(form_of({}, files=files[:-1]).cleaned_data["files"]) == MAX_FILES


@pytest.mark.parametrize(
    ("url", "label", "links"),
    [
        ("", "", []),
        ("   ", "ชื่อ", []),
        (" https://example.org/a ", "", [("https://example.org/a", "")]),
        ("https://example.org/a", "แผน", [("https://example.org/a", "แผน")]),
    ],
)
def test_a_link_is_one_or_none(url, label, links):
    assert form_of({"url": url, "link_label": label}).links == links


# -- files that an earlier try brought -------------------------------------------------------
@pytest.fixture
def person(db, blob_root):
    return make_person(make_office())


@pytest.fixture
def blob(person):
    return store(make_upload("แผน.pdf", make_pdf("แผน")), office=person.office, by=person)


def test_kept_files_come_back_by_name_and_in_order(person, blob):
    other = store(make_upload("สอง.pdf", make_pdf("สอง")), office=person.office, by=person)
    kept = [("สอง.pdf", other), ("แผน.pdf", blob)]
    assert form_of({"kept": keep_token(person, kept)}, person).cleaned_data["kept"] == kept


@pytest.mark.parametrize("whose", ["colleague", "stranger"])
def test_a_token_of_somebody_else_is_worth_nothing(person, blob, whose):
    office = person.office if whose == "colleague" else make_office("skn1")
    form = form_of({"kept": keep_token(person, [("แผน.pdf", blob)])}, make_person(office))
    assert form.errors == {}
    assert form.cleaned_data["kept"] == []


@pytest.mark.parametrize("token", ["x", "a:b:c", "ก" * 50])
def test_a_made_up_token_is_worth_nothing(person, token):
    form = form_of({"kept": token}, person)
    assert form.errors == {}
    assert form.cleaned_data["kept"] == []


def test_a_token_names_no_file_of_another_office(person):
    stranger = make_person(make_office("skn1"))
    theirs = store(make_upload("ลับ.pdf", make_pdf("ลับ")), office=stranger.office, by=stranger)
    token = signing.dumps({"user": person.pk, "files": [["ลับ.pdf", theirs.pk]]}, salt=KEPT_SALT)
    assert form_of({"kept": token}, person).cleaned_data["kept"] == []


# -- correcting, revising, citing, searching -------------------------------------------------
def test_correcting_needs_a_title_and_bringing_does_not():
    assert list(EvidenceEditForm({"title": ""}).errors) == ["title"]
    assert list(EvidenceEditForm({"title": "  "}).errors) == ["title"]
    assert EvidenceEditForm({"title": "แผน"}).errors == {}


def test_a_revision_keeps_files_of_its_own_evidence_only(person):
    mine, other = (make_evidence(person.office, by=person, title=name) for name in ("ก", "ข"))
    revision = mine.revisions.get()
    for file, taken in ((revision.files.get(), True), (other.revisions.get().files.get(), False)):
        form = ReviseForm({"keep_files": [file.pk]}, revision=revision, user=person)
        form.is_valid()
        kept = list(form.cleaned_data.get("keep_files") or [])
        assert kept == ([file] if taken else [])


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "revision"),
        ({"revision": "0"}, "revision"),
        ({"revision": "หนึ่ง"}, "revision"),
        ({"revision": "1", "pages": "1" * 61}, "pages"),
        ({"revision": "1", "note": "ก" * 301}, "note"),
        ({"revision": "1", "note": "\x00"}, "note"),
    ],
)
def test_citing_says_what_is_wrong_at_its_field(data, field):
    assert list(CiteForm(data).errors) == [field]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "field"),
    [({"q": "ก" * 201}, "q"), ({"show": "secret"}, "show"), ({"standard": "99999"}, "standard")],
)
def test_a_made_up_search_is_refused_at_its_field(data, field):
    assert list(EvidenceFilterForm(data, edition=None).errors) == [field]


# -- links and names -------------------------------------------------------------------------
@pytest.mark.parametrize(
    "url",
    [
        "",
        "example",
        "ftp://example.org/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://exa mple.org",
        "//example.org",
        "https://user:pass@example.org/",
        "https://user@example.org/",
        "https://[::1",
    ],
)
def test_what_is_no_web_address_is_refused_with_a_sentence(url):
    with pytest.raises(RuleBroken) as refusal:
        require_url(url)
    assert refusal.value.message.strip()


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("https://drive.google.com/abc\u200b", "https://drive.google.com/abc"),
        ("drive.google.com/abc", "https://drive.google.com/abc"),
        ("\ufeffhttps://x.go.th/ก ", "https://x.go.th/ก"),
        ("https://x.go.th/" + "%E0%B8%81" * 121, None),
        ("https://x.go.th/" + "%E0%B8%81" * 440, None),
    ],
)
def test_a_pasted_link_is_kept_whole(pasted, kept):
    form = form_of({"url": pasted})
    assert not form.errors
    assert form.links == [(kept or pasted, "")]


def test_of_a_link_with_a_space_the_page_says_so():
    form = form_of({"url": "https://drive.google.com/a b"})
    assert form.errors["url"] == ["ลิงก์ต้องไม่มีช่องว่าง โปรดคัดลอกลิงก์ทั้งหมดอีกครั้ง"]
    assert form["url"].value() == "https://drive.google.com/a b"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("รายงาน ปี 60.pdf", "ข้อความนี้เป็นชื่อไฟล์ โปรดแนบไฟล์ หรือคัดลอกลิงก์ที่ใช้เปิดไฟล์"),
        (
            "user@obec.go.th",
            "ข้อความนี้เป็นที่อยู่อีเมล ช่องนี้ใช้สำหรับลิงก์เว็บไซต์ เช่น https://…",
        ),
    ],
)
def test_of_what_is_no_link_the_page_says_what_it_is(typed, says):
    form = form_of({"url": typed})
    assert form.errors["url"] == [says]
    assert form["url"].value() == typed


@given(st.text(max_size=40))
def test_whatever_stands_in_a_link_it_is_the_web_or_refused(text):
    """Also what looks like an address to no parser: a refusal, never an error page."""
    for url in (text, f"https://example.org/{text}", f"https://{text}/"):
        try:
            kept = require_url(url)
        except RuleBroken:
            continue
        assert kept.lower().startswith(("http://", "https://"))
        assert kept == thai.clean_link(url)


@given(st.text(max_size=300), st.sampled_from(sorted(EXTENSIONS)))
def test_a_name_is_one_line_and_ends_as_its_kind_does(name, media_type):
    label = label_for(name, media_type)
    assert label.lower().endswith(tuple(EXTENSIONS[media_type]))
    assert "/" not in label
    assert "\\" not in label
    bare = label_for(name.replace("\u200d", ""), media_type)  # which may join pictures
    assert label.replace("\u200d", "") == bare
    assert not {unicodedata.category(char) for char in bare} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert len(label) <= 300
    if len(label) <= 290:  # a longer one is cut once more
        assert label_for(label, media_type) == label


@pytest.mark.parametrize(
    ("sent", "label"),
    [
        ("โครงการ %22รักการอ่าน%22.pdf", "โครงการ -รักการอ่าน-.pdf"),
        ("แผน%0D%0Aปี.pdf", "แผน ปี.pdf"),
        ("ร้อยละ 100%25.pdf", "ร้อยละ 100%25.pdf"),
        ("%2e%2e%2fก.pdf", "%2e%2e%2fก.pdf"),
        ("%22.pdf", "-.pdf"),
    ],
)
def test_a_name_is_read_as_browsers_write_it(sent, label):
    assert label_for(ReceivedFile(io.BytesIO(), sent).name, "application/pdf") == label
