"""What a site does with each kind of file: taken or not, how large, shown or only downloaded."""

import pytest
from django.core import checks
from django.urls import reverse

from esa_standards.checks import kinds_are_known
from indicators.evidence import kinds
from indicators.evidence.blobs import FileRefused, store
from indicators.evidence.forms import EvidenceForm
from indicators.evidence.kinds import KEYS
from indicators.evidence.pictures.thumbnails import thumbnail_of
from indicators.evidence.tus.queries import upload_zone
from indicators.models import EvidenceFile, Rendition, Upload
from indicators.renditions.looks import Look, look_of
from indicators.renditions.rendering import draw_due
from tests.factories.content import make_evidence
from tests.factories.files import make_image, make_pdf, make_upload, make_zip
from tests.indicators.evidence.tus.test_upload_views import begin


def bring(year, name, data):
    return store(make_upload(name, data), office=year.office, by=year.collector)


def test_a_kind_that_is_switched_off_is_refused_and_not_offered(year, settings):
    settings.EVIDENCE_KINDS = ["zip:off", "video:off"]
    archive = make_zip({"a.txt": b"1"})
    for name in ("ก.zip", "ก"):  # by its name before a byte is kept, else by its content
        with pytest.raises(FileRefused) as refused:
            bring(year, name, archive)
        assert "“ZIP”" in refused.value.message
        assert "PDF, รูปภาพ" in refused.value.message
    assert bring(year, "ก.pdf", make_pdf("ก"))
    said = [str(kind.label) for kind in EvidenceForm().kinds]
    assert "ZIP" not in said
    assert ".zip" not in EvidenceForm().accept
    assert ".m4a" in EvidenceForm().accept


def test_each_kind_has_the_size_that_the_site_gives_it(year, settings):
    settings.EVIDENCE_KINDS = ["pictures:1", "text:2:download", "video:1"]
    large = make_image("PNG") + bytes(1024 * 1024)
    for name in ("ก.png", "ก"):
        with pytest.raises(FileRefused, match="“รูปภาพ” ต้องมีขนาดไม่เกิน 1 MB"):
            bring(year, name, large)
    assert bring(year, "ก.txt", b"x" * 1_500_000)
    assert bring(year, "ก.png", make_image("PNG"))
    assert kinds.reason_against_name(".png", 1024**2) == ""
    # What may be film or sound is judged by its content, and so is what has no ending we know.
    assert kinds.reason_against_name(".m4a", 2 * 1024**2) == ""
    assert kinds.reason_against_name(".odd", 2 * 1024**2) == ""
    assert "1 MB" in kinds.reason_against("video/mp4", 2 * 1024**2)
    assert kinds.reason_against("audio/mp4", 2 * 1024**2) == ""


def test_an_upload_in_pieces_is_refused_before_its_first_byte(year, settings, client_for):
    settings.EVIDENCE_KINDS = ["pictures:1", "rar:off"]
    client = client_for(year.collector)
    for name, size, said in (("ก.jpg", 1024**2 + 1, "1 MB"), ("ก.rar", 9, "RAR")):
        answer = begin(client, year, name=name, size=size)
        assert (answer.status_code, said in answer.json()["message"]) == (400, True)
    assert not Upload.objects.exists()
    assert begin(client, year, name="ก.jpg", size=1024**2).status_code == 201


def test_the_page_and_its_script_know_the_limits(year, settings, client_for):
    settings.EVIDENCE_KINDS = ["pictures:50", "video:2048:download", "zip:off"]
    zone = upload_zone(year.assessment, user=year.collector).data
    assert zone["limits"][".jpg"] == (50 * 1024**2, "ไฟล์ชนิด “รูปภาพ” ต้องมีขนาดไม่เกิน 50 MB")
    assert set(zone["limits"]) >= {".png", ".heic"}
    assert not {".mp4", ".zip", ".pdf"} & set(zone["limits"])
    assert ".zip" not in zone["accept"]
    page = client_for(year.collector).get(
        reverse("indicators:evidence_create", args=[year.office.code, 2560])
    )
    assert "รูปภาพ (ไม่เกิน 50\u00a0MB)" in page.content.decode()
    assert "วิดีโอ (ไม่เกิน 2\u00a0GB, ดาวน์โหลดได้อย่างเดียว)" in page.content.decode()


def test_a_kind_that_is_only_downloaded_is_not_shown(year, settings, client_for):
    data, client = make_image("PNG", size=(300, 200)), client_for(year.collector)
    make_evidence(year.office, by=year.collector, name="ก.png", data=data)
    file = EvidenceFile.objects.get()
    draw_due()
    page = reverse(
        "indicators:evidence_file", args=[*year.args, file.revision.evidence_id, file.pk]
    )
    preview = reverse("indicators:file_preview", args=[file.pk])
    small = reverse("indicators:file_thumbnail", args=[file.pk])
    assert (look_of("image/png", "ก.png"), client.get(small).status_code) == (Look.PICTURE, 200)
    assert client.get(preview)["Content-Disposition"].startswith("inline")
    settings.EVIDENCE_KINDS = ["pictures:download"]
    assert (look_of("image/png", "ก.png"), client.get(small).status_code) == (Look.NONE, 404)
    answer = client.get(preview)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.getvalue() == data
    shown = client.get(page).content.decode()
    assert preview not in shown
    assert reverse("indicators:file_download", args=[file.pk]) in shown
    assert not thumbnail_of(file).drawn
    Rendition.objects.all().delete()
    assert draw_due() == 0


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        (["zips:off"], "zips:off"),
        (["zip"], "needs a number"),
        (["zip:no"], "needs a number"),
        (["zip:off:5"], "says more"),
        (["zip:5:6"], "needs a number"),
        (["zip:0"], "not between"),
        (["zip:99999"], "not between"),
        (["zip:5", "zip:off"], "twice"),
        ([f"{key}:off" for key in KEYS], "no kind is left"),
    ],
    ids=str,
)
def test_a_policy_that_says_nothing_is_named_by_a_check(settings, entries, said):
    assert kinds_are_known(None) == []
    settings.EVIDENCE_KINDS = entries
    errors = kinds_are_known(None)
    assert {(error.level, error.id) for error in errors} == {(checks.ERROR, "esa.E015")}
    assert said in " ".join(error.msg for error in errors)
    assert EvidenceForm().kinds is not None


def test_a_policy_is_read_with_blanks_and_capitals():
    assert kinds.read_policy(" Video : 1024 : Download ") == (
        "video",
        kinds.KindPolicy(largest=1024**3, shown=False),
    )
    assert set(KEYS) >= {"pdf", "old-office", "7z"}
