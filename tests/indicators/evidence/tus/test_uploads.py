"""Uploads in pieces: what counts, what goes on, what becomes of them."""

import hashlib
import random
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.files.no_room import NoRoom
from core.files.stores import disk as disk_store
from core.refusals import NotAllowed
from indicators.evidence.blobs import FileRefused, path_of, store
from indicators.evidence.evidence import add_evidence, remove_evidence
from indicators.evidence.stored.sweep import sweep
from indicators.evidence.tus import receiving
from indicators.evidence.tus import uploads as domain
from indicators.models import Blob, Citation, Evidence, Upload
from indicators.narratives.items import hand_in
from indicators.states import UploadPurpose, UploadState
from people.members import deactivate_person
from tests.core.disks import fill, small_disk
from tests.factories.content import make_evidence
from tests.factories.files import make_image, make_upload
from tests.factories.loading import load_again
from tests.factories.people import make_office, make_person

PICTURE = make_image("PNG", size=(300, 200), colour="teal")
NAME = "ภาพถ่ายการประชุม.png"


def begin(year, data=PICTURE, *, name=NAME, by=None, **more):
    return domain.begin(year.office, name=name, size=len(data), by=by or year.collector, **more)


def bring(year, data=PICTURE, *, piece=100, **more):
    """The whole way of a file, in pieces of ``piece`` bytes."""
    upload = begin(year, data, **more)
    for at in range(0, len(data), piece):
        upload = domain.receive(upload.token, at, [data[at : at + piece]], by=upload.user)
    return domain.finish(upload)


# -- the way of a file --------------------------------------------------------------
def test_a_file_becomes_a_piece_of_evidence_of_its_own(year):
    upload = bring(year, item=load_again(year.item))
    evidence = Evidence.objects.get()
    assert (upload.state, upload.evidence) == (UploadState.DONE, evidence)
    assert evidence.title == "ภาพถ่ายการประชุม"
    assert path_of(Blob.objects.get()).read_bytes() == PICTURE
    assert Blob.objects.get().sha256 == hashlib.sha256(PICTURE).hexdigest()
    assert Citation.objects.get().item == year.item
    assert not receiving.path_of(upload).exists()


def test_digests_of_pieces_are_those_of_a_file_stored_at_once(year, monkeypatch):
    """They are compared as the file is sent, piece by piece of 4 MB."""
    monkeypatch.setattr("core.files.pieces.PIECE", 1000)
    came = bring(year, piece=333).blob
    digests = (came.sha256, came.pieces)
    again = store(make_upload(NAME, PICTURE), office=year.office, by=year.collector)
    assert (again.sha256, again.pieces) == digests


def test_for_a_form_nothing_is_made_yet(year):
    upload = bring(year, purpose=UploadPurpose.FORM)
    assert upload.state == UploadState.DONE
    assert not Evidence.objects.exists()


# -- who and how much ----------------------------------------------------------------
def test_before_the_first_byte(year, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    settings.OFFICE_QUOTA_BYTES = 1500
    begin(year, bytes(900))
    for size, reason in ((0, "ว่างเปล่า"), (1001, "ขนาดเกิน"), (700, "พื้นที่")):
        with pytest.raises(FileRefused, match=reason):
            begin(year, bytes(size))
    with pytest.raises(FileRefused, match="ตัวอักษร"):
        begin(year, bytes(9), name="ก" * 300 + ".pdf")


def test_what_is_under_way_has_its_room_before_a_form(year, settings):
    settings.OFFICE_QUOTA_BYTES = len(PICTURE) + 100
    upload = begin(year)
    with pytest.raises(FileRefused, match="พื้นที่"):
        store(make_upload("อื่น.png", make_image("PNG")), office=year.office, by=year.staff)
    upload = domain.receive(upload.token, 0, [PICTURE], by=upload.user)
    assert domain.finish(upload).state == UploadState.DONE


def test_too_many_unfinished_ones(year, monkeypatch):
    monkeypatch.setattr(domain, "UNFINISHED_AT_ONCE", 2)
    for _number in range(2):
        begin(year)
    with pytest.raises(FileRefused, match="ค้างอยู่"):
        begin(year)


def test_nobody_else_goes_on_with_it(year):
    upload = begin(year)
    for other in (year.staff, year.coordinator, make_person(make_office("skn1"))):
        with pytest.raises((Upload.DoesNotExist, domain.OffsetDiffers)):
            domain.receive(upload.token, 0, [PICTURE], by=other)
    assert load_again(upload).offset == 0


def test_who_may_not_cite_does_not_begin_for_the_item(year):
    with pytest.raises(NotAllowed):
        begin(year, by=year.staff, item=load_again(year.item))


# -- what becomes of it ---------------------------------------------------------------
def test_handed_in_meanwhile_it_stays_with_the_office(year):
    """Nothing is lost: the file is evidence, and it is said why it is not cited."""
    make_evidence(year.office, by=year.collector, items=[load_again(year.item)])
    upload = begin(year, item=load_again(year.item))
    item = load_again(year.item)
    item.narrative = "ดำเนินการแล้ว"
    item.save()
    hand_in(load_again(year.item), by=year.collector)
    upload = domain.finish(domain.receive(upload.token, 0, [PICTURE], by=upload.user))
    assert upload.state == UploadState.DONE
    assert "ส่งแล้ว" in upload.said
    assert not Citation.objects.filter(evidence=upload.evidence).exists()


def test_a_program_is_refused_and_nothing_stays(year):
    upload = bring(year, b"MZ" + bytes(400), name="รายงาน.pdf")
    assert upload.state == UploadState.REFUSED
    assert "โปรแกรม" in upload.said
    assert not Blob.objects.exists()
    assert not receiving.path_of(upload).exists()


def test_deactivated_meanwhile_nothing_is_made(year):
    upload = begin(year)
    upload = domain.receive(upload.token, 0, [PICTURE], by=upload.user)
    deactivate_person(year.collector, by=None)
    upload = domain.finish(upload)
    assert upload.state == UploadState.REFUSED
    assert not Evidence.objects.exists()


# -- the same bytes again ---------------------------------------------------------------
def test_the_same_bytes_are_cited_from_where_they_are(year):
    first = bring(year)
    again = bring(year, name="ชื่ออื่น.png", item=load_again(year.item))
    assert again.evidence == first.evidence
    assert "มีไฟล์นี้อยู่แล้วใน “ภาพถ่ายการประชุม”" in again.said
    assert Evidence.objects.count() == Blob.objects.count() == 1
    assert Citation.objects.get().evidence == first.evidence


def test_a_citation_that_stands_keeps_its_pages(year):
    first = bring(year, item=load_again(year.item))
    Citation.objects.update(pages="3")
    bring(year, item=load_again(year.item))
    assert Citation.objects.get().pages == "3"
    assert Evidence.objects.get() == first.evidence


def test_removed_evidence_is_no_reason_not_to_bring_it_again(year):
    first = bring(year)
    remove_evidence(first.evidence, by=year.collector, why="ซ้ำ")
    again = bring(year)
    assert again.evidence != first.evidence
    assert again.said == ""
    assert Blob.objects.count() == 1


def test_one_of_several_files_is_no_reason_either(year):
    """The piece that holds it says something else with its other file."""
    files = [("ก.png", PICTURE), ("ข.png", make_image("PNG"))]
    blob, other = (
        store(make_upload(name, data), office=year.office, by=year.staff) for name, data in files
    )
    add_evidence(
        year.office, title="สองภาพ", files=[("ก.png", blob), ("ข.png", other)], by=year.staff
    )
    assert bring(year).said == ""


def test_another_office_tells_nothing(year):
    there = make_office("skn1")
    stranger = make_person(there)
    upload = domain.begin(there, name=NAME, size=len(PICTURE), by=stranger)
    domain.finish(domain.receive(upload.token, 0, [PICTURE], by=stranger))
    here = bring(year)
    assert here.said == ""
    assert here.evidence.office == year.office


# -- crashes ----------------------------------------------------------------------------
def test_between_name_and_row_nothing_is_lost(year, monkeypatch):
    upload = begin(year)
    upload = domain.receive(upload.token, 0, [PICTURE], by=upload.user)
    with monkeypatch.context() as patched:
        patched.setattr(Blob.objects, "create", lambda **facts: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            domain.finish(upload)
    assert not Blob.objects.exists()
    assert not receiving.path_of(upload).exists() or not receiving.path_of(upload).stat().st_size
    later = clock.now() + timedelta(minutes=2)
    assert domain.finish_whole(at=later) == 1
    assert load_again(upload).state == UploadState.DONE
    assert path_of(Blob.objects.get()).read_bytes() == PICTURE


def test_between_row_and_evidence_nothing_is_lost(year, monkeypatch):
    upload = begin(year)
    upload = domain.receive(upload.token, 0, [PICTURE], by=upload.user)
    with monkeypatch.context() as patched:
        patched.setattr(domain, "_place", lambda *args: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            domain.finish(upload)
    assert domain.finish_whole(at=clock.now() + timedelta(minutes=2)) == 1
    assert load_again(upload).evidence == Evidence.objects.get()


def test_a_full_disk_at_the_end_is_tried_again(year, monkeypatch):
    upload = begin(year)
    upload = domain.receive(upload.token, 0, [PICTURE], by=upload.user)

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(disk_store, "settle", full)
        with pytest.raises(NoRoom):
            domain.finish(upload)
    assert load_again(upload).state == UploadState.RECEIVING
    assert domain.finish(load_again(upload)).state == UploadState.DONE


def test_a_full_disk_takes_no_piece(year, settings):
    upload = begin(year)
    settings.FREE_SPACE_FLOOR_BYTES = 10**18
    with pytest.raises(NoRoom):
        domain.receive(upload.token, 0, [PICTURE], by=upload.user)
    settings.FREE_SPACE_FLOOR_BYTES = 0
    assert domain.receive(upload.token, 0, [PICTURE], by=upload.user).is_whole


# -- giving up ---------------------------------------------------------------------------
def test_discarded_nothing_stays(year):
    upload = begin(year)
    domain.receive(upload.token, 0, [PICTURE[:9]], by=upload.user)
    domain.discard(upload)
    assert not Upload.objects.exists()
    assert not receiving.path_of(upload).exists()


def test_discarding_what_is_evidence_keeps_the_evidence(year):
    upload = bring(year)
    domain.discard(upload)
    assert path_of(Blob.objects.get()).read_bytes() == PICTURE
    assert Evidence.objects.exists()


def test_the_sweeper_spares_unfinished_ones_until_they_expire(year, time_machine_at):
    upload = begin(year)
    domain.receive(upload.token, 0, [PICTURE[:9]], by=upload.user)
    expires = load_again(upload).expires_at
    time_machine_at(expires - timedelta(minutes=1))
    sweep()
    assert receiving.standing(load_again(upload)) == 9
    time_machine_at(expires + timedelta(minutes=1))
    with pytest.raises(domain.Expired):
        domain.receive(upload.token, 9, [PICTURE[9:]], by=upload.user)
    sweep()
    assert not Upload.objects.exists()
    assert not receiving.path_of(upload).exists()


def test_the_database_holds_what_must_be_true(year):
    upload = begin(year)
    for wrong in ({"offset": upload.size + 1}, {"state": UploadState.DONE}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Upload.objects.filter(pk=upload.pk).update(**wrong)


# -- really full -------------------------------------------------------------------------
def test_on_a_disk_that_fills_up_it_waits_and_goes_on(year, settings):
    data = random.Random(3).randbytes(900_000)
    with small_disk(settings.DATA_DIR / "uploads") as disk:
        upload = begin(year, data, name="ข้อมูล.txt")
        domain.receive(upload.token, 0, [data[:500_000]], by=upload.user)
        fill(disk)
        for _again in range(2):
            with pytest.raises(NoRoom):
                domain.receive(upload.token, 500_000, [data[500_000:]], by=upload.user)
            assert receiving.standing(load_again(upload)) == 500_000
        (disk / "filler").unlink()
        upload = domain.receive(upload.token, 500_000, [data[500_000:]], by=upload.user)
        assert hashlib.sha256(receiving.path_of(upload).read_bytes()).digest() == (
            hashlib.sha256(data).digest()
        )


def test_where_files_are_kept_is_full_at_the_end(year, settings):
    """The folder of whole files may be a disk of its own: the file is copied there."""
    with small_disk(settings.BLOB_ROOT) as disk:
        (disk / str(year.office.pk)).mkdir()
        fill(disk)
        upload = begin(year)
        upload = domain.receive(upload.token, 0, [PICTURE], by=upload.user)
        with pytest.raises(NoRoom):
            domain.finish(upload)
        assert load_again(upload).state == UploadState.RECEIVING
        assert not Blob.objects.exists()
        (disk / "filler").unlink()
        assert domain.finish(load_again(upload)).state == UploadState.DONE
        assert path_of(Blob.objects.get()).read_bytes() == PICTURE
