"""Office files as PDF, by LibreOffice where it is installed.

It runs shut in (``shut_in``): a profile of its own that is thrown away, no macros, no links
followed, no network, limited in time and memory, and killed with all that it started.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from core.files.temporary import temporary_folder
from indicators.evidence.inspection import ODF, OOXML
from indicators.renditions import fonts, shut_in
from indicators.renditions.child import NotDrawn, running
from indicators.renditions.folders import root

MEMORY = 4 * 1024 * 1024 * 1024  # of addresses; a tenth of it is really used
SECONDS = 90
# The ending says how to read the file; what people called it does not count.
ENDINGS = {
    f"{OOXML}wordprocessingml.document": ".docx",
    f"{OOXML}spreadsheetml.sheet": ".xlsx",
    f"{OOXML}presentationml.presentation": ".pptx",
    f"{ODF}text": ".odt",
    f"{ODF}spreadsheet": ".ods",
    f"{ODF}presentation": ".odp",
    f"{ODF}graphics": ".odg",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
}
ITEM = (
    '<item oor:path="/org.openoffice.Office.{path}"><prop oor:name="{name}" oor:op="fuse">'
    "<value>{value}</value></prop></item>"
)
# Nothing of a document runs, and nothing is fetched for it.
PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
    + "".join(
        ITEM.format(path=path, name=name, value=value)
        for path, name, value in (
            ("Common/Security/Scripting", "DisableMacrosExecution", "true"),
            ("Common/Security/Scripting", "MacroSecurityLevel", "3"),
            ("Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
            ("Common/Security/Scripting", "DisableActiveContent", "true"),
            ("Writer/Content/Update", "Link", "0"),
            ("Calc/Content/Update", "Link", "1"),
        )
    )
    + "</oor:items>"
)


def program() -> str:
    """Where LibreOffice is, "" when it is not installed."""
    named: str = settings.LIBREOFFICE
    return shutil.which(named) or "" if named else ""


@contextmanager
def as_pdf(source: Path, media_type: str) -> Iterator[Path]:
    """The PDF of an Office file, which is gone after the block; ``NotDrawn`` says why not."""
    scratch = Path(tempfile.mkdtemp(prefix="office-", dir=temporary_folder()))
    try:
        document = scratch / f"document{ENDINGS[media_type]}"
        shutil.copyfile(source, document)
        profile = scratch / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        _convert(document, profile, scratch)
        made = document.with_suffix(".pdf")
        if not made.exists() or not made.stat().st_size:
            raise NotDrawn("LibreOffice made no PDF of it")
        yield made
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _convert(document: Path, profile: Path, scratch: Path) -> None:
    limits = [sys.executable, "-I", str(Path(shut_in.__file__)), str(MEMORY), str(SECONDS)]
    command = [
        program(),
        "--headless",
        "--norestore",
        "--nologo",
        f"-env:UserInstallation={profile.as_uri()}",
        "--convert-to",
        "pdf",
        "--outdir",
        str(scratch),
        str(document),
    ]
    environment = {
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "FONTCONFIG_FILE": str(fonts.write_configuration(root() / "fonts", scratch)),
        "SAL_USE_VCLPLUGIN": "svp",
    }
    with running([*limits, *command], seconds=SECONDS, env=environment, cwd=scratch) as child:
        if child.stdin is not None:
            child.stdin.close()
        while child.stdout is not None and child.stdout.read(65536):
            pass  # what it says; it ends when the program ends, or is ended
        child.wait()
