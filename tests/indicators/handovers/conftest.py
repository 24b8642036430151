"""A year with evidence to hand over."""

import io
import zipfile
from types import SimpleNamespace

import pytest

from indicators.evidence.evidence import add_evidence
from indicators.handovers import handovers
from indicators.handovers.contents import parts_of
from indicators.models import Blob
from tests.factories.content import make_evidence
from tests.factories.loading import load_again
from tests.factories.reports import cite, make_blob, make_revision


@pytest.fixture
def handed(year):
    """Two considerations cite evidence, one gives a reason for none, one says nothing."""
    first, second, third, _fourth = year.items
    both = [load_again(first), load_again(second)]
    plan = make_evidence(year.office, by=year.collector, title="=แผนปฏิบัติการ", items=both)
    link = add_evidence(
        year.office,
        title="ประกาศ",
        links=[("https://example.go.th/ประกาศ?a=1&b=2", "=ประกาศ <เว็บไซต์>")],
        items=[load_again(first)],
        by=year.collector,
    )
    type(third).objects.filter(pk=third.pk).update(no_evidence_reason="=ยังไม่ถึงรอบ\nประเมิน")
    return SimpleNamespace(year=year, plan=plan, link=link)


@pytest.fixture
def make():
    """``make(year, "indicator-1.1")``: a ZIP that is ready."""

    def ask(year, key="", by=None):
        part = parts_of(year.assessment)[key]
        row = handovers.ask_for(year.assessment, part, by=by or year.staff)
        handovers.prepare_now(row)
        return load_again(row)

    return ask


@pytest.fixture
def cite_more():
    """``cite_more(year, 20)``: more evidence of one file each, spread over the considerations."""

    def add(year, count):
        for number in range(count):
            blob = make_blob(year.office, f"{Blob.objects.count()}".encode())
            item = load_again(year.items[number % len(year.items)])
            title = f"รายงาน {Blob.objects.count()}"
            revision = make_revision(year.office, title=title, by=year.collector, blobs=[blob])
            cite(item, revision, by=year.collector)

    return add


@pytest.fixture
def unpack():
    """The ZIP as ``zipfile`` reads it."""

    def read(row):
        with handovers.open_handover(row) as file:
            return zipfile.ZipFile(io.BytesIO(file.readall()))

    return read
