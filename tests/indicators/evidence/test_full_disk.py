"""A full disk is a sentence: really full, by the kernel's and by SQLite's word."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from core import health
from core.files.no_room import NoRoom, is_no_room
from indicators.evidence.blobs import FileRefused, store
from indicators.evidence.pictures.previews import preview_of, preview_path
from indicators.models import Blob, Evidence, EvidenceFile, EvidenceLink
from tests.core.disks import database_without_room, fill, small_disk
from tests.factories.content import make_content_year, make_evidence
from tests.factories.files import make_image, make_pdf, make_upload

FULL = "พื้นที่จัดเก็บของเครื่องแม่ข่ายใกล้เต็ม"
NOT_SAVED = "ยังไม่ได้บันทึก"


def send(client, year, *files, **fields):
    url = reverse("indicators:evidence_create", args=[year.office.code, 2560])
    data = {"files": files, "title": "แผนงาน", "idempotency_token": "t", **fields}
    return client.post(url, data)


@pytest.mark.parametrize("sizes", [[3_000_000], [2_000_000, 30], [30, 2_000_000], [400_000] * 5])
def test_an_upload_that_finds_no_room_is_refused_at_its_field(client_for, year, settings, sizes):
    with small_disk(settings.DATA_DIR / "tmp"):
        files = [make_upload(f"{n}.txt", b"x" * size) for n, size in enumerate(sizes)]
        response = send(client_for(year.collector), year, *files)
        text = response.content.decode()
        if response.status_code == 302:  # the small ones found room; what did not is said
            text = client_for(year.collector).get(response.url).content.decode()
            assert EvidenceFile.objects.count() < len(sizes)
        else:
            assert response.status_code == 400
            assert "แผนงาน" in text
        assert FULL in text or response.status_code == 302
        assert list((settings.DATA_DIR / "tmp").iterdir()) == []


def test_with_less_than_the_floor_no_byte_is_kept(client_for, year, settings):
    settings.FREE_SPACE_FLOOR_BYTES = 10**15
    response = send(client_for(year.collector), year, make_upload())
    assert (response.status_code, FULL in response.content.decode()) == (400, True)
    assert "แผนงาน" in response.content.decode()
    assert not Evidence.objects.exists()


def test_a_file_that_finds_no_room_at_its_place_is_refused(year, settings):
    with small_disk(settings.BLOB_ROOT) as disk:
        (disk / str(year.office.pk)).mkdir()
        fill(disk)
        with pytest.raises(FileRefused, match=FULL):
            store(make_upload("a.pdf", make_pdf("ก")), office=year.office, by=year.collector)
    assert not Blob.objects.exists()


def test_a_file_that_came_in_shorter_than_it_says_is_refused(year):
    upload = make_upload("a.txt", b"x" * 100)
    upload.size = 200
    with pytest.raises(FileRefused):
        store(upload, office=year.office, by=year.collector)


def test_no_room_for_a_preview_says_nothing_about_the_picture(client_for, year):
    blob = store(make_upload("ภาพ.png", make_image("PNG")), office=year.office, by=year.collector)
    row = EvidenceFile.objects.create(
        revision=make_evidence(year.office, by=year.collector).revisions.get(),
        blob=blob,
        name="ภาพ.png",
    )
    with small_disk(preview_path(blob).parent) as disk:
        fill(disk)
        with pytest.raises(NoRoom):
            preview_of(blob)
        page = client_for(year.collector).get(reverse("indicators:file_preview", args=[row.pk]))
    assert (page.status_code, NOT_SAVED in page.content.decode()) == (409, True)
    blob.refresh_from_db()
    assert blob.damaged_at is None


def test_the_page_of_health_and_the_monitor_say_it(year, settings, client, client_for):
    settings.FREE_SPACE_FLOOR_BYTES = 10**15
    assert next(check.name for check in health.checks() if not check.ok) == "disk"
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["checks"]["disk"]) == (503, False)


# -- the database --------------------------------------------------------------------------------
@pytest.fixture
def lasting(transactional_db, blob_root):
    """A year whose rows are really written: SQLite rolls back what met a full disk."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite's own way to be full")
    return make_content_year()


def test_sqlite_that_is_full_is_a_sentence_and_nothing_is_half_saved(client_for, lasting):
    client = client_for(lasting.collector)
    with database_without_room():
        for number in range(9):  # some find room in pages that are begun
            url = f"https://example.org/{number}/" + "0" * 900
            response = send(
                client, lasting, title="ก" * 300, url=url, idempotency_token=str(number)
            )
            if response.status_code != 302:
                break
        assert (response.status_code, NOT_SAVED in response.content.decode()) == (409, True)
        assert client.get(reverse("workflow:home")).status_code == 200
        assert Evidence.objects.count() == EvidenceLink.objects.count() == number
    assert send(client, lasting, url="https://example.org/3").status_code == 302


def test_autosave_says_it_and_tries_again(client_for, lasting):
    client = client_for(lasting.collector)
    url = reverse("indicators:item_autosave", args=[lasting.office.code, 2560, "1.1.1"])
    with database_without_room():
        response = client.post(
            url,
            {"narrative": "ก" * 15_000, "result": "", "seen": "0"},
            headers={"X-Autosave": "1", "X-Writer": str(lasting.collector.pk)},
        )
    assert response.status_code == 409
    assert NOT_SAVED in response.json()["message"]
    assert response.json()["again"] is True


def test_a_session_that_finds_no_room_is_a_page(lasting):
    client = Client(raise_request_exception=False)
    lasting.collector.set_password("a long password 4")
    lasting.collector.save()
    with database_without_room():
        data = {"login": lasting.collector.username, "password": "a long password 4"}
        response = client.post(reverse("account_login"), data)
    assert response.status_code == 409
    assert NOT_SAVED in response.content.decode()


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgresql_that_is_full_is_known():
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL's own way to be full")
    with pytest.raises(OperationalError) as full, connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END $$")
    assert is_no_room(full.value)


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(28, "No space left on device"), True),
        (OSError(122, "Disk quota exceeded"), True),
        (OSError(13, "Permission denied"), False),
        (OperationalError("database is locked"), False),
        (PermissionDenied(), False),
        (None, False),
    ],
)
def test_what_is_a_full_disk_and_what_is_not(error, full):
    assert is_no_room(error) is full
