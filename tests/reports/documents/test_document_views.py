from contextlib import closing
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from core import clock
from core.models import Event
from people.states import Role
from reports.documents.files import path_of
from reports.models import Document
from reports.states import DocumentKind, DocumentState
from tests.factories.people import make_office, make_person, make_reviewer
from tests.factories.reports import AT, make_document
from tests.factories.workflow import make_cycle, make_draft, make_proposal
from workflow.states import ProposalKind

pytestmark = pytest.mark.django_db
READY, FAILED = DocumentState.READY, DocumentState.FAILED


@pytest.fixture
def reviewer():
    return make_reviewer()


@pytest.fixture
def stranger():
    return make_person(make_office("skn1"), Role.DIRECTOR, Role.COORDINATOR, Role.ADMIN)


def url(name, *args):
    return reverse(f"reports:{name}", args=["skn2", 2560, *args])


def submitted_sar(cycle, cast):
    """The final SAR of a submitted year."""
    approved_at = clock.now() - timedelta(1)
    proposal = make_proposal(
        cycle,
        ProposalKind.SAR,
        by=cast.coordinator,
        state="approved",
        created_at=AT,
        approved_at=approved_at,
        approved_by=cast.director,
    )
    submit(cycle)
    return make_document(cycle, DocumentKind.SAR, state=READY, proposal=proposal, final=True)


def submit(cycle):
    type(cycle.assessment).objects.filter(pk=cycle.assessment_id).update(
        submitted_at=clock.now(), taken_up_at=clock.now()
    )


# -- who sees what --------------------------------------------------------------
PAGES = ("document_list", "document", "document_status", "document_download")


def status(client, address):
    """The status of a GET, with a file's answer read to its end."""
    response = client.get(address)
    if response.streaming:
        assert b"".join(response)
    return response.status_code


def pages(document):
    return {name: url(name, *([document.pk] if name != "document_list" else [])) for name in PAGES}


@pytest.mark.parametrize("who", ["staff", "group_director", "coordinator", "deputy", "director"])
def test_everybody_of_the_office_reads(client_for, cycle, cast, who):
    client = client_for(getattr(cast, who))
    for address in pages(make_document(cycle, state=READY)).values():
        assert status(client, address) == 200


def test_a_stranger_is_asked_to_sign_in(client, cycle):
    for address in pages(make_document(cycle, state=READY)).values():
        response = client.get(address)
        assert response.status_code == 302
        assert reverse("account_login") in response.url


def test_another_office_finds_nothing(client_for, cycle, stranger):
    document = make_document(cycle, state=READY)
    failed = make_document(cycle, "order", state=FAILED)
    client = client_for(stranger)
    for address in pages(document).values():
        assert status(client, address) == 404
    assert client.post(url("document_request"), {"kind": "flowchart"}).status_code == 404
    assert client.post(url("document_retry", failed.pk)).status_code == 404
    assert Document.objects.count() == 2


def test_own_address_does_not_lead_to_another_offices_document(client_for, cycle, stranger):
    document = make_document(cycle, state=READY)
    make_cycle(stranger.office)
    for name in PAGES[1:]:
        address = reverse(f"reports:{name}", args=["skn1", 2560, document.pk])
        assert status(client_for(stranger), address) == 404


def test_the_deactivated_are_out_with_the_next_request(client_for, cycle, cast):
    client, document = client_for(cast.staff), make_document(cycle, state=READY)
    assert status(client, url("document_download", document.pk)) == 200
    type(cast.staff).objects.filter(pk=cast.staff.pk).update(is_active=False)
    for address in pages(document).values():
        assert status(client, address) == 302


def test_obec_before_the_submission_finds_nothing(client_for, cycle, cast, reviewer):
    client = client_for(reviewer)
    for kind in DocumentKind:
        document = make_document(cycle, kind, state=READY, final=True)
        for address in pages(document).values():
            assert status(client, address) == 404
        assert status(client, url("submitted_paper", kind)) == 404


def test_obec_after_the_submission_gets_the_final_papers_only(client_for, cycle, cast, reviewer):
    sar = submitted_sar(cycle, cast)
    summary = make_document(cycle, "summary", state=READY, final=True)
    client = client_for(reviewer)
    for document in (sar, summary):
        response = client.get(url("document_download", document.pk))
        assert b"".join(response) == path_of(document).read_bytes()
        response = client.get(url("submitted_paper", document.kind))
        assert b"".join(response) == path_of(document).read_bytes()
    hidden = [make_document(cycle, kind, state=READY) for kind in DocumentKind]
    for document in hidden:
        assert status(client, url("document_download", document.pk)) == 404
    assert status(client, url("submitted_paper", "order")) == 404
    assert status(client, url("document_list")) == 404
    assert status(client, url("document", sar.pk)) == 404


def test_the_newest_submitted_paper_is_served(client_for, cycle, cast, reviewer):
    first = submitted_sar(cycle, cast)
    newer = make_document(cycle, "sar", state=READY, final=True, proposal=first.proposal)
    response = client_for(reviewer).get(url("submitted_paper", "sar"))
    assert b"".join(response) == path_of(newer).read_bytes()


def test_submitted_papers_stay_in_their_office(client_for, cycle, cast, stranger):
    submitted_sar(cycle, cast)
    assert status(client_for(stranger), url("submitted_paper", "sar")) == 404
    assert status(client_for(cast.staff), url("submitted_paper", "sar")) == 404  # has the register


def test_a_submitted_paper_not_ready_yet_is_said_readably(client_for, cycle, reviewer):
    submit(cycle)
    response = client_for(reviewer).get(url("submitted_paper", "sar"))
    assert response.status_code == 202
    assert "กำลังจัดทำเอกสาร" in response.text
    assert status(client_for(reviewer), url("submitted_paper", "order")) == 404


def test_the_bytes_a_proposal_names_are_found_by_their_hash(client_for, cycle, cast, stranger):
    document = make_document(cycle, "sar", state=READY)
    client = client_for(cast.director)
    response = client.get(url("document_by_hash", document.sha256), {"inline": "1"})
    assert b"".join(response) == path_of(document).read_bytes()
    assert status(client, url("document_by_hash", "a" * 64)) == 404
    assert status(client_for(stranger), url("document_by_hash", document.sha256)) == 404


# -- asking ---------------------------------------------------------------------
def test_request_leads_to_the_documents_page(client_for, cycle, cast):
    response = client_for(cast.staff).post(url("document_request"), {"kind": "flowchart"})
    document = Document.objects.get()
    assert response.url == url("document", document.pk)
    assert document.requested_by == cast.staff
    assert Event.objects.get(verb="document.request").actor == cast.staff


def test_two_clicks_make_one_document(client_for, cycle, cast):
    client = client_for(cast.coordinator)
    answers = [client.post(url("document_request"), {"kind": "sar"}).url for _n in range(2)]
    assert answers[0] == answers[1]
    assert Document.objects.count() == 1


@pytest.mark.parametrize("kind", ["sar", "summary"])
def test_staff_do_not_ask_for_the_offices_account(client_for, cycle, cast, kind):
    response = client_for(cast.staff).post(url("document_request"), {"kind": kind})
    assert response.status_code == 403
    assert not Document.objects.exists()


def test_paper_nobody_drafted_is_refused_readably(client_for, cycle, cast):
    response = client_for(cast.coordinator).post(url("document_request"), {"kind": "order"})
    assert response.status_code == 400
    assert "ยังไม่มีผู้ยกร่าง" in response.text


@pytest.mark.parametrize("kind", ["", "letter", "sar'--", "ก"])
def test_unknown_kind_is_refused_readably(client_for, cycle, cast, kind):
    client = client_for(cast.coordinator)
    response = client.post(url("document_request"), {"kind": kind}, follow=True)
    assert "ไม่มีเอกสารประเภทนี้" in response.text
    assert not Document.objects.exists()


def test_asking_and_trying_again_need_a_post(client_for, cycle, cast):
    failed = make_document(cycle, state=FAILED)
    client = client_for(cast.coordinator)
    for address in (url("document_request"), url("document_retry", failed.pk)):
        assert status(client, address) == 405
    assert Document.objects.get().state == FAILED


def test_a_post_without_its_token_is_refused(client_for, cycle, cast):
    client = client_for(cast.coordinator, enforce_csrf_checks=True)
    assert client.post(url("document_request"), {"kind": "sar"}).status_code == 403
    assert not Document.objects.exists()


# -- the list -------------------------------------------------------------------
def test_empty_list_says_what_to_do(client_for, cycle, cast):
    text = client_for(cast.coordinator).get(url("document_list")).text
    assert "ยังไม่มีเอกสารที่จัดทำแล้ว" in text
    assert text.count('name="kind" value=') == 3  # announcement and order are not drafted yet


def test_list_offers_only_what_one_may_ask_for(client_for, cycle, cast):
    text = client_for(cast.staff).get(url("document_list")).text
    assert 'value="flowchart"><' in text.replace("\n", "").replace("  ", "")
    assert 'name="kind" value="sar"' not in text
    assert "เอกสารนี้จัดทำได้โดย" in text


def test_list_shows_hash_pages_and_a_link(client_for, cycle, cast):
    document = make_document(cycle, state=READY, pages=41)
    text = client_for(cast.staff).get(url("document_list")).text
    assert document.sha256 in text
    assert url("document_download", document.pk) in text
    assert ">41<" in text


def test_list_can_be_searched(client_for, cycle, cast):
    wanted = make_document(cycle, state=READY)
    other = make_document(cycle, DocumentKind.SUMMARY, state=READY)
    client = client_for(cast.staff)
    text = client.get(url("document_list"), {"q": wanted.sha256[:10]}).text
    assert wanted.sha256 in text
    assert other.sha256 not in text
    text = client.get(url("document_list"), {"kind": "summary"}).text
    assert wanted.sha256 not in text
    assert other.sha256 in text
    text = client.get(url("document_list"), {"q": "zzz", "kind": "nonsense"}).text
    assert "ไม่พบเอกสารที่ตรงกับคำค้น" in text


def test_list_asks_as_much_for_1_as_for_30(client_for, cycle, cast):
    client = client_for(cast.coordinator)
    draft = make_draft(cycle, by=cast.coordinator)
    counts = []
    for number in (1, 29):
        for _n in range(number):
            make_document(
                cycle, "announcement", state=READY, proposal=draft, requested_by=cast.staff
            )
        with CaptureQueriesContext(connection) as queries:
            assert status(client, url("document_list")) == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert not [q for q in queries if '"reports_document"."snapshot",' in q["sql"]]


# -- one document ---------------------------------------------------------------
@pytest.mark.parametrize("state", ["queued", "rendering"])
def test_page_asks_again_while_underway(client_for, cycle, cast, state):
    document = make_document(cycle, state=state, progress=37)
    text = client_for(cast.staff).get(url("document", document.pk)).text
    assert f'hx-get="{url("document_status", document.pk)}"' in text
    assert 'value="37"' in text
    assert url("document_download", document.pk) not in text


def test_status_falls_silent_when_ready(client_for, cycle, cast):
    document = make_document(cycle, state=READY)
    response = client_for(cast.staff).get(url("document_status", document.pk))
    assert "hx-get" not in response.text
    assert url("document_download", document.pk) in response.text
    assert "เอกสารพร้อมใช้แล้ว" in response.text
    assert response.headers["Cache-Control"] == "no-store"


def test_failed_shows_its_reference_and_a_way_to_try_again(client_for, cycle, cast):
    document = make_document(cycle, "sar", state=FAILED, error_reference="abc12345")
    text = client_for(cast.coordinator).get(url("document", document.pk)).text
    assert "abc12345" in text
    assert url("document_retry", document.pk) in text
    assert url("document_status", document.pk) not in text
    text = client_for(cast.staff).get(url("document", document.pk)).text
    assert url("document_retry", document.pk) not in text


def test_try_again_queues(client_for, cycle, cast):
    document = make_document(cycle, state=FAILED)
    response = client_for(cast.staff).post(url("document_retry", document.pk))
    assert response.url == url("document", document.pk)
    document.refresh_from_db()
    assert document.state == DocumentState.QUEUED


def test_try_again_of_a_ready_one_is_refused_readably(client_for, cycle, cast):
    document = make_document(cycle, state=READY)
    assert client_for(cast.staff).post(url("document_retry", document.pk)).status_code == 409


def test_pages_speak_english_too(client_for, cycle, cast):
    document = make_document(cycle, state=READY)
    client = client_for(cast.coordinator)
    client.cookies["django_language"] = "en"
    assert "Make a paper" in client.get(url("document_list")).text
    assert "Download PDF" in client.get(url("document", document.pk)).text


# -- the file -------------------------------------------------------------------
def test_download_is_private_and_bears_its_thai_name(client_for, cycle, cast):
    document = make_document(cycle, "summary", state=READY, final=True)
    with translation.override("en"):
        response = client_for(cast.staff).get(url("document_download", document.pk))
    assert b"".join(response) == path_of(document).read_bytes()
    headers = response.headers
    kind, name = headers["Content-Disposition"].split("; filename*=utf-8''")
    assert kind == "attachment"
    assert unquote(name).startswith("สรุปผลเสนอ สพฐ.")
    assert name.isascii()
    assert headers["Content-Type"] == "application/pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]


def test_a_cut_download_goes_on_where_it_stopped(client_for, cycle, cast):
    document = make_document(cycle, state=READY)
    whole, address = path_of(document).read_bytes(), url("document_download", document.pk)
    client = client_for(cast.staff)
    headers = {"Range": "bytes=3-", "If-Range": f'"{document.sha256}"'}
    rest = client.get(address, headers=headers)
    assert (rest.status_code, b"".join(rest)) == (206, whole[3:])
    assert client.get(address, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    with closing(client.head(address)) as answer:
        assert answer.headers["Content-Length"] == str(len(whole))


def test_shown_inline_loads_nothing(client_for, cycle, cast):
    document = make_document(cycle, state=READY)
    response = client_for(cast.staff).get(url("document_download", document.pk), {"inline": "1"})
    assert response.headers["Content-Disposition"].startswith("inline")
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert b"".join(response)


@pytest.mark.parametrize("state", ["queued", "rendering", "failed"])
def test_nothing_to_download_before_it_is_ready(client_for, cycle, cast, state):
    document = make_document(cycle, state=state, sha256="a" * 64)
    assert client_for(cast.staff).get(url("document_download", document.pk)).status_code == 404


@pytest.mark.parametrize("harm", ["gone", "cut"])
def test_missing_file_is_said_readably(client_for, cycle, cast, harm, caplog):
    document = make_document(cycle, state=READY)
    if harm == "gone":
        path_of(document).unlink()
    else:
        path_of(document).write_bytes(b"%PDF")
    response = client_for(cast.staff).get(url("document_download", document.pk))
    assert response.status_code == 410
    assert "ไม่พบไฟล์ของเอกสารนี้" in response.text
    assert document.sha256 in response.text
