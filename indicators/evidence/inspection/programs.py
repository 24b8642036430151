"""What a program looks like: by its first bytes, and by its name."""

import re
import unicodedata

HEAD = 16  # bytes that tell
MACH_O = (b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa")  # programs of macOS
MACH_O_PACKED = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")  # several in one; also of Java
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", *MACH_O, *MACH_O_PACKED)
RECORDING = b"#!AMR"  # of a telephone; looks like the first line of a script
NAMES = re.compile(
    r"\.(exe|com|scr|pif|cpl|bat|cmd|ps1|psm1|vbs|vbe|js|jse|wsf|wsh|hta|msi|msp|msix|appx|dll|jar"
    r"|jnlp|lnk|scf|reg|apk|sh|chm|deb|rpm|dmg|pkg|iso|vhdx?|msc|ws|wsc|application|appref-ms|gadget"
    r"|settingcontent-ms|xbap|pyw|command|iqy|ocx|sct|mst|sys|drv|vb|vxd|shb|shs|mjs|ins|isp|nsh"
    r"|wsb|msu|ex_|appxbundle|msixbundle|diagcab|diagcfg|diagpkg"
    r"|docm|dotm|xlsm|xltm|xlsb|xlam|xll|pptm|potm|ppsm|ppam|sldm)$",
    re.IGNORECASE,
)
# Behind an ending: blanks of every alphabet, letters that show nothing, ``::$DATA`` of Windows.
END = re.compile(r"(?:[\s.:\u034f\u115f\u1160\u2800\u3164\uffa0]|:\$[a-z_]+)+\Z", re.IGNORECASE)
# Archives that are not looked into: what they hold stays unknown.
CLOSED_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"MSCF", b"\x1f\x8b\x08", b"\xfd7zXZ")


def is_program(head: bytes) -> bool:
    """Whether these first bytes are a program's."""
    return head.startswith(PROGRAMS) and not head.startswith(RECORDING)


def names_program(name: str) -> bool:
    """Whether a system would start a file of this name.

    It drops dots, blanks and the name of the main stream at the end, and some programs put plain
    letters in place of their wide or slanted likes.
    """
    plain = unicodedata.normalize("NFKC", name)
    seen = "".join(char for char in plain if unicodedata.category(char) not in ("Cc", "Cf"))
    return NAMES.search(END.sub("", seen)) is not None
