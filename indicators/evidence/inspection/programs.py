"""What a program looks like: by its first bytes, and by its name."""

import re
import unicodedata
import zlib

HEAD = 16  # bytes that tell
MACH_O = (b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa")  # programs of macOS
MACH_O_PACKED = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")  # several in one; also of Java
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"dex\n03", *MACH_O, *MACH_O_PACKED)
RECORDING = b"#!AMR"  # of a telephone; looks like the first line of a script
NAMES = re.compile(
    r"\.(exe|com|scr|pif|cpl|bat|cmd|ps1|psm1|vbs|vbe|js|jse|wsf|wsh|hta|msi|msp|msix|appx|dll|jar"
    r"|jnlp|lnk|scf|reg|apk|sh|chm|deb|rpm|dmg|pkg|iso|vhdx?|msc|ws|wsc|application|appref-ms|gadget"
    r"|settingcontent-ms|xbap|pyw|command|iqy|ocx|sct|mst|sys|drv|vb|vxd|shb|shs|mjs|ins|isp|nsh"
    r"|wsb|msu|ex_|appxbundle|msixbundle|diagcab|diagcfg|diagpkg|url|website|desktop|library-ms"
    r"|search-ms|searchconnector-ms|theme|themepack|inf|job|rdp|hlp|img|psc1|psd1|ps1xml|ps2|cdxml"
    r"|vbscript|pyz|pyzw|csh|ksh|terminal|appimage|ipa|crx|xpi|wll|xla|ppa|slk|ade|mde|accde"
    r"|docm|dotm|xlsm|xltm|xlsb|xlam|xll|pptm|potm|ppsm|ppam|sldm)$",
    re.IGNORECASE,
)
# Behind an ending: blanks of every alphabet, letters that show nothing, ``::$DATA`` of Windows.
END = re.compile(r"(?:[\s.:\u034f\u115f\u1160\u2800\u3164\uffa0]|:\$[a-z_]+)+\Z", re.IGNORECASE)
# Archives that are not looked into: what they hold stays unknown.
GZIP = b"\x1f\x8b\x08"
CLOSED_ARCHIVES = (
    *(
        b"Rar!\x1a\x07",
        b"RE~^",
        b"7z\xbc\xaf\x27\x1c",
        b"MSCF",
        GZIP,
        b"\xfd7zXZ",
        b"ISc(",
        b"xar!",
    ),
    *(b"\x28\xb5\x2f\xfd", b"LZIP\x01", b"\x1f\x9d", b"MSWIM\0\0\0", b"!<arch>\ndebian"),
    *(b"BZh%d1AY&SY" % size for size in range(1, 10)),
)
# The sign of these stands further on.
AT = {257: (b"ustar\0", b"ustar "), 7: (b"**ACE**",), 2: (b"-lh5-", b"-lh6-", b"-lh7-", b"-lh0-")}
RAR, SEVEN_ZIP = b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c"
HIDDEN_ARCHIVES = (RAR, SEVEN_ZIP)
METAFILES = (b"\xd7\xcd\xc6\x9a", b"\1\0\x09\0\0\3")
NEW_METAFILE = b" EMF"  # at its byte 40


def is_program(head: bytes) -> bool:
    """Whether these first bytes are a program's."""
    return head.startswith(PROGRAMS) and not head.startswith(RECORDING)


def is_closed_archive(head: bytes) -> bool:
    """Whether a file that begins so is an archive which is not looked into.

    A picture of Windows (.emz, .wmz) is packed as a gzip file, and is none.
    """
    if head.startswith(GZIP):
        return not _is_packed_picture(head)
    return head.startswith(CLOSED_ARCHIVES) or any(
        head.startswith(signs, place) for place, signs in AT.items()
    )


def _is_packed_picture(head: bytes) -> bool:
    try:
        data = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, 64)
    except zlib.error:
        return False
    return data.startswith(METAFILES) or data[40:44] == NEW_METAFILE


def names_program(name: str) -> bool:
    """Whether a system would start a file of this name.

    It drops dots, blanks and the name of the main stream at the end, and some programs put plain
    letters in place of their wide or slanted likes.
    """
    plain = unicodedata.normalize("NFKC", name)
    seen = "".join(char for char in plain if unicodedata.category(char) not in ("Cc", "Cf"))
    return NAMES.search(END.sub("", seen)) is not None
