"""Archives of other programs, objects in slides and sound, byte by byte."""

import lzma
import struct
import zlib

from tests.indicators.evidence.odd_files import make_compound


def vint(number):
    """A number as RAR 5 writes it."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def make_rar(*names, locked=False, heads_locked=False):
    """A RAR 5 file with parts of these names and a byte each."""
    out = b"Rar!\x1a\x07\1\0" + _block(b"\4\0\0\0\0" if heads_locked else b"\1\0\0")
    for name in names:
        text = name.encode()
        extra = b"\2\1\0" if locked else b""
        head = b"\2" + vint(3 if extra else 2) + (vint(len(extra)) if extra else b"") + b"\1"
        head += vint(0) + vint(1) + vint(0x20) + vint(0) + vint(0) + vint(len(text)) + text + extra
        out += _block(head) + b"x"
    return out + _block(b"\5\0\0")


def _block(body):
    head = vint(len(body)) + body
    return struct.pack("<I", zlib.crc32(head)) + head


def make_old_rar(*names, locked=False, heads_locked=False, wide=""):
    """A RAR 4 file with parts of these names and a byte each; ``wide`` is the true name of all."""
    out = b"Rar!\x1a\x07\0" + _old_block(0x73, 0x80 if heads_locked else 0, b"\0" * 6)
    for name in names:
        text = name.encode("cp874", "ignore")
        flags = 0x8000 | (4 if locked else 0)
        if wide or not name.isascii():
            text += b"\0\0" + b"".join(
                b"\xaa" + "".join((wide or name)[at : at + 4]).encode("utf-16-le")
                for at in range(0, len(wide or name), 4)
            )
            flags |= 0x200
        fields = struct.pack("<IIBIIBBHI", 1, 1, 2, 0, 0, 29, 0x30, len(text), 0x20)
        out += _old_block(0x74, flags, fields + text) + b"x"
    return out + _old_block(0x7B, 0, b"")


def _old_block(kind, flags, body):
    head = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def seven(number):
    """A number as 7z writes it."""
    for more in range(8):
        if number < 1 << 7 * (more + 1):
            high = (0xFF00 >> more) & 0xFF
            return bytes([high | number >> 8 * more]) + (number & (1 << 8 * more) - 1).to_bytes(
                more, "little"
            )
    return b"\xff" + number.to_bytes(8, "little")


def make_seven_zip(*names, locked=False, heads_locked=False, promised=None):
    """A 7z file with empty parts of these names, its table packed by LZMA."""
    letters = "".join(f"{name}\0" for name in names).encode("utf-16-le")
    streams = b"\4" + _streams(0, 1, 1, b"\6\xf1\7\1") if locked else b""
    files = b"\5" + seven(len(names)) + b"\x11" + seven(len(letters) + 1) + b"\0" + letters + b"\0"
    table = b"\1" + streams + files + b"\0"
    packing = {"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}
    packed = lzma.compress(table, lzma.FORMAT_RAW, filters=[packing])
    how = b"\6\xf1\7\1" if heads_locked else b"\3\1\1"
    said = len(table) if promised is None else promised
    head = b"\x17" + _streams(0, len(packed), said, how, b"\x5d" + struct.pack("<I", 1 << 16))
    start = struct.pack("<QQI", len(packed), len(head), zlib.crc32(head))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + packed + head


def _streams(begin, packed, size, how, settings=b""):
    folder = b"\1" + bytes([len(how) | (0x20 if settings else 0)]) + how
    folder += seven(len(settings)) + settings if settings else b""
    packs = b"\6" + seven(begin) + b"\1\x09" + seven(packed) + b"\0"
    return packs + b"\7\x0b\1\0" + folder + b"\x0c" + seven(size) + b"\0\0"


def packed_object(name, data=b"x"):
    """The stream of an object in which Office packs any file."""
    body = b"\2\0" + name.encode("cp874") + b"\0" + b"x\0" + b"\0\0\3\0"
    body += struct.pack("<I", 1) + b"\0" + struct.pack("<I", len(data)) + data
    return struct.pack("<I", len(body)) + body


def show_with_object(name):
    """The stream of a PowerPoint file in which a file of this name is packed."""
    inner = make_compound({"\x01Ole10Native": packed_object(name)})
    packed = struct.pack("<I", len(inner)) + zlib.compress(inner)
    record = struct.pack("<HHI", 0x10, 0x1011, len(packed)) + packed
    return struct.pack("<HHI", 0x0F, 0x03E8, len(record)) + record


def make_mp3(*, tag=False):
    """Four frames of silence."""
    frame = (b"\xff\xfb\x90\x00" + b"\0" * 413)[:417]
    return (b"ID3\4\0\0\0\0\0\x14" + b"\0" * 20 if tag else b"") + frame * 4
