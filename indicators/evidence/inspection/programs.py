"""What a program looks like: by its first bytes, and by its name."""

import re
import unicodedata

HEAD = 16  # bytes that tell
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa")
NAMES = re.compile(
    r"\.(exe|com|scr|pif|cpl|bat|cmd|ps1|psm1|vbs|vbe|js|jse|wsf|wsh|hta|msi|msp|msix|appx|dll|jar"
    r"|jnlp|lnk|scf|reg|apk|sh|chm|deb|rpm|dmg|pkg|iso|vhdx?|msc|ws|wsc|application|appref-ms|gadget"
    r"|settingcontent-ms|xbap|pyw|command|iqy"
    r"|docm|dotm|xlsm|xltm|xlsb|xlam|xll|pptm|potm|ppsm|ppam|sldm)$",
    re.IGNORECASE,
)
# Archives that are not looked into: what they hold stays unknown.
CLOSED_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"MSCF", b"\x1f\x8b\x08", b"\xfd7zXZ")


def is_program(head: bytes) -> bool:
    """Whether these first bytes are a program's."""
    return head.startswith(PROGRAMS)


def names_program(name: str) -> bool:
    """Whether the system would start a file of this name; it drops dots and spaces at the end."""
    seen = "".join(char for char in name if unicodedata.category(char) not in ("Cc", "Cf"))
    return NAMES.search(seen.strip(" .")) is not None
