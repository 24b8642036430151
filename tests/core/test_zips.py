"""A ZIP that can be read from any byte on, and is one for every program that unpacks."""

import io
import subprocess
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.files import zips
from core.files.zips import ZipEntry, ZipLayout, ZipReader

AT = (2017, 2, 3, 14, 5, 30)
FILES = {
    "1.1 ภาวะผู้นำ/น้ำใจงาม ที่ ๑.pdf": b"%PDF-1.7 " + bytes(range(256)) * 3,
    "1.1 ภาวะผู้นำ/ว่าง.txt": b"",
    "index.html": b"<!doctype html>",
}
names = st.text("กาน้ำ1. /-", min_size=1, max_size=12)


def entries_of(files):
    return [ZipEntry(n, len(d), zlib.crc32(d), AT, d) for n, d in files.items()]


def reader_of(files):
    return ZipReader(ZipLayout(entries_of(files)), io.BytesIO)


def whole(files):
    with reader_of(files) as reader:
        return reader.readall()


@pytest.fixture
def made(tmp_path):
    path = tmp_path / "หลักฐาน.zip"
    path.write_bytes(whole(FILES))
    return path


def test_python_reads_it(made):
    with zipfile.ZipFile(made) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == FILES
        assert {i.date_time for i in archive.infolist()} == {AT}
        assert {i.flag_bits & 0x800 for i in archive.infolist()} == {0x800}
        assert {i.compress_type for i in archive.infolist()} == {zipfile.ZIP_STORED}


def test_unzip_gives_the_files_under_their_thai_names(made, tmp_path):
    out = tmp_path / "out"
    subprocess.run(
        ["unzip", "-q", str(made), "-d", str(out)],
        check=True,
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
    )
    found = {
        str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()
    }
    assert found == FILES
    assert {path.stat().st_mode & 0o777 for path in out.rglob("*.pdf")} == {0o644}


@given(st.dictionaries(names, st.binary(max_size=40), max_size=5), st.data())
def test_any_part_is_the_slice_of_the_whole(files, data):
    full = whole(files)
    assert ZipLayout(entries_of(files)).size == len(full)
    first = data.draw(st.integers(0, len(full) + 3))
    length = data.draw(st.integers(0, len(full) + 3))
    reader = reader_of(files)
    reader.seek(first)
    got = b""
    while len(got) < length and (part := reader.read(length - len(got))):
        got += part
    assert got == full[first : first + length]


def test_every_boundary_can_be_begun_at():
    full = whole(FILES)
    for first in range(len(full) + 1):
        reader = reader_of(FILES)
        reader.seek(first)
        assert reader.readall() == full[first:]


def test_reading_back_and_forth_opens_each_file_anew():
    opened = []

    def open_source(data):
        opened.append(io.BytesIO(data))
        return opened[-1]

    reader, full = ZipReader(ZipLayout(entries_of(FILES)), open_source), whole(FILES)
    for first in (len(full) - 5, 0, 400, 100):
        reader.seek(first)
        assert reader.read(1) == full[first : first + 1]
    reader.close()
    assert all(file.closed for file in opened)


def test_a_file_that_is_shorter_than_it_was_is_no_end_of_the_zip():
    entries = [ZipEntry("ก.txt", 10, 0, AT, b"123"), ZipEntry("ข.txt", 1, 0, AT, b"1")]
    with pytest.raises(EOFError, match=r"ก\.txt"):
        ZipReader(ZipLayout(entries), io.BytesIO).readall()


def test_a_file_is_read_no_further_than_it_was_said_to_be():
    data = b"0123456789"
    entries = [ZipEntry("ก.txt", 4, zlib.crc32(data[:4]), AT, data)]
    with zipfile.ZipFile(
        io.BytesIO(ZipReader(ZipLayout(entries), io.BytesIO).readall())
    ) as archive:
        assert archive.read("ก.txt") == b"0123"


@pytest.mark.parametrize("year", [1900, 1979, 2108, 2560])
def test_years_that_a_zip_cannot_write_down_become_the_nearest(year):
    at = (year, *AT[1:])
    data = ZipReader(ZipLayout([ZipEntry("ก", 0, 0, at, b"")]), io.BytesIO).readall()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.infolist()[0].date_time[0] == min(max(year, 1980), 2107)


# -- ZIP64 ------------------------------------------------------------------------------
class Zeros(io.RawIOBase):
    """As many zero bytes as were asked for, without any being stored."""

    def __init__(self, size):
        super().__init__()
        self.size, self.at = size, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def tell(self):
        return self.at

    def seek(self, offset, whence=0):
        self.at = offset
        return offset

    def readinto(self, buffer):
        n = min(len(buffer), self.size - self.at)
        buffer[:n] = bytes(n)
        self.at += n
        return n


GIGA = 1 << 30


@pytest.mark.parametrize("first", [4 * GIGA - 2, 4 * GIGA - 1, 4 * GIGA, 5 * GIGA])
def test_files_and_places_beyond_four_gigabytes(first):
    """The layout is computed, so a reader that seeks finds all of it without five gigabytes."""
    entries = [
        ZipEntry("ใหญ่.mp4", first, 0, AT, first),
        ZipEntry("เล็ก.txt", 3, zlib.crc32(bytes(3)), AT, 3),
    ]
    reader = io.BufferedReader(ZipReader(ZipLayout(entries), Zeros))
    with zipfile.ZipFile(reader) as archive:
        assert [(i.filename, i.file_size) for i in archive.infolist()] == [
            ("ใหญ่.mp4", first),
            ("เล็ก.txt", 3),
        ]
        assert archive.read("เล็ก.txt") == bytes(3)
        with archive.open("ใหญ่.mp4") as file:
            assert file.read(10) == bytes(10)


def test_more_files_than_the_plain_format_counts():
    entries = [ZipEntry(f"{n}.txt", 0, 0, AT, b"") for n in range(zips.FULL_16 + 5)]
    with zipfile.ZipFile(
        io.BytesIO(ZipReader(ZipLayout(entries), io.BytesIO).readall())
    ) as archive:
        assert len(archive.namelist()) == len(entries)
