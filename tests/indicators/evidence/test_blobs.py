"""Files are judged by content, kept whole, named by hash, and swept when nobody needs them."""

import hashlib
import os
import struct
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from core.files import time_there
from indicators.evidence import blobs, inspection
from indicators.evidence.blobs import (
    EXTENSIONS,
    FileDamaged,
    FileRefused,
    inspected,
    label_for,
    open_blob,
    path_of,
    store,
)
from indicators.evidence.stored.sweep import check_blobs, sweep
from indicators.models import Blob
from tests.factories.content import make_evidence
from tests.factories.files import make_docx, make_image, make_pdf, make_upload, make_zip
from tests.factories.people import make_office, make_person

TWO_DAYS = timedelta(days=2)


def keep(year, name, data):
    return store(make_upload(name, data), office=year.office, by=year.collector)


def bomb_png(side=20_000):
    """A PNG whose head promises 400 million points in a few hundred bytes."""

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


GOOD = {
    "แผน.pdf": (make_pdf("ก"), "application/pdf"),
    "ภาพ.jpg": (make_image("JPEG"), "image/jpeg"),
    "ภาพ.png": (make_image("PNG"), "image/png"),
    "ภาพ.webp": (make_image("WEBP"), "image/webp"),
    "ภาพ.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40, "image/heic"),
    "คลิป.mp4": (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + b"\0" * 40, "video/mp4"),
    "บันทึก.docx": (make_docx(), f"{inspection.OOXML}wordprocessingml.document"),
    "ตาราง.xlsx": (
        make_zip({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"}),
        f"{inspection.OOXML}spreadsheetml.sheet",
    ),
    "บันทึก.odt": (
        make_zip({"mimetype": f"{inspection.ODF}text".encode(), "content.xml": b"<x/>"}),
        f"{inspection.ODF}text",
    ),
    "รวม.zip": (make_zip({"แผน.pdf": make_pdf("ข")}), "application/zip"),
    "ข้อมูล.csv": ("ลำดับ,ชื่อ\n๑,แผน".encode(), "text/plain"),
    "เก่า.txt": ("ข้อความไทย".encode("cp874"), "text/plain"),
}
BAD = {
    "ว่าง.pdf": (b"", "empty"),
    "โปรแกรม.pdf": (b"MZ" + b"\0" * 100, "program"),
    "linux.pdf": (b"\x7fELF" + b"\0" * 100, "program"),
    "script.txt": (b"#!/bin/sh\nrm -rf /", "program"),
    "เก่า.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged"),
    "ล็อก.pdf": (make_pdf("x", password="1234"), "encrypted"),
    "js.pdf": (make_pdf("x", javascript=True), "active_pdf"),
    "launch.pdf": (make_pdf("x", launch=True), "active_pdf"),
    "ขาด.pdf": (make_pdf("x")[:200], "damaged"),
    "ปลอม.jpg": (b"\xff\xd8\xff\xe0" + b"not a picture at all" * 20, "damaged"),
    "ระเบิด.png": (bomb_png(), "too_many_pixels"),
    "แมโคร.docx": (make_docx(entries={"word/vbaProject.bin": b"x"}), "macros"),
    "แมโคร.xlsx": (
        make_zip(
            {
                "[Content_Types].xml": b"<a ContentType='application/vnd.ms-excel.sheet."
                b"macroEnabled.main+xml'/>",
                "xl/workbook.xml": b"<x/>",
            }
        ),
        "macros",
    ),
    "ระเบิด.zip": (make_zip({"zeros": b"\0" * 40_000_000}), "bomb"),
    "มาก.zip": (
        make_zip({f"{n}.txt": b"" for n in range(inspection.MAX_ENTRIES + 1)}),
        "too_many_entries",
    ),
    "แฝง.zip": (make_zip({"ภาพ/รูป.jpg.exe": b"MZ"}), "program_inside"),
    "เว็บ.txt": (b"<!DOCTYPE html><script>alert(1)</script>", "web_page"),
    "รูป.svg": (b"<svg xmlns='x'><script>alert(1)</script></svg>", "web_page"),
    "ไม่รู้จัก.bin": (bytes(range(256)) * 4, "unknown"),
}


@pytest.mark.parametrize("name", GOOD)
def test_the_type_is_read_from_the_content(tmp_path, name):
    data, media_type = GOOD[name]
    path = tmp_path / "x"
    path.write_bytes(data)
    assert inspection.inspect(path) == media_type
    assert f".{name.rpartition('.')[2]}" in EXTENSIONS[media_type]


@pytest.mark.parametrize("name", BAD)
def test_what_is_dangerous_or_broken_is_refused_by_name_of_reason(tmp_path, name):
    data, code = BAD[name]
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(inspection.InspectionRefused) as refused:
        inspection.inspect(path)
    assert refused.value.answer["refused"] == code


@pytest.mark.parametrize("name", ["js.pdf", "แมโคร.docx", "ระเบิด.png", "โปรแกรม.pdf"])
def test_refused_files_leave_nothing_behind_and_say_why(year, name):
    with pytest.raises(FileRefused) as refused:
        keep(year, name, BAD[name][0])
    assert len(refused.value.message) > 15
    assert "%(" not in refused.value.message
    assert not Blob.objects.exists()
    assert list(blobs.temporary_folder().iterdir()) == []


def test_the_child_answers_for_itself(tmp_path):
    path = tmp_path / "แผน งาน.pdf"
    path.write_bytes(make_pdf("ก"))
    assert inspected(path) == "application/pdf"


def test_a_child_that_takes_too_long_refuses_the_file(year, monkeypatch):
    monkeypatch.setattr(blobs, "CHILD_SECONDS", 0.0001)
    with pytest.raises(FileRefused):
        keep(year, "แผน.pdf", make_pdf("ก"))


def test_store_names_by_hash_and_inserts_after_the_bytes(year):
    data = make_pdf("แผน")
    blob = keep(year, "แผนปฏิบัติการ ประจำปี ๒๕๖๐.pdf", data)
    assert blob.sha256 == hashlib.sha256(data).hexdigest()
    assert blob.size == len(data)
    path = path_of(blob)
    assert path == blobs.settings.BLOB_ROOT / str(year.office.pk) / blob.sha256
    assert path.read_bytes() == data
    with open_blob(blob) as file:
        assert file.read() == data


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.pdf", "/etc/x.pdf", "..\\..\\x.pdf", "a\u202efdp.pdf"]
)
def test_a_name_is_never_a_path(year, name):
    blob = keep(year, "x.pdf", make_pdf(name))
    assert path_of(blob).parent == blobs.settings.BLOB_ROOT / str(year.office.pk)
    label = label_for(name, blob.media_type)
    assert not {"/", "\\", "\u202e"} & set(label)


def test_the_same_bytes_are_kept_once_per_office(year):
    data = make_pdf("แผน")
    other = make_office("skn1")
    first, second = keep(year, "ก.pdf", data), keep(year, "ข.pdf", data)
    third = store(make_upload("ก.pdf", data), office=other, by=make_person(other))
    assert first.pk == second.pk != third.pk
    assert path_of(first) != path_of(third)


@pytest.mark.parametrize(
    ("name", "data", "fits"),
    [
        ("แผน.jpg", make_pdf("x"), False),
        ("ภาพ.pdf", make_image(), False),
        ("ภาพ.jpg", make_image("PNG"), True),
        ("ไม่มีนามสกุล", make_pdf("x"), True),
        ("แผน ฉบับที่ 1.2", make_pdf("x"), True),
        ("แผน.PDF", make_pdf("x"), True),
    ],
)
def test_a_name_that_contradicts_the_content_is_refused(year, name, data, fits):
    if fits:
        assert keep(year, name, data).size == len(data)
    else:
        with pytest.raises(FileRefused):
            keep(year, name, data)


@pytest.mark.parametrize(
    ("name", "media_type", "label"),
    [
        ("แผนปฏิบัติการ ประจำปี ๒๕๖๐.pdf", "application/pdf", "แผนปฏิบัติการ ประจำปี ๒๕๖๐.pdf"),
        ("น\u0e4d\u0e49\u0e32.pdf", "application/pdf", "น\u0e4d\u0e49\u0e32.pdf"),
        ("evil.bat", "text/plain", "evil.bat.txt"),
        ("ภาพ.jpg", "image/png", "ภาพ.jpg.png"),
        ("", "application/pdf", "ไฟล์.pdf"),
    ],
)
def test_labels_keep_thai_and_end_in_what_they_are(db, name, media_type, label):
    assert label_for(name, media_type) == label


def test_limits_of_size_quota_and_disk_are_asked_before_the_first_byte(year, settings):
    data = make_pdf("x")
    for name, value in (
        ("UPLOAD_MAX_BYTES", len(data) - 1),
        ("OFFICE_QUOTA_BYTES", len(data) - 1),
        ("FREE_SPACE_FLOOR_BYTES", 10**18),
    ):
        before = getattr(settings, name)
        setattr(settings, name, value)
        with pytest.raises(FileRefused):
            keep(year, "x.pdf", data)
        setattr(settings, name, before)
    assert not Blob.objects.exists()


def test_a_lying_size_is_found_out_while_streaming(year, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    file = SimpleUploadedFile("x.txt", b"a" * 5000)
    file.size = 10
    with pytest.raises(FileRefused):
        store(file, office=year.office, by=year.collector)


def test_only_the_office_s_own_people_store(year):
    with pytest.raises(FileRefused):
        store(make_upload(), office=year.office, by=make_person(make_office("skn1")))


def test_a_missing_cut_or_damaged_file_is_not_served(year):
    blob = keep(year, "x.pdf", make_pdf("x"))
    path = path_of(blob)
    path.write_bytes(b"cut")
    with pytest.raises(FileDamaged):
        open_blob(blob)
    path.unlink()
    with pytest.raises(FileDamaged):
        open_blob(blob)


def test_the_weekly_check_finds_changed_bytes_and_storing_again_replaces_them(year, caplog):
    data = make_pdf("x")
    blob = keep(year, "x.pdf", data)
    assert check_blobs() == 0
    path_of(blob).write_bytes(b"y" * len(data))
    assert check_blobs() == 1
    blob.refresh_from_db()
    with pytest.raises(FileDamaged):
        open_blob(blob)
    stored = keep(year, "x.pdf", data)
    assert stored.pk == blob.pk
    with open_blob(stored) as file:
        assert file.read() == data


def age(path: Path, by=TWO_DAYS):
    """As if it had been written then, by the clock of its file system."""
    old = time_there(path.parent) - by.total_seconds()
    os.utime(path, (old, old))


def test_the_sweeper_removes_old_temporaries_only(year):
    for name in ("old", "new"):
        (blobs.temporary_folder() / name).write_bytes(b"x")
    age(blobs.temporary_folder() / "old")
    age(blobs.temporary_folder() / "new", timedelta(hours=23))
    assert sweep() == (1, 0)
    assert [p.name for p in blobs.temporary_folder().iterdir()] == ["new"]


def test_a_crash_between_rename_and_row_is_swept(year, monkeypatch):
    def crash(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(Blob.objects, "create", crash)
    with pytest.raises(KeyboardInterrupt):
        keep(year, "x.pdf", make_pdf("x"))
    monkeypatch.undo()
    folder = blobs.settings.BLOB_ROOT / str(year.office.pk)
    stray = next(p for p in folder.iterdir() if len(p.name) == 64)
    age(stray, timedelta(hours=23))
    assert sweep() == (0, 0)
    age(stray)
    assert sweep() == (0, 1)
    assert not stray.exists()


def test_an_unreferenced_blob_goes_and_a_cited_one_stays(year):
    idle = keep(year, "x.pdf", make_pdf("idle"))
    used = make_evidence(year.office, by=year.collector).revisions.get().files.get().blob
    Blob.objects.update(created_at=clock.now() - TWO_DAYS)
    assert sweep() == (0, 1)
    assert not path_of(idle).exists()
    assert path_of(used).exists()
    assert list(Blob.objects.all()) == [used]


@pytest.mark.parametrize("offset", [-3000, 3000])
def test_files_age_by_the_machine_s_time_in_a_demonstration(year, settings, offset):
    settings.CLOCK_OFFSET_DAYS = offset
    for name in ("old", "new"):
        (blobs.temporary_folder() / name).write_bytes(b"x")
        age(blobs.temporary_folder() / name, TWO_DAYS if name == "old" else timedelta(hours=1))
    old, new = (keep(year, "x.pdf", make_pdf(name)) for name in ("old", "new"))
    Blob.objects.filter(pk=old.pk).update(created_at=clock.now() - TWO_DAYS)
    assert sweep() == (1, 1)
    assert [p.name for p in blobs.temporary_folder().iterdir()] == ["new"]
    assert list(Blob.objects.all()) == [new]
    assert path_of(new).exists()


def test_a_blob_that_was_stored_again_is_young(year):
    data = make_pdf("idle")
    keep(year, "x.pdf", data)
    Blob.objects.update(created_at=clock.now() - TWO_DAYS)
    keep(year, "x.pdf", data)
    assert sweep() == (0, 0)
