"""What counts of an upload: pieces, whole bodies, and what lies on the disk."""

import hashlib
import random
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.files.no_room import NoRoom
from indicators.evidence.blobs import FileRefused
from indicators.evidence.tus import receiving
from indicators.evidence.tus import uploads as domain
from indicators.states import UploadState
from tests.factories.files import make_image
from tests.factories.loading import load_again

PICTURE = make_image("PNG", size=(300, 200), colour="teal")


def begin(year):
    return domain.begin(year.office, name="ภาพ.png", size=len(PICTURE), by=year.collector)


def test_a_piece_from_elsewhere_does_not_count(year):
    upload = begin(year)
    domain.receive(upload.token, 0, [PICTURE[:50]], by=upload.user)
    for wrong in (0, 49, 51, len(PICTURE)):
        with pytest.raises(domain.OffsetDiffers) as refusal:
            domain.receive(upload.token, wrong, [b"xx"], by=upload.user)
        assert refusal.value.offset == 50


def test_a_piece_that_came_twice_with_other_bytes_counts_once(year):
    upload = begin(year)
    domain.receive(upload.token, 0, [PICTURE[:50]], by=upload.user)
    with pytest.raises(domain.OffsetDiffers):
        domain.receive(upload.token, 0, [bytes(50)], by=upload.user)
    upload = domain.receive(upload.token, 50, [PICTURE[50:]], by=upload.user)
    assert domain.finish(upload).blob.sha256 == hashlib.sha256(PICTURE).hexdigest()


def test_a_long_body_is_counted_once_a_second_and_when_it_ends(year, monkeypatch):
    times = iter((0.0, 0.4, 0.9, 1.1, 1.1, 1.5))
    monkeypatch.setattr(domain, "monotonic", lambda: next(times))
    upload, pieces = (
        begin(year),
        [PICTURE[:50], PICTURE[50:100], PICTURE[100:150], PICTURE[150:200]],
    )
    with CaptureQueriesContext(connection) as queries:
        domain.receive(upload.token, 0, pieces, by=upload.user)
    counted = [row["sql"] for row in queries if row["sql"].startswith("UPDATE")]
    assert ["= 150" in counted[0], "= 200" in counted[1]] == [True, True]
    assert len(counted) == 2
    assert load_again(upload).offset == 200


def test_of_a_body_that_finds_no_more_room_counts_what_lies_there(year, monkeypatch):
    upload, kept = begin(year), receiving.write

    def write(file, offset, piece):
        if offset == 100:
            raise NoRoom
        kept(file, offset, piece)

    monkeypatch.setattr(receiving, "write", write)
    with pytest.raises(NoRoom):
        domain.receive(upload.token, 0, [PICTURE[:50], PICTURE[50:100], b"x"], by=upload.user)
    assert load_again(upload).offset == 100


def test_what_is_whole_lies_on_the_disk(year, monkeypatch):
    flushed = []
    monkeypatch.setattr(domain, "flush", lambda file: flushed.append(Path(file.name).name))
    upload = begin(year)
    domain.receive(upload.token, 0, [PICTURE[:50]], by=upload.user)
    assert not flushed
    domain.receive(upload.token, 50, [PICTURE[50:]], by=upload.user)
    assert flushed == [upload.token]


def test_more_than_was_announced_does_not_count(year):
    upload = begin(year)
    with pytest.raises(FileRefused, match="เกินขนาดที่แจ้งไว้"):
        domain.receive(upload.token, 0, [PICTURE + b"x"], by=upload.user)
    assert load_again(upload).offset == 0


def test_no_more_counts_than_lies_on_the_disk(year):
    """After the power failed, the disk may hold less than the row says."""
    upload = begin(year)
    upload = domain.receive(upload.token, 0, [PICTURE[:100]], by=upload.user)
    with receiving.path_of(upload).open("r+b") as file:
        file.truncate(60)
    assert receiving.standing(upload) == 60
    upload = domain.receive(upload.token, 60, [PICTURE[60:]], by=upload.user)
    assert domain.finish(upload).blob.sha256 == hashlib.sha256(PICTURE).hexdigest()


def test_after_a_restore_an_upload_begins_anew(year):
    upload = begin(year)
    domain.receive(upload.token, 0, [PICTURE[:50]], by=upload.user)
    receiving.forget(upload)  # a backup has no unfinished uploads
    with pytest.raises(domain.OffsetDiffers) as refusal:
        domain.receive(upload.token, 50, [PICTURE[50:]], by=upload.user)
    assert refusal.value.offset == 0
    upload = domain.receive(upload.token, 0, [PICTURE], by=upload.user)
    assert domain.finish(upload).state == UploadState.DONE


def test_two_windows_do_not_write_at_once(year):
    upload = begin(year)
    with receiving.held(upload.office_id, upload.token), pytest.raises(receiving.InUse):
        domain.receive(upload.token, 0, [PICTURE], by=upload.user)
    assert load_again(upload).offset == 0


@pytest.mark.parametrize("seed", range(8))
def test_however_it_is_cut_the_file_is_whole(year, seed):
    """Pieces of any length, some sent twice, some from a wrong place."""
    draw = random.Random(seed)
    upload, at = begin(year), 0
    while at < len(PICTURE):
        piece = PICTURE[at : at + draw.randint(1, 200)]
        if draw.random() < 0.3:
            with pytest.raises(domain.OffsetDiffers):
                domain.receive(upload.token, at + draw.choice([-1, 1, 7]), [piece], by=upload.user)
        upload = domain.receive(upload.token, at, [piece], by=upload.user)
        at = upload.offset
    assert domain.finish(upload).blob.sha256 == hashlib.sha256(PICTURE).hexdigest()
