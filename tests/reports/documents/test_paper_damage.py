"""Papers, too, are compared with what was registered as they are sent."""

import hashlib
import json
import shutil

import pytest
from django.urls import reverse

from core import health
from notifications.models import Notification
from people.states import Role
from reports.documents.files import check_papers, path_of
from reports.documents.pages import folder_of, pages_of
from reports.gather.evidence import _named
from reports.models import Document
from reports.states import DocumentKind, DocumentState
from reports.tasks import check_papers as task
from tests.factories.files import make_image
from tests.factories.people import make_person
from tests.factories.reports import make_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(cycle):
    return make_person(cycle.office, Role.ADMIN)


@pytest.fixture
def paper(cycle, admin):
    made = make_document(cycle, DocumentKind.FLOWCHART, state=DocumentState.READY)
    assert check_papers() == 0  # as the renderer leaves it, with digests of its pieces
    made.refresh_from_db()
    assert len(made.pieces) == 64
    return made


def flip(paper, at=5):
    path = path_of(paper)
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


def ask(client_for, cast, paper):
    url = reverse("reports:document_download", args=["skn2", 2560, paper.pk])
    return client_for(cast.coordinator).get(url)


def alarms():
    return Notification.objects.filter(kind="file.damaged")


@pytest.mark.parametrize("pieces", [True, False], ids=["digests", "none yet"])
@pytest.mark.parametrize("at", [0, 7, -1])
def test_a_flipped_byte_of_a_paper_is_no_download(client_for, cast, admin, paper, pieces, at):
    if not pieces:
        Document.objects.update(pieces="")
    flip(paper, at)
    for _time in range(2):
        response = ask(client_for, cast, paper)
        assert response.status_code == 410
        assert "เสียหาย" in response.content.decode()
    assert [row.recipient for row in alarms()] == [admin]
    assert [c.name for c in health.checks() if not c.ok and c.name == "stored_papers"]


def test_a_whole_paper_is_sent(client_for, cast, paper):
    assert ask(client_for, cast, paper).getvalue() == path_of(paper).read_bytes()


def test_the_weekly_check_finds_papers_that_nobody_reads(paper, admin):
    flip(paper)
    assert check_papers() == 1
    assert check_papers() == 1
    assert alarms().count() == 1


def test_a_paper_that_was_put_back_is_sent_again(client_for, cast, paper):
    whole = path_of(paper).read_bytes()
    flip(paper)
    assert ask(client_for, cast, paper).status_code == 410
    path_of(paper).write_bytes(whole)
    task(only_damaged=True)
    assert ask(client_for, cast, paper).getvalue() == whole


def test_a_report_says_which_of_its_files_nobody_can_open(paper):
    class File:
        name = "แผน.pdf"

        class blob:
            damaged_at = None

    assert _named(File) == "แผน.pdf"
    File.blob.damaged_at = paper.ready_at
    assert _named(File) == "แผน.pdf (ไฟล์เสียหาย)"


# -- the pictures that who decides reads ---------------------------------------------------
@pytest.fixture
def drawn(paper):
    """The paper's page as it was drawn."""
    folder = folder_of(paper)
    folder.mkdir(parents=True)
    picture = make_image("PNG")
    (folder / "1.png").write_bytes(picture)
    page = {"sha256": hashlib.sha256(picture).hexdigest(), "width": 40, "height": 30}
    (folder / "pages.json").write_text(json.dumps({"total": 1, "pages": [page]}))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def ask_page(client_for, cast, paper):
    url = reverse("reports:document_page", args=["skn2", 2560, paper.pk, 1])
    return client_for(cast.director).get(url)


def test_a_picture_is_shown_as_it_was_drawn(client_for, cast, paper, drawn):
    shown = (drawn / "1.png").read_bytes()
    assert ask_page(client_for, cast, paper).getvalue() == shown


@pytest.mark.parametrize("harm", ["flipped", "gone", "cut"])
def test_a_damaged_picture_is_not_shown_and_is_drawn_again(client_for, cast, paper, drawn, harm):
    picture = drawn / "1.png"
    data = bytearray(picture.read_bytes())
    data[-20] ^= 1
    if harm == "gone":
        picture.unlink()
    else:
        picture.write_bytes(data if harm == "flipped" else data[:40])
    assert ask_page(client_for, cast, paper).status_code == 404
    assert not drawn.exists()


def test_a_damaged_list_of_pictures_is_none(paper, drawn):
    (drawn / "pages.json").write_text('{"total": 1, "pages": [{')
    assert pages_of(paper) is None
