"""Pictures, films and sound that promise more than there is."""

import io
import struct
import zlib

from PIL import Image

from tests.factories.files import make_image, make_pdf
from tests.indicators.evidence.hostile.archives import MEGABYTE
from tests.indicators.evidence.hostile.packed_files import make_mp3
from tests.indicators.evidence.hostile.test_kinds import heic
from tests.indicators.evidence.odd_files import box, make_media, pdf_with_action
from tests.indicators.evidence.test_blobs import bomb_png


def make():
    """``{name: bytes}``."""
    return pictures() | films()


def chunk(kind, body):
    """A part of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def tiff(*tags):
    """A TIFF of these tags: number, type, count, value."""
    rows = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + rows + b"\0\0\0\0"


def gif_like_webp():
    """A WEBP whose head promises a size that its bytes do not have."""
    whole = bytearray(make_image("WEBP"))
    struct.pack_into("<I", whole, 4, 0xFFFFFFF0)
    return bytes(whole)


def large_jpeg():
    """A JPEG of which only the head says how many points it has."""
    whole = bytearray(make_image("JPEG"))
    at = whole.index(b"\xff\xc0")
    struct.pack_into(">HH", whole, at + 5, 65_000, 65_000)
    return bytes(whole)


def pictures():
    """Bombs, lies and disguises."""
    png, head = make_image("PNG"), struct.pack(">IIBBBBB", 9, 9, 8, 2, 0, 0, 0)
    sign, text = b"\x89PNG\r\n\x1a\n", zlib.compress(b"\0" * 60 * MEGABYTE)
    out = io.BytesIO()
    Image.new("1", (9000, 8000)).save(out, "TIFF", compression="group4")
    return {
        "bomb.png": bomb_png(),
        "bomb-text.png": sign + chunk(b"IHDR", head) + chunk(b"zTXt", b"a\0\0" + text),
        "bomb-profile.png": sign + chunk(b"IHDR", head) + chunk(b"iCCP", b"a\0\0" + text),
        "long-chunk.png": sign + chunk(b"IHDR", head) + b"\x7f\xff\xff\xffIDAT" + b"\0" * 99,
        "cut.png": png[:-20],
        "bomb.jpg": large_jpeg(),
        "cut.jpg": make_image("JPEG")[:300],
        "not.jpg": b"\xff\xd8\xff\xe0" + b"<script>alert(1)</script>" * 30,
        "comment.jpg": make_image("JPEG", comment=b"<?php system($_GET[0]); ?>"),
        "picture-and-pdf.jpg": b"\xff\xd8\xff\xfe\x02\x00"
        + pdf_with_action("open", {"/S": "/JavaScript", "/JS": "1"}),
        "size-lies.webp": gif_like_webp(),
        "cut.webp": make_image("WEBP")[:40],
        "bomb.tif": tiff((256, 4, 1, 0x7FFFFFFF), (257, 4, 1, 0x7FFFFFFF), (262, 3, 1, 1)),
        "bomb-tags.tif": tiff((256, 4, 1, 9), (257, 4, 1, 9), (270, 2, 0xFFFFFFF0, 8)),
        "bomb-strips.tif": tiff((256, 4, 1, 9), (257, 4, 1, 9), (273, 4, 0x3FFFFFFF, 8)),
        "large.tif": out.getvalue(),
        "circle.tif": b"II*\0\x08\0\0\0\0\0\x08\0\0\0",
        "bomb.heic": heic(b"heic", b"hvcC", size=(0xFFFFFFFF, 0xFFFFFFFF)),
        "empty.heic": box(b"ftyp", b"heic", b"\0" * 4, b"mif1heic") + b"\0" * 40,
        "other.heic": make_image("AVIF"),
    }


def films():
    """Boxes of absurd length, and what only begins as sound."""
    head = box(b"ftyp", b"isom", b"\0" * 4, b"isom")
    deep = b""
    for _level in range(2000):
        deep = struct.pack(">I", min(len(deep) + 8, 0xFFFFFFFF)) + b"moov" + deep
    return {
        "long-box.mp4": head + b"\xff\xff\xff\xffmoov" + b"\0" * 50,
        "longest-box.mp4": head + b"\0\0\0\1moov" + b"\xff" * 8 + b"\0" * 50,
        "short-box.mp4": head + b"\0\0\0\4moov" + b"\0" * 50,
        "many-boxes.mp4": head + box(b"free") * 300_000,
        "deep-boxes.mp4": head + deep,
        "no-brand.mp4": box(b"ftyp", b"\0" * 12),
        "page.mp4": head + b"<script>alert(1)</script>",
        "page.mp3": b"ID3\4\0\0\0\0\0\x0a" + b"<html><script>alert(1)</script>",
        "long-tag.mp3": b"ID3\4\0\0\x7f\x7f\x7f\x7f" + make_mp3(),
        "pdf.mov": make_pdf("ก", javascript=True) + make_media(b"qt  ", b"vide"),
        "recording.amr": b"#!AMR\n" + b"\0" * 50,
    }
