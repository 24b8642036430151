"""Registered papers page by page: the very bytes, asked for when there are none."""

import hashlib

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Event
from core.templatetags.thai import whole
from core.views import DELAYS
from people.states import Role
from reports.documents import pages
from reports.documents.documents import render_due
from reports.documents.files import path_of
from reports.models import Document
from reports.render.child import draw_in_child
from reports.render.failures import RenderFailed
from reports.states import DocumentFormat, DocumentKind, DocumentState
from reports.tasks import draw_pages
from tests.factories.meetings import make_meeting
from tests.factories.people import make_office, make_person, make_reviewer
from tests.factories.reading import tight
from tests.factories.reports import make_document
from tests.factories.workflow import make_cycle, make_draft, make_proposed

pytestmark = pytest.mark.django_db
READY, FAILED = DocumentState.READY, DocumentState.FAILED
ANNOUNCEMENT = DocumentKind.ANNOUNCEMENT


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.PREVIEW_ROOT = tmp_path / "pages"


@pytest.fixture
def proposed(cycle, cast):
    return make_proposed(cycle, by=cast.coordinator)


def url(name, *args):
    return reverse(f"reports:{name}", args=["skn2", 2560, *args])


SHOWN = ("version_paper", ANNOUNCEMENT, 1)
ASKED = ("version_paper_request", ANNOUNCEMENT, 1)


# -- from nothing to pages ----------------------------------------------------------------
def test_the_director_sees_the_registered_bytes_page_by_page(client_for, proposed, cast, fonts):
    render_due()
    document = Document.objects.get()
    text = client_for(cast.director).get(url(*SHOWN)).text
    assert 'alt="หน้า 1 จาก 1"' in text
    assert "hx-" not in text.replace("hx-target", "").replace("hx-swap", "")
    assert url("document_download", document.pk) + "?inline=1" in text
    page = url("document_page", document.pk, 1)
    assert page in text
    response = client_for(cast.director).get(page)
    assert b"".join(response).startswith(b"\x89PNG")
    assert response.headers["Cache-Control"] == "private, no-cache"
    tag = response.headers["ETag"]
    assert client_for(cast.director).get(page, headers={"if-none-match": tag}).status_code == 304


def test_none_yet_is_asked_for_by_the_page_and_polled(client_for, proposed, cast):
    client = client_for(cast.director)
    text = client.get(url(*SHOWN)).text
    assert f'hx-post="{url(*ASKED)}" hx-trigger="load"' in text
    assert not Document.objects.exists(), "a GET writes nothing"
    text = client.post(url(*ASKED)).text
    assert f'hx-get="{url(*SHOWN)}?n=1"' in text
    document = Document.objects.get()
    assert (document.requested_by, document.proposal) == (cast.director, proposed)
    client.post(url(*ASKED))
    assert Document.objects.count() == 1
    assert f"{url(*SHOWN)}?n=8" in client.get(url(*SHOWN), {"n": 7}).text
    text = client.get(url(*SHOWN), {"n": len(DELAYS)}).text
    assert "hx-get" not in text
    assert "ผ่านไปหนึ่งนาทีแล้ว" in text


@pytest.mark.parametrize("state", [DocumentState.RENDERING, READY])
def test_one_that_is_made_or_drawn_already_is_not_made_again(
    client_for, proposed, cast, fonts, state
):
    render_due()
    Document.objects.update(state=state)
    client_for(cast.director).post(url(*ASKED), {"anew": "on"})
    assert Document.objects.count() == 1


def test_ready_without_pictures_has_them_drawn(client_for, proposed, cast, fonts):
    render_due()
    document = Document.objects.get()
    for path in pages.folder_of(document).iterdir():
        path.unlink()
    client = client_for(cast.director)
    assert f'hx-post="{url(*ASKED)}"' in client.get(url(*SHOWN)).text
    assert f"{url(*SHOWN)}?n=1" in client.post(url(*ASKED)).text
    assert Document.objects.count() == 1
    draw_pages(document_id=document.pk)
    assert "หน้า 1 จาก 1" in client.get(url(*SHOWN), {"n": 1}).text


def test_pictures_that_a_dead_worker_left_undrawn_are_drawn_by_the_sweep(proposed, fonts):
    render_due()
    document = Document.objects.get()
    for path in pages.folder_of(document).iterdir():
        path.unlink()
    render_due()
    assert pages.pages_of(document).total == 1


def drawn_by(worker, path):
    folder = settings.PREVIEW_ROOT / f".new-{worker}"
    folder.mkdir(parents=True)
    (folder / "pages.json").write_text(worker)
    pages._name(folder, path)


def test_of_two_workers_that_name_the_same_folder_the_first_stays():
    path = settings.PREVIEW_ROOT / "sha256-1"
    drawn_by("faster", path)
    drawn_by("slower", path)
    assert (path / "pages.json").read_text() == "faster"


def test_half_a_folder_that_a_dying_sweep_left_is_drawn_anew():
    path = settings.PREVIEW_ROOT / "sha256-1"
    path.mkdir(parents=True)
    (path / "2.png").write_bytes(b"x")
    with pages.new_folder(path) as folder:
        (folder / "pages.json").write_text("whole")
    assert [file.name for file in path.iterdir()] == ["pages.json"]
    assert [folder.name for folder in settings.PREVIEW_ROOT.iterdir()] == ["sha256-1"]


def test_changed_bytes_are_not_shown(proposed, fonts, caplog):
    render_due()
    document = Document.objects.get()
    for path in pages.folder_of(document).iterdir():
        path.unlink()
    path = path_of(document)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(RenderFailed):
        pages.draw(document)
    pages.draw_missing()
    assert pages.pages_of(document) is None
    assert "not the one that was registered" in caplog.text


def test_failed_shows_its_reference_and_a_way_to_try_again(client_for, proposed, cast):
    make_document(
        proposed.cycle, ANNOUNCEMENT, proposal=proposed, state=FAILED, error_reference="abc12345"
    )
    client = client_for(cast.director)
    text = client.get(url(*SHOWN)).text
    assert "abc12345" in text
    assert 'hx-trigger="load' not in text
    client.post(url(*ASKED))
    assert Document.objects.filter(state=DocumentState.QUEUED).count() == 1


def test_an_older_paper_of_a_changed_draft_is_not_shown_as_it(client_for, cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    old = make_document(
        cycle, ANNOUNCEMENT, proposal=draft, state=READY, requested_at=draft.created_at
    )
    type(draft).objects.filter(pk=draft.pk).update(saved_at=old.ready_at)
    text = client_for(cast.staff).get(url(*SHOWN)).text
    assert url("document_download", old.pk) not in text
    assert f'hx-post="{url(*ASKED)}"' in text


def test_a_page_is_looked_up_once(client_for, proposed, cast, fonts):
    render_due()
    client = client_for(cast.director)
    page, headers = url("document_page", Document.objects.get().pk, 1), {}
    for status in (200, 304):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(page, headers=headers)
            assert (b"".join(response) != b"", response.status_code) == (status == 200, status)
        assert sum('FROM "reports_document"' in query["sql"] for query in queries) == 1
        headers = {"if-none-match": response.headers["ETag"]}


# -- DOCX -----------------------------------------------------------------------------------
def test_docx_is_offered_then_linked(client_for, proposed, cast):
    pdf = make_document(proposed.cycle, ANNOUNCEMENT, proposal=proposed, state=READY)
    client = client_for(cast.director)
    text = client.get(url(*SHOWN)).text
    assert 'name="format" value="docx"' in text
    response = client.post(
        url("document_request"), {"kind": ANNOUNCEMENT, "format": "docx", "version": "1"}
    )
    docx = Document.objects.get(format=DocumentFormat.DOCX)
    assert response.url == url("document", docx.pk)
    data = b"PK docx"
    sha256 = hashlib.sha256(data).hexdigest()
    Document.objects.filter(pk=docx.pk).update(state=READY, sha256=sha256, size=len(data))
    docx.refresh_from_db()
    path_of(docx).write_bytes(data)
    assert url("document_download", docx.pk) in client.get(url(*SHOWN)).text
    for inline in ("", "?inline=1"):
        response = client.get(url("document_download", docx.pk) + inline)
        assert b"".join(response) == data
        assert "wordprocessingml" in response.headers["Content-Type"]
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert ".docx" in response.headers["Content-Disposition"]
    text = client.get(url("document", docx.pk)).text
    assert "ดาวน์โหลด DOCX" in text
    assert "inline=1" not in text
    assert pdf.format == DocumentFormat.PDF


def test_docx_of_other_papers_is_refused_readably(client_for, cycle, cast):
    response = client_for(cast.coordinator).post(
        url("document_request"), {"kind": "sar", "format": "docx"}
    )
    assert response.status_code == 400
    assert "PDF เท่านั้น" in response.text


# -- meetings -------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["invitation", "minutes"])
def test_papers_of_a_meeting(client_for, cycle, cast, fonts, kind):
    meeting = make_meeting(cycle, invited=[cast.staff, cast.director])
    client = client_for(cast.staff)
    shown = url("meeting_paper", meeting.pk, kind)
    assert "hx-post" in client.get(shown).text
    client.post(url("meeting_paper_request", meeting.pk, kind))
    render_due()
    document = Document.objects.get()
    assert (document.state, document.meeting) == (READY, meeting)
    text = client.get(shown, {"n": 2}).text
    assert "หน้า 1 จาก" in text
    assert f'name="meeting" value="{meeting.pk}"' in text
    assert whole(meeting.title) in client.get(url("document_list")).text
    assert Event.objects.filter(verb="document.ready").count() == 1


def test_a_meetings_paper_is_made_anew_by_its_button_only(client_for, cycle, cast, fonts):
    meeting = make_meeting(cycle, invited=[cast.staff])
    client, ask = client_for(cast.staff), url("meeting_paper_request", meeting.pk, "invitation")
    client.post(ask)
    render_due()
    text = client.post(ask).text  # a second window that opened at the same moment
    assert f"""hx-post="{ask}" hx-vals='{{"anew": "on"}}'""" in tight(text)
    assert Document.objects.count() == 1
    assert 'hx-trigger="load delay' in client.post(ask, {"anew": "on"}).text
    assert Document.objects.count() == 2


def test_the_papers_of_another_offices_meeting_are_not_made(client_for, cycle, cast):
    elsewhere = make_meeting(make_cycle(make_office("skn1")))
    client = client_for(cast.coordinator)
    assert client.get(url("meeting_paper", elsewhere.pk, "minutes")).status_code == 404
    assert client.post(url("meeting_paper_request", elsewhere.pk, "minutes")).status_code == 404
    response = client.post(
        url("document_request"), {"kind": "minutes", "meeting": elsewhere.pk}, follow=True
    )
    assert "ไม่มีเอกสารประเภทนี้" in response.text
    response = client.post(url("document_request"), {"kind": "minutes"})
    assert response.status_code == 400
    assert not Document.objects.exists()


# -- who ------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["staff", "group_director", "coordinator", "deputy", "director"])
def test_everybody_of_the_office_reads_and_asks(client_for, proposed, cast, who):
    client = client_for(getattr(cast, who))
    assert client.get(url(*SHOWN)).status_code == 200
    assert client.post(url(*ASKED)).status_code == 200


def test_strangers_and_unknown_papers_get_404(client_for, proposed, cast, fonts):
    render_due()
    document = Document.objects.get()
    reviewer = make_reviewer()
    for user in (make_person(make_office("skn1"), Role.DIRECTOR), reviewer):
        client = client_for(user)
        for address in (url(*SHOWN), url("document_page", document.pk, 1)):
            assert client.get(address).status_code == 404
        assert client.post(url(*ASKED)).status_code == 404
    client = client_for(cast.director)
    for address in (
        url("version_paper", ANNOUNCEMENT, 2),
        url("version_paper", "sar", 1),
        url("version_paper", "minutes", 1),
        url("document_page", document.pk, 0),
        url("document_page", document.pk, 2),
    ):
        assert client.get(address).status_code == 404


def test_a_paper_costs_the_same_whatever_the_register_holds(client_for, proposed, cast):
    client, counts = client_for(cast.director), []
    for number in (1, 10):
        for _n in range(number):
            make_document(proposed.cycle, ANNOUNCEMENT, proposal=proposed, state=READY)
        with CaptureQueriesContext(connection) as queries:
            client.get(url(*SHOWN))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_lists_of_meetings_cost_the_same(client_for, cycle, cast):
    client, counts = client_for(cast.coordinator), []
    for number in (1, 10):
        for _n in range(number):
            meeting = make_meeting(cycle)
            make_document(cycle, "minutes", state=READY, meeting=meeting)
        with CaptureQueriesContext(connection) as queries:
            client.get(url("document_list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# -- drawing --------------------------------------------------------------------------------
def test_what_is_no_pdf_is_not_drawn(tmp_path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"no PDF")
    with pytest.raises(RenderFailed):
        draw_in_child(path, tmp_path, limit=3)
    assert list(tmp_path.iterdir()) == [path]
