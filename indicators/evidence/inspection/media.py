"""Pictures, films and sound."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from indicators.evidence.inspection.refusal import MAX_PIXELS, InspectionRefused

IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}
MP4_BRANDS = {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1"}
MP4_BRANDS |= {b"M4V ", b"M4VH", b"M4VP", b"MSNV", b"dash"}
PHONE_BRANDS = (b"3gp", b"3g2")  # and a digit or letter for the version
SOUND_BRANDS = {b"M4A ", b"M4B "}
MOV_BRAND = b"qt  "
OLD_MOV = {b"moov", b"wide", b"mdat", b"skip", b"free"}  # what a film begins with that has no brand
MAX_BOXES = 2_000


def inspect_image(path: Path) -> str:
    """Count the pixels before any is decoded, then let the decoder check the structure."""
    from PIL import Image  # noqa: PLC0415 - only for pictures

    Image.MAX_IMAGE_PIXELS = None  # counted here, with a reason people can read
    try:
        with Image.open(path, formats=tuple(IMAGES)) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise InspectionRefused("too_many_pixels", width=width, height=height)
            kind = IMAGES[picture.format or ""]
            picture.verify()
    except (OSError, SyntaxError, ValueError) as error:
        raise InspectionRefused("damaged") from error
    return kind


def inspect_iso_media(path: Path, head: bytes) -> str:
    """HEIC photographs, films and sound: named by brand and tracks, never decoded here.

    Recorders of many telephones give sound the brand of a film; then its tracks tell.
    """
    size = int.from_bytes(head[:4], "big")
    major = head[8:12]
    brands = {major} | {head[i : i + 4] for i in range(16, min(size, len(head)), 4)}
    if brands & HEIC_BRANDS:
        return "image/heic"
    if major == MOV_BRAND:
        return "video/quicktime"
    if major in SOUND_BRANDS:
        return "audio/mp4"
    if major.startswith(PHONE_BRANDS):
        return "audio/mp4" if tracks_of(path) == {b"soun"} else "video/3gpp"
    if brands & (MP4_BRANDS | SOUND_BRANDS):
        return "audio/mp4" if tracks_of(path) == {b"soun"} else "video/mp4"
    if MOV_BRAND in brands:
        return "video/quicktime"
    raise InspectionRefused("unknown")


def is_old_mov(path: Path) -> bool:
    """A QuickTime film from before files named their brand."""
    return bool(tracks_of(path) & {b"vide", b"soun"})


def tracks_of(path: Path) -> set[bytes]:
    """The kinds of tracks: ``vide``, ``soun`` and others; none when they cannot be found."""
    found: set[bytes] = set()
    with path.open("rb") as file:
        end = path.stat().st_size
        left = iter(range(MAX_BOXES))
        for _kind, begin, stop in _within(file, 0, end, left, b"moov"):
            for _trak, b, s in _within(file, begin, stop, left, b"trak"):
                for _mdia, mb, ms in _within(file, b, s, left, b"mdia"):
                    for _hdlr, hb, _hs in _within(file, mb, ms, left, b"hdlr"):
                        file.seek(hb + 8)
                        found.add(file.read(4))
    return found


def _within(
    file: BinaryIO, at: int, end: int, left: Iterator[int], wanted: bytes
) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of this kind between two places: kind, where the content begins and ends."""
    while at + 8 <= end and next(left, None) is not None:
        file.seek(at)
        size, kind = int.from_bytes(file.read(4), "big"), file.read(4)
        begin = at + 8
        if size == 1:
            size, begin = int.from_bytes(file.read(8), "big"), at + 16
        elif size == 0:
            size = end - at
        if size < 8 or at + size > end:
            return
        if kind == wanted:
            yield kind, begin, at + size
        at += size
