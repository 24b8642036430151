"""The check of all stored files: a report for people, a code for programs, no leftovers."""

import os

import pytest
from django.core.management import CommandError, call_command

from core import clock
from indicators.evidence.blobs import path_of, store
from indicators.evidence.pictures import previews
from indicators.evidence.stored.sweep import sweep
from indicators.evidence.stored.verifying import report_path, verify_files
from indicators.models import Blob, EvidenceFile
from indicators.tasks import check_files
from notifications.models import Notification
from people.states import Role
from tests.factories.content import make_evidence
from tests.factories.files import make_image, make_upload
from tests.factories.people import make_person
from tests.indicators.evidence.pictures.test_previews import bring


def verified(capsys, *office):
    """What the command prints."""
    call_command("evidence_verify", *office)
    return capsys.readouterr().out


def test_whole_files_are_counted(year, capsys):
    blob = bring(year).blob
    said = verified(capsys)
    assert said.startswith("1 files (0.0 MB) hashed on ")
    assert "0 damaged" in said
    assert report_path().read_text() == said
    assert verify_files().size == blob.size


def test_a_damaged_file_is_named_with_office_name_and_what_cites_it(year, cited):
    make_person(year.office, Role.ADMIN)
    path_of(cited.blob).write_bytes(b"cut")
    with pytest.raises(CommandError) as damaged:
        call_command("evidence_verify", year.office.code)
    said = str(damaged.value)
    assert "1 damaged" in said
    assert f"{year.office.code}: {cited.blob.sha256}: “ภาพ.jpg”; cited in 1.1.1 of 2560" in said
    assert Notification.objects.filter(kind="file.damaged").count() == 1


def test_a_file_that_is_no_evidence_is_named_as_such(year):
    blob = store(make_upload("ตรา.png", make_image("PNG")), office=year.office, by=year.collector)
    path_of(blob).unlink()
    with pytest.raises(CommandError, match="no evidence: a scan or letterhead; not cited"):
        call_command("evidence_verify")


def test_an_office_nobody_knows_is_no_success(year):
    with pytest.raises(CommandError, match="no office"):
        call_command("evidence_verify", "nowhere")


def test_the_weekly_check_keeps_its_report_and_logs_no_name(year, caplog):
    blob = bring(year).blob
    path_of(blob).write_bytes(b"cut")
    with caplog.at_level("INFO"):
        check_files()
    assert "“ภาพ.jpg”" in report_path().read_text()
    assert "ภาพ" not in caplog.text
    assert "1 files were hashed, 1 are damaged." in caplog.text


def test_previews_of_files_that_are_gone_are_swept(year):
    """Drawn by a reader while the file was removed, or left by a crash in between."""
    kept, gone = bring(year).blob, Blob(office=year.office, sha256="0" * 64)
    stays = previews.preview_of(kept, previews.Size.SMALL)
    stray, young = previews.preview_path(gone), previews.preview_path(gone, previews.Size.SMALL)
    for path in (stays, stray, young):
        path.write_bytes(b"x")
    for path in (stays, stray):
        os.utime(path, (1, 1))
    assert sweep() == (1, 0)
    assert (stays.exists(), stray.exists(), young.exists()) == (True, False, True)


@pytest.fixture
def cited(year):
    """A file of evidence that 1.1.1 cites."""
    item = year.assessment.items.get(consideration__code="1.1.1")
    evidence = make_evidence(year.office, by=year.staff, name="ภาพ.jpg", data=make_image())
    item.citations.create(
        evidence=evidence,
        revision=evidence.revisions.get(),
        created_at=clock.now(),
        created_by=year.staff,
    )
    return EvidenceFile.objects.get()
