"""Why a file is not taken in: one sentence for each of the inspector's codes."""

from django.utils.translation import gettext as _

OLD_OFFICE = (".doc", ".xls", ".ppt", ".rtf")
OFFICE = (*OLD_OFFICE, ".docx", ".xlsx", ".pptx")


def reason_for(code: str, extension: str = "") -> str:
    """The sentence for one of the inspector's codes; ``extension`` ends the file's name."""
    if code == "web_page" and extension in OFFICE:
        return not_an_office_file()
    return {**_of_programs(), **_of_kinds(), **_of_limits()}.get(
        code,
        _(
            "Files of this kind are not taken in. Use PDF, pictures, video, sound, Office files, "
            "text, ZIP, RAR or 7z."
        ),
    )


def not_an_office_file() -> str:
    """What many web sites hand out as "Excel" or "Word"."""
    return _(
        "This is a web page or plain text with the name of an Office file. Open it in Excel or "
        "Word, choose “Save as” with the type .xlsx or .docx, and bring that file."
    )


def _of_programs() -> dict[str, str]:
    return {
        "program": _("This is a program. Programs are not taken in."),
        "program_inside": _(
            "This is a ZIP with a program or a file with macros inside (%(name)s). Take it out."
        ),
        "program_in_archive": _("A program is in the archive (%(name)s). Take it out."),
        "program_attached": _("A program is attached inside the file (%(name)s). Take it out."),
        "files_attached": _(
            "The PDF has another file attached inside (%(name)s). Print the PDF to a new one and "
            "bring the attached file beside it."
        ),
        "active_pdf": _(
            "The PDF contains JavaScript, or opens or sends something by itself. Print it to a "
            "new PDF and bring that."
        ),
        "active_inside": _(
            "A PDF inside (%(name)s) contains JavaScript, or opens or sends something by itself. "
            "Print it to a new PDF and put that in its place."
        ),
        "reaches_out": _(
            "The document fetches something from another place or starts a program when it is "
            "opened (%(name)s). Print it to PDF and bring that."
        ),
        "way_out": _(
            "A part of the file would be unpacked outside its folder (%(name)s). Make the ZIP anew."
        ),
        "macros": _(
            "The file contains macros. Open it, choose “Save as” with the type .docx, .xlsx, "
            ".pptx or PDF, and bring that file."
        ),
    }


def _of_kinds() -> dict[str, str]:
    return {
        "empty": _("The file is empty."),
        "old_office": _(
            "This is a Word or Excel file of a rare kind (RTF or XML), which may hide programs. "
            "Open it, choose “Save as” with the type .docx, .xlsx or PDF, and bring that file."
        ),
        "encrypted": _("The file is locked by a password. Take the password off."),
        "damaged": _("The file is damaged or was not copied completely."),
        "web_page": _("This is a web page. Save it as PDF, or give its address as a link."),
        "avif": _(
            "This is an AVIF picture, which many programs can't open. Save it as JPEG or PNG and "
            "bring that."
        ),
        "hidden_archive": _(
            "A ZIP is hidden behind the content of this file. Save the document anew and bring "
            "that."
        ),
        "closed_archive": _(
            "The file holds an archive that cannot be looked into (%(name)s). Unpack it first."
        ),
    }


def _of_limits() -> dict[str, str]:
    return {
        "too_many_pixels": _(
            "The picture is too large (%(width)s × %(height)s points). Make it smaller."
        ),
        "too_many_entries": _("The file contains too many parts (%(count)s)."),
        "too_many_pdfs": _(
            "The ZIP holds more than %(count)s PDF files. Bring them in several smaller ZIPs."
        ),
        "too_deep": _(
            "ZIP files lie too deep inside one another (%(name)s). Unpack the inner ones first."
        ),
        "too_large_inside": _(
            "A part of the ZIP is too large to be looked into (%(name)s). Bring it by itself, "
            "beside the ZIP."
        ),
        "bomb": _("The file would unpack to far more than its size. It is not taken in."),
        "unreadable": _("The file could not be checked within the limits, so it was not taken in."),
    }
