"""Content for tests: rights without an order, files that are what they say, cited evidence."""

import io
import zipfile

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from indicators.domain.blobs import store
from indicators.domain.evidence import add_evidence
from indicators.domain.rights import set_rights
from indicators.models import Item
from people.models import User
from tests.factories.indicators import make_assessment, make_edition
from tests.factories.people import grant, make_office, make_person


class Year:
    """One office's year with everybody in it; ``items`` in the order of the catalogue."""

    def __init__(self, code="skn2", year=2560, size=(1, 2, 2)):
        self.office = make_office(code)
        self.coordinator = make_person(self.office, "coordinator")
        self.director = make_person(self.office, "director")
        self.staff = make_person(self.office)
        self.collector = make_person(self.office, given_name="สมหญิง", family_name="ใจดี")
        self.member = make_person(self.office)
        self.second = make_person(self.office)
        self.assessment = make_assessment(
            self.office, year, edition=make_edition(*size), by=self.coordinator
        )
        self.items = list(
            self.assessment.items.in_order().select_related(
                "assessment__office", "consideration__indicator__standard"
            )
        )
        self.item = self.items[0]
        set_rights(
            self.assessment,
            scorers=[self.member.pk, self.second.pk],
            writers={item.pk: {self.collector.pk} for item in self.items},
            by=self.director,
        )

    def lock(self):
        """As the approval of the SAR leaves it."""
        type(self.assessment).objects.filter(pk=self.assessment.pk).update(state="locked")
        self.assessment.refresh_from_db()
        for item in self.items:
            item.assessment = self.assessment

    @property
    def args(self):
        """What every URL of the year begins with."""
        return [self.office.code, self.assessment.fiscal_year]


def make_obec():
    """A reviewer of สพฐ."""
    national = make_office("obec", kind="national")
    person = make_person(national)
    grant(person, "obec")
    return person


def again(row):
    """The row as the next request would load it."""
    if isinstance(row, Item):
        return Item.objects.select_related(
            "assessment__office", "consideration__indicator__standard"
        ).get(pk=row.pk)
    if isinstance(row, User):
        return User.objects.get(pk=row.pk)
    return type(row).objects.get(pk=row.pk)


# -- bytes ------------------------------------------------------------------------
def pdf_bytes(text="", *, javascript=False, launch=False, password=""):
    """A PDF of one page; ``text`` only makes the bytes differ."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.docinfo["/Title"] = text
    if javascript:
        pdf.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name("/JavaScript"), JS=pikepdf.String("app.alert(1)")
        )
    if launch:
        pdf.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name("/Launch"), F=pikepdf.String("calc.exe")
        )
    out = io.BytesIO()
    encryption = pikepdf.Encryption(owner="o", user=password) if password else None
    # The same text the same bytes: they stand in the names of tests.
    pdf.save(out, encryption=encryption or False, deterministic_id=not encryption)
    return out.getvalue()


def image_bytes(kind="JPEG", size=(40, 30), colour="steelblue"):
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def zip_bytes(entries, *, deflate=True):
    """A ZIP of ``{name: bytes}``."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflate else 0) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx_bytes(**extra):
    """As much of a DOCX as tells what it is; ``extra`` maps entry names to bytes."""
    return zip_bytes(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": b"<w:document/>",
            **extra.get("entries", {}),
        }
    )


def upload(name="แผนปฏิบัติการประจำปี ๒๕๖๐.pdf", data=None):
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, pdf_bytes(name) if data is None else data)


def make_evidence(office, by, *, title="แผนปฏิบัติการ", items=(), name="แผน.pdf", data=None):
    """A piece of evidence with one stored file."""
    blob = store(upload(name, pdf_bytes(title) if data is None else data), office=office, by=by)
    return add_evidence(office, title=title, files=[(name, blob)], items=items, by=by)
