"""Pictures leave re-encoded: small, without the camera's notes, or not at all."""

import io
import os

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image

from core import clock
from indicators.evidence.blobs import path_of, temporary_folder
from indicators.evidence.inspection import MAX_PIXELS
from indicators.evidence.pictures import previews
from indicators.evidence.stored.sweep import check_blobs, sweep
from indicators.models import Blob, EvidenceFile
from tests.database.emptying import unguarded
from tests.factories.content import make_evidence
from tests.factories.files import make_image
from tests.indicators.evidence.test_blobs import TWO_DAYS


def bring(year, name="ภาพ.jpg", data=None):
    make_evidence(year.office, by=year.staff, name=name, data=data or make_image())
    return EvidenceFile.objects.get()


def shown(client, file):
    answer = client.get(reverse("indicators:file_preview", args=[file.pk]))
    return answer, b"".join(answer.streaming_content) if answer.streaming else b""


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_shown_re_encoded_and_downloaded_as_it_came(year, client_for, kind):
    data = make_image(kind, size=(2800, 700))
    file, client = bring(year, f"ภาพ.{kind.lower()}", data), client_for(year.staff)
    answer, body = shown(client, file)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["Content-Disposition"].endswith(".jpg")
    with Image.open(io.BytesIO(body)) as image:
        assert (image.format, image.size) == ("JPEG", (1400, 350))
    download = client.get(reverse("indicators:file_download", args=[file.pk]))
    assert b"".join(download.streaming_content) == data


def test_the_cameras_notes_stay_behind(year, client_for):
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010E] = "secret place"
    Image.new("RGB", (40, 30)).save(out, "JPEG", exif=exif)
    assert b"secret place" in out.getvalue()
    _answer, body = shown(client_for(year.staff), bring(year, data=out.getvalue()))
    assert b"secret place" not in body


def test_a_preview_is_made_once_and_kept_whole(year):
    blob = bring(year).blob
    path = previews.preview_of(blob)
    assert path == settings.DATA_DIR / "previews" / str(year.office.pk) / f"{blob.sha256}.jpg"
    os.utime(path, (1, 1))
    assert previews.preview_of(blob) == path
    assert path.stat().st_mtime == 1
    assert list(temporary_folder().iterdir()) == []


def test_more_pixels_than_the_cap_are_never_decoded(year, client_for, monkeypatch):
    file = bring(year, data=make_image(size=(60, 50)))
    monkeypatch.setattr(previews, "MAX_PIXELS", 60 * 50 - 1)
    monkeypatch.setattr(Image.Image, "load", lambda _image: pytest.fail("decoded"))
    answer, _body = shown(client_for(year.staff), file)
    assert answer.status_code == 410
    assert MAX_PIXELS == 80_000_000


def test_a_damaged_picture_is_a_readable_page(year, client_for):
    file = bring(year)
    data = path_of(file.blob).read_bytes()
    path_of(file.blob).write_bytes(b"\0" * len(data))  # of the right length all the same
    answer, _body = shown(client_for(year.staff), file)
    assert answer.status_code == 410
    assert file.name in answer.content.decode()


def test_no_older_preview_is_shown_of_a_picture_found_damaged(year, client_for):
    file, client = bring(year), client_for(year.staff)
    assert shown(client, file)[0].status_code == 200
    path_of(file.blob).write_bytes(b"cut")
    assert check_blobs() == 1
    assert shown(client, file)[0].status_code == 410


def test_the_preview_goes_with_its_file(year):
    blob = bring(year).blob
    path = previews.preview_of(blob)
    Blob.objects.update(created_at=clock.now() - TWO_DAYS)
    sweep()
    assert path.exists()
    assert len(list(path.parent.glob(f"{blob.sha256}.*"))) == 2
    with unguarded(EvidenceFile):
        EvidenceFile.objects.all().delete()
    assert sweep() == (0, 1)
    assert list(path.parent.glob(f"{blob.sha256}.*")) == []


HARMS = {
    "flipped": lambda data: data[:200] + bytes([data[200] ^ 1]) + data[201:],
    "cut": lambda data: data[:-30],
    "longer": lambda data: data + b"x",
    "a page": lambda _data: b"<html><script>alert(1)</script>",
    "another picture": lambda _data: make_image(colour="red"),
    "empty": lambda _data: b"",
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_preview_that_is_not_as_it_was_drawn_is_drawn_anew(year, client_for, harm):
    file, client = bring(year), client_for(year.staff)
    first, whole = shown(client, file)
    path = previews.preview_path(file.blob)
    path.write_bytes(HARMS[harm](whole))
    answer, body = shown(client, file)
    assert (answer.status_code, body) == (200, whole)
    assert answer.headers["ETag"] == first.headers["ETag"]
    path.write_bytes(HARMS[harm](whole))
    ((_sha256, given),) = previews.previews(year.office, [file.blob.sha256])
    assert given.read_bytes() == whole


@pytest.mark.parametrize("note", [b"", b"{", b"[]", b"\xff", None])
def test_a_preview_without_a_digest_is_drawn_anew(year, note):
    blob = bring(year).blob
    path = previews.preview_of(blob)
    beside = path.with_suffix(".json")
    whole, said = path.read_bytes(), beside.read_bytes()
    beside.unlink() if note is None else beside.write_bytes(note)
    path.write_bytes(b"<html>")
    assert previews.preview_of(blob).read_bytes() == whole
    assert beside.read_bytes() == said


def test_a_harmed_preview_of_a_damaged_picture_is_not_handed_to_papers(year):
    blob = bring(year).blob
    previews.preview_of(blob).write_bytes(b"<html>")
    path_of(blob).write_bytes(b"cut")
    assert list(previews.previews(year.office, [blob.sha256])) == []
