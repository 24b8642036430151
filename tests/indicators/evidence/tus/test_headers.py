"""What the headers of tus say, and what they do not."""

import pytest

from indicators.evidence.tus import headers


def test_metadata():
    assert headers.metadata_in("filename 4LiB, item ,x MQ==") == {
        "filename": "ก",
        "item": "",
        "x": "1",
    }
    assert headers.metadata_in("") == {}
    for wrong in ("a 1", "a MQ==,a MQ==", "\x00 MQ==", "ก MQ==", "a /w=="):
        with pytest.raises(headers.HeaderWrong):
            headers.metadata_in(wrong)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "๑", "1" * 19, " 1", "0x1"])
def test_no_number(text):
    with pytest.raises(headers.HeaderWrong):
        headers.number_in(text)


def test_checksums():
    assert headers.fits("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", b"hello world")
    assert not headers.fits("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", b"hello worlD")
    assert not headers.fits("sha1", b"")
    for wrong in ("md5 Kq5s", "sha1 ก", ""):
        with pytest.raises(headers.HeaderWrong):
            headers.fits(wrong, b"")
