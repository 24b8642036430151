"""Photographs of a SAR: which are taken, how small, without what they know of their place."""

import pytest
from django.conf import settings

from indicators.models import Blob
from reports.collect import blob_files
from tests.factories.files import make_image
from tests.factories.reports import AT, cite, get_item, make_blob, make_revision, make_snapshot

pytestmark = pytest.mark.django_db


def test_photographs_are_shrunk_upright_and_without_gps(office, cycle, cast):
    from PIL import Image  # noqa: PLC0415 - only these tests look at pixels

    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    exif[0x010E] = "secret place"
    blob = make_blob(office, make_image(size=(3000, 1500), exif=exif))
    cite(
        get_item(cycle, "1.1.1"),
        make_revision(office, title="ภาพถ่าย", by=cast.staff, blobs=[blob]),
        by=cast.staff,
    )
    snapshot = make_snapshot(cycle)
    (photograph,) = snapshot.photographs
    assert photograph.caption == "ภาพถ่าย"
    (path,) = blob_files(cycle, snapshot).values()
    with Image.open(path) as image:
        assert (image.format, image.size) == ("JPEG", (700, 1400))
        assert not image.getexif()
    assert path.is_relative_to(settings.DATA_DIR / "previews")


@pytest.mark.parametrize(
    "data",
    [b"not an image at all", make_image()[:200], make_image("PNG")[:60], b""],
    ids=["text", "cut jpeg", "cut png", "empty"],
)
def test_a_damaged_picture_is_left_out(office, cycle, cast, data):
    import weasyprint  # noqa: F401, PLC0415 - it lets its process read pictures that were cut off

    good = make_blob(office, make_image(colour="red"))
    bad = make_blob(office, data)
    revision = make_revision(office, title="ภาพ", by=cast.staff, blobs=[bad, good])
    cite(get_item(cycle, "1.1.1"), revision, by=cast.staff)
    snapshot = make_snapshot(cycle)
    assert [photograph.sha256 for photograph in snapshot.photographs] == [good.sha256]
    assert len(snapshot.standards[0].indicators[0].considerations[0].evidence[0].names) == 2


def test_a_picture_that_would_unfold_too_far_is_left_out(office, cycle, cast):
    bomb = make_blob(office, make_image("PNG", size=(12_000, 8_000), mode="1"), "image/png")
    revision = make_revision(office, title="ภาพ", by=cast.staff, blobs=[bomb])
    cite(get_item(cycle, "1.1.1"), revision, by=cast.staff)
    assert make_snapshot(cycle).photographs == ()


def test_pictures_known_to_be_damaged_or_missing_are_left_out(office, cycle, cast):
    damaged, missing = (make_blob(office, make_image(colour=c)) for c in ("red", "blue"))
    Blob.objects.filter(pk=damaged.pk).update(damaged_at=AT)
    (settings.BLOB_ROOT / str(office.pk) / missing.sha256).unlink()
    revision = make_revision(office, title="ภาพ", by=cast.staff, blobs=[damaged, missing])
    cite(get_item(cycle, "1.1.1"), revision, by=cast.staff)
    assert make_snapshot(cycle).photographs == ()


def test_at_most_two_dozen_photographs(office, cycle, cast):
    blobs = [make_blob(office, make_image(colour=(n * 9, 99, 9))) for n in range(26)]
    revision = make_revision(office, title="ภาพ", by=cast.staff, blobs=blobs)
    cite(get_item(cycle, "1.1.1"), revision, by=cast.staff)
    assert len({p.sha256 for p in make_snapshot(cycle).photographs}) == 24
