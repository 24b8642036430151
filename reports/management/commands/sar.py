"""The SAR of one year as a PDF file, by the same way as from the page."""

import shutil
import time
from argparse import ArgumentTypeError
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

import thai
from people.models import Office
from reports.documents.documents import proposal_of, request_document
from reports.documents.files import path_of
from reports.documents.rendering import render_now
from reports.models import Document
from reports.states import DocumentKind, DocumentState
from workflow.models import Cycle

PATIENCE = 600  # seconds to wait for a worker that was faster than we


def fiscal_year(text):
    """A year in พ.ศ., in Thai or Arabic digits."""
    digits = thai.to_arabic_digits(text)
    if not digits.isdecimal():
        raise ArgumentTypeError(f"{text} is not a year in BE, such as 2560.")
    return int(digits)


class Command(BaseCommand):
    help = "Render the SAR of an office's year: manage.py sar skn2 2560 --out sar.pdf"

    def add_arguments(self, parser):
        parser.add_argument("office", help="code of the office, e.g. skn2")
        parser.add_argument("year", type=fiscal_year, help="fiscal year in BE, e.g. 2560")
        parser.add_argument("--out", type=Path, help="where to write the PDF")

    def handle(self, *args, office, year, out, **options):
        if out is not None and not out.parent.is_dir():
            raise CommandError(f"There is no folder {out.parent}.")
        cycle = _cycle(office, year)
        started = time.perf_counter()
        document = request_document(
            cycle,
            kind=DocumentKind.SAR,
            proposal=proposal_of(cycle, DocumentKind.SAR),
            wake=False,
        )
        rendered = render_now(document)
        document = _settled(document)
        seconds = time.perf_counter() - started
        self.stdout.write(f"pages    {document.pages}")
        self.stdout.write(f"seconds  {seconds:.1f}")
        if rendered:
            per_page = 1000 * rendered.seconds / rendered.pages
            self.stdout.write(f"render   {rendered.seconds:.1f} s, {per_page:.0f} ms a page")
            self.stdout.write(f"memory   {rendered.peak_mb:.0f} MB at most")
        else:
            self.stdout.write("memory   unknown: a worker was faster")
        self.stdout.write(f"sha256   {document.sha256}")
        if out is not None:
            shutil.copyfile(path_of(document), out)
            self.stdout.write(f"file     {out}")


def _cycle(code, year):
    office = Office.objects.filter(code=code).first()
    if office is None:
        codes = ", ".join(Office.objects.values_list("code", flat=True)) or "none yet"
        raise CommandError(f"There is no office {code}. Known: {codes}.")
    cycles = Cycle.objects.filter(assessment__office=office)
    cycle = cycles.filter(assessment__fiscal_year=year).first()
    if cycle is None:
        years = ", ".join(map(str, cycles.values_list("assessment__fiscal_year", flat=True)))
        raise CommandError(f"{code} has no cycle of {year}. Its years: {years or 'none yet'}.")
    return Cycle.objects.select_related("assessment__office").get(pk=cycle.pk)


def _settled(document):
    """The document when it is ready; waits while another worker makes it."""
    deadline = time.monotonic() + PATIENCE
    while True:
        row = Document.objects.select_related("cycle__assessment__office").get(pk=document.pk)
        if row.state == DocumentState.READY:
            return row
        if row.state == DocumentState.FAILED:
            raise CommandError(f"Rendering failed [{row.error_reference}]; the log says why.")
        if time.monotonic() > deadline:
            raise CommandError("A worker holds this paper and does not come to an end.")
        time.sleep(0.2)
        render_now(row)  # its worker may have died
