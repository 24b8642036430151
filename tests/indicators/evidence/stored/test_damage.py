"""Bytes served are bytes judged: a flipped byte is found as it is read, and an alarm raised."""

import hashlib
import os

import pytest
from django.urls import reverse

from core import health
from core.files.pieces import PIECE
from indicators.evidence.blobs import FileDamaged, open_blob, path_of, store
from indicators.evidence.pictures.previews import preview_of
from indicators.evidence.stored.sweep import check_blobs
from indicators.models import Blob, EvidenceFile
from indicators.tasks import sweep_files
from notifications.models import Notification
from people.states import Role
from tests.factories.content import make_evidence
from tests.factories.files import make_image, make_upload
from tests.factories.people import make_person

TEXT = b"".join(b"%08d," % number for number in range(PIECE * 5 // 2 // 9))  # two and a half pieces


@pytest.fixture
def admin(year):
    return make_person(year.office, Role.ADMIN)


@pytest.fixture
def file(year, admin):
    """A stored file of three pieces that stands in evidence."""
    blob = store(make_upload("ข้อมูล.csv", TEXT), office=year.office, by=year.collector)
    return EvidenceFile.objects.create(
        revision=make_evidence(year.office, by=year.collector).revisions.get(),
        blob=blob,
        name="ข้อมูล.csv",
    )


def flip(blob, at):
    """One byte changes on the disk; size and time stay."""
    path = path_of(blob)
    times = path.stat()
    with path.open("r+b") as raw:
        raw.seek(at)
        byte = raw.read(1)
        raw.seek(at)
        raw.write(bytes([byte[0] ^ 0x10]))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def ask(client_for, year, file, **headers):
    return client_for(year.collector).get(
        reverse("indicators:file_download", args=[file.pk]), headers=headers
    )


def body(response):
    """What a browser gets, until the line is cut."""
    got = b""
    try:
        for part in response.streaming_content:
            got += part
    except FileDamaged:
        return got, True
    return got, False


def alarms():
    return Notification.objects.filter(kind="file.damaged")


def test_digests_of_the_pieces_are_kept_from_the_first_day(file):
    digests = [
        hashlib.sha256(TEXT[at : at + PIECE]).hexdigest() for at in range(0, len(TEXT), PIECE)
    ]
    assert file.blob.pieces == "".join(digests)


def test_a_whole_file_is_sent_whole(client_for, year, file):
    response = ask(client_for, year, file)
    assert int(response.headers["Content-Length"]) == len(TEXT)
    assert body(response) == (TEXT, False)
    assert not alarms().exists()


@pytest.mark.parametrize("at", [0, 100, PIECE - 1])
def test_damage_at_the_beginning_is_a_page_with_a_sentence(client_for, year, admin, file, at):
    flip(file.blob, at)
    response = ask(client_for, year, file)
    assert response.status_code == 410
    assert "เสียหาย" in response.content.decode()
    assert "Content-Disposition" not in response.headers
    assert [row.recipient for row in alarms()] == [admin]


@pytest.mark.parametrize("at", [PIECE, PIECE + 5, 2 * PIECE - 1, len(TEXT) - 1])
def test_damage_further_on_cuts_the_answer_short(client_for, year, admin, file, at):
    flip(file.blob, at)
    response = ask(client_for, year, file)
    assert int(response.headers["Content-Length"]) == len(TEXT)
    got, cut = body(response)
    assert cut
    assert got == TEXT[: at // PIECE * PIECE]
    assert [row.recipient for row in alarms()] == [admin]
    assert ask(client_for, year, file).status_code == 410


@pytest.mark.parametrize(
    ("wanted", "first", "status"),
    [
        (f"bytes={PIECE + 10}-{PIECE + 20}", None, 410),
        (f"bytes={PIECE - 5}-{PIECE + 5}", TEXT[PIECE - 5 : PIECE], 206),
        (f"bytes={2 * PIECE}-", TEXT[2 * PIECE :], 206),
        ("bytes=0-9", TEXT[:10], 206),
        ("bytes=-4", TEXT[-4:], 206),
    ],
)
def test_a_range_is_checked_by_whole_pieces(client_for, year, file, wanted, first, status):
    flip(file.blob, PIECE + 1000)  # outside of every range that is asked for
    response = ask(client_for, year, file, range=wanted)
    assert response.status_code == status
    if first is not None:
        assert body(response)[0] == first


def test_the_alarm_is_raised_once_and_stands_on_the_page_of_health(client_for, year, admin, file):
    flip(file.blob, 0)
    for _time in range(3):
        ask(client_for, year, file)
    assert check_blobs() == 1
    row = alarms().get()
    assert "ข้อมูล.csv" in row.title
    assert [c.name for c in health.checks() if not c.ok and c.name == "files"] == ["files"]
    page = client_for(admin).get(reverse("people:health")).content.decode()
    assert "มีไฟล์เสียหายหรือสูญหาย 1 ไฟล์" in page


@pytest.mark.parametrize("harm", ["gone", "shorter", "longer", "other"])
def test_every_harm_raises_the_alarm(client_for, year, file, harm):
    path = path_of(file.blob)
    if harm == "gone":
        path.unlink()
    else:
        new = {"shorter": TEXT[:-1], "longer": TEXT + b"x", "other": b"x" * len(TEXT)}[harm]
        path.write_bytes(new)
    assert ask(client_for, year, file).status_code == 410
    assert alarms().count() == 1


def test_a_file_that_was_put_back_is_served_again_within_the_hour(client_for, year, file):
    path = path_of(file.blob)
    path.write_bytes(b"x")
    assert ask(client_for, year, file).status_code == 410
    path.write_bytes(TEXT)
    sweep_files()
    assert body(ask(client_for, year, file)) == (TEXT, False)


# -- files that came in before there were digests -------------------------------------------
@pytest.fixture
def old(file):
    Blob.objects.update(pieces="")
    file.refresh_from_db()
    return file


@pytest.mark.parametrize("at", [0, PIECE, len(TEXT) - 1])
def test_an_old_file_is_read_whole_before_its_first_byte_is_sent(client_for, year, old, at):
    flip(old.blob, at)
    assert ask(client_for, year, old).status_code == 410
    assert alarms().count() == 1


def test_the_first_reader_of_an_old_file_leaves_its_digests(client_for, year, old):
    assert body(ask(client_for, year, old)) == (TEXT, False)
    assert len(Blob.objects.get(pk=old.blob.pk).pieces) == 3 * 64


def test_the_weekly_check_leaves_them_too(old):
    assert check_blobs() == 0
    assert len(Blob.objects.get(pk=old.blob.pk).pieces) == 3 * 64


# -- pictures --------------------------------------------------------------------------------
def test_no_preview_is_made_or_shown_of_a_damaged_picture(client_for, year, admin):
    blob = store(make_upload("ภาพ.png", make_image("PNG")), office=year.office, by=year.collector)
    row = EvidenceFile.objects.create(
        revision=make_evidence(year.office, by=year.collector).revisions.get(),
        blob=blob,
        name="ภาพ.png",
    )
    address = reverse("indicators:file_preview", args=[row.pk])
    shown = client_for(year.collector).get(address)
    assert (shown.status_code, len(shown.getvalue()) > 0) == (200, True)
    flip(blob, blob.size // 2)
    assert client_for(year.collector).get(address).status_code == 410
    assert alarms().count() == 1


def test_a_damaged_picture_gives_no_preview(year, admin):
    blob = store(make_upload("ภาพ.png", make_image("PNG")), office=year.office, by=year.collector)
    flip(blob, blob.size - 20)
    assert preview_of(blob) is None
    with pytest.raises(FileDamaged):
        open_blob(Blob.objects.get(pk=blob.pk))
