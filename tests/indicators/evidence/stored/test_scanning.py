"""A new file is usable after the scan and not before; a virus is shown to nobody."""

import io
import socket
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from core import clock, health
from esa_standards.checks import scanner_has_a_place
from indicators.evidence.blobs import FileHeld, FileRefused, open_blob, store
from indicators.evidence.pictures import previews
from indicators.evidence.scans import scanner as scanner_module
from indicators.evidence.scans import scanning
from indicators.evidence.scans.scanning import scan_due
from indicators.models import Blob, EvidenceFile
from indicators.states import ScanState
from indicators.tasks import scan_files
from notifications.models import Notification
from people.states import Role
from tests.factories.content import make_evidence
from tests.factories.files import make_image, make_upload
from tests.factories.people import make_person
from tests.indicators.evidence.stored.scanner_server import VIRUS, scanner_server

pytestmark = pytest.mark.postgres
NOWHERE = "127.0.0.1:1"


@pytest.fixture
def scanner(settings):
    """One that answers."""
    with scanner_server(settings) as found:
        yield found


def bring(year, name="ก.txt", data=b"text"):
    """A file that stands in evidence."""
    blob = store(make_upload(name, data), office=year.office, by=year.collector)
    revision = make_evidence(year.office, by=year.collector).revisions.get()
    return EvidenceFile.objects.create(revision=revision, blob=blob, name=name)


def statuses(client, file):
    """What a browser gets for the file and for its preview."""
    addresses = ("file_download", "file_preview")
    answers = [client.get(reverse(f"indicators:{name}", args=[file.pk])) for name in addresses]
    for answer in answers:
        if answer.streaming:
            assert b"".join(answer.streaming_content)
    return [answer.status_code for answer in answers], answers[0]


def state(file):
    return Blob.objects.get(pk=file.blob_id).scan_state


def test_without_a_scanner_nothing_waits_and_the_page_says_so(year, client_for):
    file = bring(year)
    assert file.scan_label == "ยังไม่ได้ตรวจไวรัส"
    client = client_for(year.collector)
    assert statuses(client, file)[0] == [200, 200]
    assert scan_due() == 0
    page = client.get(
        reverse("indicators:evidence", args=[year.office.code, 2560, file.revision.evidence_id])
    )
    assert "ยังไม่ได้ตรวจไวรัส" in page.content.decode()


def test_a_new_file_is_usable_after_the_scan_and_not_before(year, client_for, scanner):
    file, client = bring(year, "ภาพ.png", make_image("PNG")), client_for(year.collector)
    found, answer = statuses(client, file)
    assert found == [409, 409]
    assert "รอตรวจหาไวรัส" in answer.content.decode()
    assert list(previews.previews(year.office, [file.blob.sha256])) == []
    scan_files()
    assert state(file) == ScanState.CLEAN
    assert statuses(client, file)[0] == [200, 200]
    assert scanner.sizes[-1] == file.blob.size or file.blob.size in scanner.sizes
    assert [sha for sha, _path in previews.previews(year.office, [file.blob.sha256])]


def test_a_virus_is_shown_to_nobody_and_notified_once(year, client_for, scanner):
    admin = make_person(year.office, Role.ADMIN)
    file, client = bring(year, "ไวรัส.txt", VIRUS), client_for(year.collector)
    scan_due()
    assert state(file) == ScanState.INFECTED
    found, answer = statuses(client, file)
    assert found == [409, 409]
    assert "Eicar-Test" in answer.content.decode()
    (message,) = Notification.objects.filter(kind="file.infected")
    assert (message.recipient, "ไวรัส.txt" in message.title) == (admin, True)
    with pytest.raises(FileRefused, match="Eicar-Test"):
        store(make_upload("อีกครั้ง.txt", VIRUS), office=year.office, by=year.collector)
    assert scan_due() == 0
    assert Notification.objects.filter(kind="file.infected").count() == 1


def test_an_infected_picture_shows_no_older_preview(year, settings):
    data = make_image("PNG") + VIRUS
    file = bring(year, "ภาพ.png", data)
    path = previews.preview_of(file.blob)
    with scanner_server(settings):
        assert scan_due() >= 1
    assert not path.exists()
    infected = Blob.objects.get(pk=file.blob_id)
    assert previews.preview_of(infected) is None
    assert list(previews.previews(year.office, [infected.sha256])) == []
    settings.CLAMAV_HOST = ""
    with pytest.raises(FileHeld):
        open_blob(infected)


def test_files_from_before_stay_usable_while_they_wait(year, client_for, settings):
    file, client = bring(year), client_for(year.collector)
    settings.CLAMAV_HOST = NOWHERE
    assert statuses(client, file)[0] == [200, 200]
    with scanner_server(settings):
        scan_due()
    assert state(file) == ScanState.CLEAN


def test_a_scanner_that_is_down_makes_files_wait_and_is_named(year, client_for, settings):
    settings.CLAMAV_HOST = NOWHERE
    file, client = bring(year), client_for(year.collector)
    assert scan_due() == 0
    assert statuses(client, file)[0] == [409, 409]
    (line,) = [check for check in health.checks() if check.name == "scanner"]
    assert (line.ok, "ไม่ตอบ" in line.says, "CLAMAV_HOST" in line.hint) == (False, True, True)
    with scanner_server(settings):
        call_command("sweep", stdout=io.StringIO())
        assert statuses(client, file)[0] == [200, 200]
        (line,) = [check for check in health.checks() if check.name == "scanner"]
        assert line.ok
    settings.CLAMAV_HOST = ""
    (line,) = [check for check in health.checks() if check.name == "scanner"]
    assert (line.ok, "ไม่ได้ตั้งค่า" in line.says) == (True, True)


def test_what_the_scanner_does_not_take_waits_and_holds_up_nobody(year, settings):
    with scanner_server(settings, most=1000) as scanner:
        large, small = bring(year, "ใหญ่.txt", b"x" * 100_000), bring(year, "เล็ก.txt")
        assert scan_due() >= 1
        assert (state(large), state(small)) == (ScanState.WAITING, ScanState.CLEAN)
        (line,) = [check for check in health.checks() if check.name == "scanner"]
        assert "StreamMaxLength" in line.hint
        scanner.most = None
        assert scan_due() == 0
        Blob.objects.update(scan_after=clock.now() - timedelta(seconds=1))
        assert scan_due() == 1
        assert state(large) == ScanState.CLEAN


def test_two_workers_scan_a_file_once(year, scanner, monkeypatch):
    file = bring(year)
    seen = []

    def meanwhile(opened):
        seen.append(scanning._scan(file.blob_id))
        return ""

    monkeypatch.setattr(scanning, "virus_in", meanwhile)
    assert scanning._scan(file.blob_id)
    assert seen == [False]


def test_who_lost_the_claim_writes_nothing(year, scanner, monkeypatch):
    file = bring(year)

    def slow(opened):
        Blob.objects.filter(pk=file.blob_id).update(scan_after=clock.now())
        return "Eicar"

    monkeypatch.setattr(scanning, "virus_in", slow)
    assert not scanning._scan(file.blob_id)
    assert state(file) == ScanState.WAITING


def test_a_socket_is_as_good_as_a_port(year, settings):
    with tempfile.TemporaryDirectory() as folder:
        with scanner_server(settings, path=Path(folder) / "clamd.ctl"):
            file = bring(year)
            scan_due()
        assert state(file) == ScanState.CLEAN


@pytest.mark.parametrize("place", ["", "/run/clamav/clamd.ctl", "127.0.0.1:3310", "[::1]:3310"])
def test_a_place_of_the_scanner_is_known(settings, place):
    settings.CLAMAV_HOST = place
    assert scanner_has_a_place(None) == []


@pytest.mark.parametrize("place", ["clamd", "localhost:", "127.0.0.1:port"])
def test_a_place_that_is_none_is_named_by_a_check(settings, place):
    settings.CLAMAV_HOST = place
    assert [error.id for error in scanner_has_a_place(None)] == ["esa.E016"]


def test_a_scanner_that_says_nothing_costs_no_page_its_answer(settings, monkeypatch):
    monkeypatch.setattr(scanner_module, "PING_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMAV_HOST = f"127.0.0.1:{silent.getsockname()[1]}"
        begin = time.monotonic()
        assert not scanner_module.scanner_answers()
        assert time.monotonic() - begin < 5
    settings.CLAMAV_HOST = "/nowhere/clamd.ctl"
    assert not scanner_module.scanner_answers()
