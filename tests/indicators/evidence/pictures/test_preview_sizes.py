"""Photographs of telephones and scans have previews like others, each in two sizes."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image

from core import clock
from indicators.evidence.blobs import FileDamaged, path_of
from indicators.evidence.pictures import drawing, previews
from indicators.evidence.pictures.previews import Size
from indicators.evidence.stored.sweep import sweep
from indicators.models import Blob, EvidenceFile
from tests.database.emptying import unguarded
from tests.factories.files import make_image
from tests.indicators.evidence.pictures.test_previews import bring, shown
from tests.indicators.evidence.test_blobs import TWO_DAYS

PHOTO = Path(__file__).parents[1] / "cases" / "photo.heic"  # the upper third is blue, the rest red
TURNED = 6  # as a telephone notes that it was held upright


def pixels(data):
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.mode) == ("JPEG", "RGB")
        return image.size, image.getpixel((2, 2)), image.getpixel((2, image.height - 3))


def pages(*colours, **options):
    """A TIFF of several pages."""
    first, *more = (Image.new("RGB", (60, 40), colour) for colour in colours)
    out = io.BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=more, **options)
    return out.getvalue()


def test_a_photograph_of_a_telephone_is_shown(year, client_for):
    file = bring(year, "ภาพ.heic", PHOTO.read_bytes())
    answer, body = shown(client_for(year.staff), file)
    assert answer.headers["Content-Type"] == "image/jpeg"
    size, above, below = pixels(body)
    assert size == (64, 48)
    assert above[2] > 200 > 60 > above[0]
    assert below[0] > 200 > 60 > below[2]
    answer = client_for(year.staff).get(reverse("indicators:file_download", args=[file.pk]))
    assert b"".join(answer.streaming_content) == PHOTO.read_bytes()


def test_the_first_page_of_a_scan_is_shown(year, client_for):
    file = bring(year, "แผน.tiff", pages("blue", "red"))
    _answer, body = shown(client_for(year.staff), file)
    assert pixels(body)[1][2] > 200


@pytest.mark.parametrize(("mode", "colour"), [("1", 1), ("CMYK", 0), ("I;16", 60_000), ("LA", 255)])
def test_a_scan_of_any_colours_is_shown(year, mode, colour):
    blob = bring(year, "แผน.tif", make_image("TIFF", mode=mode, colour=colour)).blob
    assert pixels(previews.preview_bytes(blob))[0] == (40, 30)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PNG", "WEBP"])
def test_a_photograph_is_turned_upright(year, kind):
    exif = Image.Exif()
    exif[0x0112] = TURNED
    blob = bring(year, "ภาพ", make_image(kind, size=(80, 40), exif=exif)).blob
    assert pixels(previews.preview_bytes(blob))[0] == (40, 80)
    assert pixels(previews.preview_bytes(blob, Size.SMALL))[0] == (40, 80)


def test_lists_have_a_small_one_of_their_own(year):
    blob = bring(year, data=make_image(size=(2000, 1000))).blob
    assert pixels(previews.preview_bytes(blob, Size.SMALL))[0] == (320, 160)
    assert pixels(previews.preview_bytes(blob))[0] == (1400, 700)
    small, screen = (previews.preview_path(blob, size) for size in (Size.SMALL, Size.SCREEN))
    assert small.name == f"{blob.sha256}.small.jpg"
    assert dict(previews.previews(year.office, [blob.sha256], Size.SMALL)) == {blob.sha256: small}
    small.write_bytes(b"<html>")
    assert pixels(previews.preview_bytes(blob, Size.SMALL))[0] == (320, 160)
    assert screen.exists()


def test_both_sizes_go_with_their_file(year):
    blob = bring(year).blob
    folder = previews.preview_of(blob, Size.SMALL).parent
    assert len(list(folder.glob(f"{blob.sha256}.*"))) == 4
    Blob.objects.update(created_at=clock.now() - TWO_DAYS)
    with unguarded(EvidenceFile):
        EvidenceFile.objects.all().delete()
    assert sweep() == (0, 1)
    assert list(folder.glob(f"{blob.sha256}.*")) == []


def test_a_small_one_of_a_picture_found_damaged_is_not_shown(year):
    blob = bring(year).blob
    previews.preview_of(blob, Size.SMALL)
    path_of(blob).write_bytes(b"cut")
    with pytest.raises(FileDamaged):
        previews.preview_bytes(blob, Size.SMALL)


@pytest.mark.parametrize(
    "data",
    [PHOTO.read_bytes()[:-60], b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40],
    ids=["cut", "empty"],
)
def test_a_photograph_that_cannot_be_read_has_no_preview(year, data):
    blob = bring(year, "ภาพ.heic", data).blob
    assert previews.preview_of(blob) is None
    assert previews.preview_of(blob, Size.SMALL) is None


def test_scans_are_decoded_in_a_process_of_their_own(year, monkeypatch):
    blob = bring(year, "แผน.tif", make_image("TIFF")).blob
    monkeypatch.setattr(Image.Image, "load", lambda _image: pytest.fail("decoded"))
    assert previews.preview_of(blob)
    monkeypatch.setattr(previews, "LARGEST_APART", 10)
    previews.remove_preview(blob)
    assert previews.preview_of(blob) is None


def test_that_process_decodes_no_more_pixels_than_it_may():
    command = [sys.executable, "-I", drawing.__file__, "320", "1000"]
    done = subprocess.run(command, input=make_image("TIFF"), capture_output=True, check=False)
    assert (done.returncode != 0, done.stdout) == (True, b"")
    assert b"1200 pixels" in done.stderr
