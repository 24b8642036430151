"""Pictures, films and sound. Of films and sound only how they are built is read."""

import warnings
from collections.abc import Iterator
from typing import BinaryIO

from indicators.evidence.inspection.refusal import MAX_PIXELS, InspectionRefused
from indicators.evidence.inspection.streams import size_of

IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "TIFF": "image/tiff"}
IMAGE_SIGNS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}
AVIF_BRANDS = {b"avif", b"avis"}
MP4_BRANDS = {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1"}
MP4_BRANDS |= {b"M4V ", b"M4VH", b"M4VP", b"MSNV", b"dash"}
PHONE_BRANDS = (b"3gp", b"3g2")  # and a digit or letter for the version
SOUND_BRANDS = {b"M4A ", b"M4B "}
MOV_BRAND = b"qt  "
OLD_MOV = {b"moov", b"wide", b"mdat", b"skip", b"free"}  # what a film begins with that has no brand
MAX_BOXES = 2_000
VERSION = 4  # bytes of version and flags, with which some boxes begin


def is_image(head: bytes) -> bool:
    """Whether a file that begins so is a picture which Pillow reads."""
    return head.startswith(IMAGE_SIGNS) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP")


def inspect_image(file: BinaryIO) -> str:
    """Count the pixels before any is decoded, then let the decoder check the structure."""
    from PIL import Image  # noqa: PLC0415 - only for pictures

    Image.MAX_IMAGE_PIXELS = None  # counted here, with a reason people can read
    file.seek(0)
    try:
        with warnings.catch_warnings(action="ignore"):
            with Image.open(file, formats=tuple(IMAGES)) as picture:
                refuse_crowd_of_pixels(*picture.size)
                kind = IMAGES[picture.format or ""]
                picture.verify()
    except (OSError, SyntaxError, ValueError, KeyError, TypeError) as error:
        raise InspectionRefused("damaged") from error
    return kind


def refuse_crowd_of_pixels(width: int, height: int) -> None:
    """Before any of them is decoded."""
    if width * height > MAX_PIXELS:
        raise InspectionRefused("too_many_pixels", width=width, height=height)


def inspect_iso_media(file: BinaryIO, head: bytes) -> str:
    """HEIC photographs, films and sound: named by brand and tracks, never decoded here.

    Recorders of many telephones give sound the brand of a film; then its tracks tell.
    """
    size = int.from_bytes(head[:4], "big")
    major = head[8:12]
    brands = {major} | {head[i : i + 4] for i in range(16, min(size, len(head)), 4)}
    if brands & (HEIC_BRANDS | AVIF_BRANDS):
        return inspect_heic(file, brands)
    if major == MOV_BRAND:
        return "video/quicktime"
    if major in SOUND_BRANDS:
        return "audio/mp4"
    if major.startswith(PHONE_BRANDS):
        return "audio/mp4" if tracks_of(file) == {b"soun"} else "video/3gpp"
    if brands & (MP4_BRANDS | SOUND_BRANDS):
        return "audio/mp4" if tracks_of(file) == {b"soun"} else "video/mp4"
    if MOV_BRAND in brands:
        return "video/quicktime"
    raise InspectionRefused("unknown")


def inspect_heic(file: BinaryIO, brands: set[bytes]) -> str:
    """A photograph of a telephone. One packed as AV1 is built alike, and few programs open it."""
    left, end = iter(range(MAX_BOXES)), size_of(file)
    coded: set[bytes] = set()
    for place in _inside(file, [(0, end)], left, b"meta"):
        for things in _inside(file, [(place[0] + VERSION, place[1])], left, b"iprp", b"ipco"):
            for kind, begin, stop in _boxes(file, *things, left):
                coded.add(kind)
                if kind == b"ispe" and stop - begin >= VERSION + 8:
                    file.seek(begin + VERSION)
                    width, height = file.read(4), file.read(4)
                    refuse_crowd_of_pixels(
                        int.from_bytes(width, "big"), int.from_bytes(height, "big")
                    )
    if b"av1C" in coded or (brands & AVIF_BRANDS and b"hvcC" not in coded):
        raise InspectionRefused("avif")
    return "image/heic"


def is_old_mov(file: BinaryIO) -> bool:
    """A QuickTime film from before files named their brand."""
    return bool(tracks_of(file) & {b"vide", b"soun"})


def tracks_of(file: BinaryIO) -> set[bytes]:
    """The kinds of tracks: ``vide``, ``soun`` and others; none when they cannot be found."""
    found: set[bytes] = set()
    left = iter(range(MAX_BOXES))
    way = (b"moov", b"trak", b"mdia", b"hdlr")
    for begin, _stop in _inside(file, [(0, size_of(file))], left, *way):
        file.seek(begin + 8)
        found.add(file.read(4))
    return found


def _inside(
    file: BinaryIO, places: list[tuple[int, int]], left: Iterator[int], *way: bytes
) -> list[tuple[int, int]]:
    """Where the contents of the boxes lie to which this way of kinds leads."""
    for wanted in way:
        places = [
            (begin, stop)
            for place in places
            for kind, begin, stop in _boxes(file, *place, left)
            if kind == wanted
        ]
    return places


def _boxes(
    file: BinaryIO, at: int, end: int, left: Iterator[int]
) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two places: kind, where the content begins and ends."""
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
        yield kind, begin, at + size
        at += size
