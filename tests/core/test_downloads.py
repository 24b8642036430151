"""Parts of files: what Range asks for, and nothing else."""

import hashlib
import io

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from core.downloads import ByteRange, Unsatisfiable, range_of, send_file

DATA = bytes(range(256)) * 5
ETAG = hashlib.sha256(DATA).hexdigest()


def sent(method="get", data=DATA, **headers):
    file = io.BytesIO(data)
    request = getattr(RequestFactory(), method)("/", headers=headers)
    response = send_file(
        request,
        file,
        size=len(data),
        etag=ETAG,
        name="ก.pdf",
        media_type="application/pdf",
        csp="sandbox",
    )
    response.open_file = file
    return response


def body_of(response) -> bytes:
    return b"".join(response) if response.streaming else response.content


@pytest.mark.parametrize(
    ("header", "size", "wanted"),
    [
        ("bytes=0-0", 10, (0, 0)),
        ("bytes=0-", 10, (0, 9)),
        ("bytes=9-", 10, (9, 9)),
        ("bytes=2-5", 10, (2, 5)),
        ("Bytes= 2-5 ", 10, (2, 5)),
        ("bytes=2-99999999999999999999", 10, (2, 9)),
        ("bytes=-3", 10, (7, 9)),
        ("bytes=-30", 10, (0, 9)),
        # not understood, or several: the whole
        ("", 10, None),
        ("bytes=-", 10, None),
        ("bytes=5-2", 10, None),
        ("bytes=0-1,4-5", 10, None),
        ("items=0-1", 10, None),
        ("bytes=๐-๑", 10, None),
        ("bytes=+1-2", 10, None),
        ("bytes=0-1x", 10, None),
        ("bytes=" + "1" * 5000 + "-", 10, None),
        # an empty file has no part
        ("bytes=0-", 0, None),
        ("bytes=-1", 0, None),
    ],
)
def test_what_a_range_asks_for(header, size, wanted):
    assert range_of(header, size) == wanted


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-20", "bytes=-0"])
def test_a_range_behind_the_end_cannot_be_met(header):
    with pytest.raises(Unsatisfiable):
        range_of(header, 10)


@given(size=st.integers(0, 2000), first=st.integers(0, 2500), last=st.integers(0, 2500))
def test_a_range_gives_exactly_its_slice(size, first, last):
    data = (DATA * 2)[:size]
    response = sent(data=data, Range=f"bytes={first}-{last}")
    if first > last or not size:
        assert (response.status_code, body_of(response)) == (200, data)
    elif first >= size:
        assert response.status_code == 416
        assert response.headers["Content-Range"] == f"bytes */{size}"
    else:
        part = data[first : last + 1]
        assert (response.status_code, body_of(response)) == (206, part)
        assert response.headers["Content-Length"] == str(len(part))
        assert response.headers["Content-Range"] == f"bytes {first}-{first + len(part) - 1}/{size}"


@given(st.text("0123456789-, ", max_size=12) | st.text(max_size=40), st.integers(0, 3000))
def test_no_header_breaks_it_and_what_it_gives_lies_inside(text, size):
    try:
        wanted = range_of(f"bytes={text}", size)
    except Unsatisfiable:
        return
    assert wanted is None or 0 <= wanted[0] <= wanted[1] < size


@given(st.lists(st.integers(1, len(DATA)), min_size=1, max_size=8))
def test_parts_one_after_the_other_make_the_whole(lengths):
    whole, at = b"", 0
    for length in lengths:
        if at < len(DATA):
            whole += body_of(sent(Range=f"bytes={at}-{at + length - 1}"))
            at = len(whole)
    assert whole + (body_of(sent(Range=f"bytes={at}-")) if at < len(DATA) else b"") == DATA


@given(st.integers(0, 1280), st.integers(0, 1280), st.lists(st.integers(-1, 300), max_size=20))
def test_a_part_never_reads_beyond_its_end(start, length, sizes):
    part = ByteRange(io.BytesIO(DATA), start, length)
    read = b"".join(part.read(size) for size in sizes)
    assert DATA[start : start + length].startswith(read)
    assert read + part.read() == DATA[start : start + length]


def test_the_whole_tells_that_parts_can_be_had():
    response = sent()
    assert response.status_code == 200
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["ETag"] == f'"{ETAG}"'
    assert response.headers["Content-Length"] == str(len(DATA))
    assert body_of(response) == DATA


@pytest.mark.django_db  # Django looks after its connections when a response is closed
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Range": "bytes=1-2"}, 206),
        ({"Range": "bytes=5000-"}, 416),
        ({"If-None-Match": f'"{ETAG}"'}, 304),
        ({"If-Match": '"other"'}, 412),
        ({}, 200),
    ],
)
def test_every_answer_is_tame_and_no_file_stays_open(headers, status):
    response = sent(**headers)
    assert response.status_code == status
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Content-Security-Policy"] == "sandbox"
    response.close()
    assert response.open_file.closed


@pytest.mark.parametrize(
    ("if_range", "status"),
    [
        (f'"{ETAG}"', 206),
        ('"other"', 200),
        (f'W/"{ETAG}"', 200),
        ("Sat, 01 Jul 2017 00:00:00 GMT", 200),
    ],
)
def test_a_part_is_sent_only_of_the_bytes_one_began_with(if_range, status):
    response = sent(**{"Range": "bytes=0-9", "If-Range": if_range})
    assert response.status_code == status
    assert body_of(response) == (DATA[:10] if status == 206 else DATA)


def test_head_tells_the_length_of_the_whole():
    response = sent("head", Range="bytes=0-9")
    assert response.status_code == 200
    assert response.headers["Content-Length"] == str(len(DATA))
