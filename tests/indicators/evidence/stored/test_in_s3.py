"""Evidence whose bytes lie in S3: brought, looked at, read, handed over, checked, moved, saved.

A real server (moto), and a line to it that breaks: what is cut is never half a file.
"""

import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from core import clock, health
from core.files.pieces import PIECE
from core.files.stores import StoreAway
from esa_standards.backup.taking import back_up
from indicators.evidence.blobs import FileRefused, path_of, store
from indicators.evidence.stored.place import s3_store
from indicators.evidence.stored.sweep import check_blobs, sweep
from indicators.evidence.tus import receiving, uploads
from indicators.handovers import handovers
from indicators.handovers.contents import parts_of
from indicators.models import Blob, EvidenceFile, Rendition, TextPart, Upload
from indicators.renditions.rendering import draw_due
from indicators.search.texts import read_due
from indicators.states import RenditionState, UploadState
from tests.core.stores.s3_server import breaking_line, free_port, use_s3
from tests.factories.content import make_evidence
from tests.factories.files import make_image, make_upload
from tests.factories.people import make_reviewer
from tests.indicators.evidence.stored.scanner_server import scanner_server
from tests.indicators.evidence.tus.test_upload_views import begin, send
from tests.indicators.search.written import make_typed_pdf

pytestmark = pytest.mark.xdist_group("s3")
PDF = make_typed_pdf("หน้าแรก", "คำสั่งแต่งตั้งคณะกรรมการ ที่ ๑๒/๒๕๖๐")


@pytest.fixture
def bucket(settings, tmp_path):
    """Of this test alone."""
    name = hashlib.sha256(str(tmp_path).encode()).hexdigest()[:40]
    use_s3(settings, name)
    s3_store().client.create_bucket(Bucket=name)
    return name


@pytest.fixture
def s3(year, bucket):
    """A year whose files lie in S3."""
    return s3_store()


@pytest.fixture
def line(s3, bucket, settings):
    with breaking_line() as line:
        use_s3(settings, bucket, line.here)
        yield line


def objects(store):
    rows = store.client.list_objects_v2(Bucket=store.place.bucket).get("Contents", ())
    return {row["Key"]: row["Size"] for row in rows}


def put(store, key, data):
    store.client.put_object(Bucket=store.place.bucket, Key=key, Body=data)


def key_of(blob):
    return f"{blob.office_id}/{blob.sha256}"


def bring(year, data=PDF, name="แผน.pdf"):
    make_evidence(year.office, by=year.collector, name=name, data=data)
    return EvidenceFile.objects.order_by("pk").last()


def got(client, file, name="file_download", **headers):
    answer = client.get(reverse(f"indicators:{name}", args=[file.pk]), headers=headers)
    data = answer.getvalue() if answer.streaming else answer.content
    return answer.status_code, data


def upload(client, year, data):
    """By tus, in one piece: the last answer, and the upload."""
    url = begin(client, year, size=len(data), name="แผน.pdf", item="1.1.1")["Location"]
    return send(client, url, 0, data), Upload.objects.get()


# -- the way of a file ------------------------------------------------------------------------
def test_a_file_is_uploaded_downloaded_shown_read_and_handed_over(year, s3, client_for, settings):
    client = client_for(year.collector)
    answer, _row = upload(client, year, PDF)
    assert answer.status_code == 204
    file = EvidenceFile.objects.get()
    assert objects(s3) == {key_of(file.blob): len(PDF)}
    assert not path_of(file.blob).exists()
    assert not list((settings.DATA_DIR / "uploads" / str(year.office.pk)).iterdir())

    assert got(client, file) == (200, PDF)
    assert got(client, file, Range="bytes=100-199") == (206, PDF[100:200])
    assert got(client, file, Range="bytes=-7") == (206, PDF[-7:])
    assert got(client, file, Range=f"bytes={len(PDF)}-")[0] == 416
    assert got(client_for(make_reviewer()), file)[0] == 404

    assert (draw_due(), Rendition.objects.get().state) == (1, RenditionState.READY)
    assert got(client, file, "file_thumbnail")[0] == 200
    assert read_due() == 1
    assert "คณะกรรมการ" in "".join(TextPart.objects.values_list("folded", flat=True))

    row = handovers.ask_for(year.assessment, parts_of(year.assessment)[""], by=year.collector)
    handovers.prepare_now(row)
    row.refresh_from_db()
    with handovers.open_handover(row) as whole:
        archive = zipfile.ZipFile(io.BytesIO(whole.readall()))
    assert PDF in [archive.read(name) for name in archive.namelist()]
    assert not list((settings.DATA_DIR / "tmp").iterdir())


def test_a_photograph_is_shown_and_a_large_file_in_parts(year, s3, client_for):
    client = client_for(year.collector)
    file = bring(year, make_image(size=(900, 600)), "ภาพ.jpg")
    status, data = got(client, file, "file_preview")
    assert (status, data[:3]) == (200, b"\xff\xd8\xff")
    text = b"0123456789abcdef" * ((2 * PIECE + 100) // 16)
    large = bring(year, text, "ใหญ่.txt")
    assert got(client, large, Range=f"bytes={PIECE - 3}-{PIECE + 2}") == (
        206,
        text[PIECE - 3 : PIECE + 3],
    )
    assert got(client, large) == (200, text)


def test_files_are_scanned_where_they_lie(year, s3, settings):
    with scanner_server(settings) as scanner:
        blob = store(make_upload("ก.txt", b"x" * 70_000), office=year.office, by=year.collector)
        call_command("sweep", stdout=io.StringIO())
    assert scanner.sizes == [70_000]
    blob.refresh_from_db()
    assert blob.scan_state == "clean"


def test_the_sweeper_leaves_what_is_known(year, s3, monkeypatch):
    file = bring(year)
    idle = store(make_upload("ก.txt", b"idle"), office=year.office, by=year.collector)
    put(s3, f"{year.office.pk}/{'0' * 64}", b"stray")
    assert sweep() == (0, 0)
    Blob.objects.filter(pk=idle.pk).update(created_at=clock.now() - timedelta(days=2))
    assert sweep()[1] == 1
    monkeypatch.setattr("indicators.evidence.stored.sweep.LEFTOVER_AFTER", timedelta(seconds=-60))
    assert sweep()[1] == 1
    assert list(objects(s3)) == [key_of(file.blob)]


# -- what was changed behind our back ---------------------------------------------------------
def test_a_changed_object_is_found_and_not_served(year, s3, client_for, capsys):
    client, file = client_for(year.collector), bring(year)
    put(s3, key_of(file.blob), PDF[:-1] + b"!")
    assert got(client, file)[0] == 410
    put(s3, key_of(file.blob), PDF)
    call_command("evidence_verify")
    assert "0 damaged" in capsys.readouterr().out
    assert got(client, file) == (200, PDF)
    put(s3, key_of(file.blob), PDF[:-1] + b"!")
    with pytest.raises(CommandError, match="1 damaged"):
        call_command("evidence_verify")


@pytest.mark.parametrize("change", ["shorter", "gone"])
def test_a_truncated_or_lost_object_is_found_and_not_served(year, s3, client_for, change):
    client, file = client_for(year.collector), bring(year)
    if change == "gone":
        s3.delete(key_of(file.blob))
    else:
        put(s3, key_of(file.blob), PDF[:1000])
    parts = parts_of(year.assessment)
    assert got(client, file)[0] == 410
    assert (check_blobs(), draw_due(), read_due()) == (1, 0, 0)
    assert handovers.contents_of(year.assessment, parts[""])
    bring_again = store(make_upload("แผน.pdf", PDF), office=year.office, by=year.collector)
    assert bring_again == file.blob
    assert got(client, file) == (200, PDF)


# -- a store that is away ---------------------------------------------------------------------
def test_an_upload_whose_store_goes_away_waits_and_is_finished_later(year, line, client_for):
    """No row without verified bytes, and nothing is sent twice by the person."""
    client = client_for(year.collector)
    data = make_image(size=(900, 900), mode="RGB") + b"\0" * 300_000
    line.up = 200_000
    url = begin(client, year, size=len(data), name="ภาพ.jpg")["Location"]
    answer = send(client, url, 0, data)
    assert (answer.status_code, "เก็บไว้แล้ว" in answer.json()["message"]) == (503, True)
    row = Upload.objects.get()
    assert (row.state, Blob.objects.count(), EvidenceFile.objects.count()) == ("receiving", 0, 0)
    assert receiving.path_of(row).read_bytes() == data
    assert client.get(url).json()["state"] == "receiving"
    assert uploads.finish_whole(at=clock.now() + timedelta(minutes=2)) == 0
    line.up = None
    assert uploads.finish_whole(at=clock.now() + timedelta(minutes=2)) == 1
    assert (Upload.objects.get().state, Blob.objects.count()) == (UploadState.DONE, 1)
    assert objects(s3_store()) == {key_of(Blob.objects.get()): len(data)}


def test_the_plain_form_says_it_beside_the_file(year, line, client_for):
    line.up = 0
    with pytest.raises(FileRefused, match="ที่เก็บไฟล์"):
        store(make_upload("ก.txt", b"x" * 50_000), office=year.office, by=year.collector)
    url = reverse("indicators:evidence_create", args=[year.office.code, 2560])
    fields = {"files": make_upload("ก.txt", b"text"), "title": "แผนงาน", "idempotency_token": "t"}
    answer = client_for(year.collector).post(url, fields)
    assert (answer.status_code, "ที่เก็บไฟล์" in answer.content.decode()) == (400, True)
    assert "แผนงาน" in answer.content.decode()
    assert not Blob.objects.exists()


def test_a_store_that_is_away_damages_nothing(year, s3, bucket, client_for, settings):
    client, file = client_for(year.collector), bring(year)
    use_s3(settings, bucket, free_port())
    status, data = got(client, file)
    assert (status, "ที่เก็บไฟล์" in data.decode()) == (503, True)
    assert got(client, file, Range="bytes=5-9")[0] == 503
    with pytest.raises(CommandError, match="does not answer"):
        call_command("evidence_verify")
    assert (draw_due(), read_due(), sweep()) == (0, 0, (0, 0))
    assert Rendition.objects.get().attempts == 0
    assert not Blob.objects.filter(damaged_at__isnull=False).exists()
    use_s3(settings, bucket)
    assert got(client, file) == (200, PDF)


def test_a_missing_bucket_is_no_missing_file(year, s3, client_for, settings):
    file = bring(year)
    use_s3(settings, "not-there")
    assert got(client_for(year.collector), file)[0] == 503
    with pytest.raises(StoreAway):
        check_blobs()
    assert not Blob.objects.filter(damaged_at__isnull=False).exists()


def test_health_says_what_is_wrong(year, s3, bucket, settings):
    def line():
        (found,) = [check for check in health.checks() if check.name == "store"]
        return found.ok, found.says, found.hint

    assert line()[0]
    use_s3(settings, "not-there")
    assert (line()[0], "EVIDENCE_S3_BUCKET" in line()[2]) == (False, True)
    use_s3(settings, bucket, free_port())
    assert (line()[0], "ไม่ตอบ" in line()[1]) == (False, True)
    settings.EVIDENCE_S3_BUCKET = ""
    assert line() == (True, "อยู่ในดิสก์ของเครื่องแม่ข่าย", "")


# -- moving, saving -----------------------------------------------------------------------------
def test_a_site_moves_into_the_bucket_and_back(year, bucket, client_for, settings, capsys):
    settings.EVIDENCE_S3_BUCKET = ""
    files = [bring(year, PDF), bring(year, b"text", "ก.txt"), bring(year, b"lost", "ข.txt")]
    path_of(files[2].blob).write_bytes(b"dead")
    settings.EVIDENCE_S3_BUCKET, client = bucket, client_for(year.collector)
    assert got(client, files[0]) == (200, PDF)  # from the disk, until it is brought over
    with pytest.raises(CommandError, match=r"2 files .* were brought, 0 .* already, 1 are damaged"):
        call_command("evidence_move", "s3")
    assert [path_of(file.blob).exists() for file in files] == [False, False, True]
    assert len(objects(s3_store())) == 2
    assert got(client, files[0]) == (200, PDF)
    path_of(files[2].blob).write_bytes(b"lost")
    call_command("evidence_move", "s3")
    assert "1 files (0.0 MB) were brought, 2 were there already" in capsys.readouterr().out

    call_command("evidence_move", "disk")
    assert [path_of(file.blob).read_bytes() for file in files] == [PDF, b"text", b"lost"]
    assert path_of(files[0].blob).stat().st_mode & 0o777 == 0o640
    settings.EVIDENCE_S3_BUCKET = ""
    assert got(client, files[0]) == (200, PDF)
    with pytest.raises(CommandError, match="EVIDENCE_S3_BUCKET"):
        call_command("evidence_move", "s3")


def test_a_move_that_was_cut_goes_on_where_it_stopped(year, line, bucket, settings):
    settings.EVIDENCE_S3_BUCKET = ""
    files = [bring(year, f"{n}".encode() * 60_000, f"{n}.txt") for n in range(3)]
    settings.EVIDENCE_S3_BUCKET, line.up = bucket, 10_000
    with pytest.raises(CommandError, match="does not answer"):
        call_command("evidence_move", "s3")
    assert all(path_of(file.blob).exists() for file in files)
    line.up = None
    call_command("evidence_move", "s3", stdout=io.StringIO())
    assert len(objects(s3_store())) == 3
    assert check_blobs() == 0


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_what_lies_in_s3(year, s3, settings, tmp_path_factory):
    settings.DOCUMENT_ROOT = settings.DATA_DIR / "documents"
    file = bring(year)
    target = tmp_path_factory.mktemp("backup") / "monday"
    made = back_up(target, with_key=False)
    assert made.damaged == []
    assert (target / "blobs" / key_of(file.blob)).read_bytes() == PDF
