"""Each hostile file is refused or served inert, in seconds and with little memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.urls import reverse

from indicators.evidence.blobs import INSPECTOR, FileRefused, store
from indicators.models import EvidenceFile
from tests.factories.content import make_evidence
from tests.factories.files import make_upload
from tests.indicators.evidence.hostile.all_files import make_all

pytestmark = pytest.mark.xdist_group("hostile")
SECONDS, MEGABYTES = 5, 150
# What does nothing by itself: kept, and handed out as a download that no browser runs.
INERT = {
    "deep-array.pdf",
    "loop-of-pages.pdf",
    "cut.pdf",
    "table-lies.pdf",
    "circle.doc",
    "own-neighbour.doc",
    "size-lies.doc",
    "comment.jpg",
    "empty.heic",
    "endless-line.txt",
    "formula.csv",
    "not-a-page.txt",
    "large.tif",
    "long-box.mp4",
    "longest-box.mp4",
    "short-box.mp4",
    "many-boxes.mp4",
    "deep-boxes.mp4",
    "page.mp4",
    "แผน\u202efdp.exe",
    "แผน\u202e\u2066gpj.pdf",
    "..\\..\\แผน.pdf",
    'แผน"; filename="x.html".pdf',
    "แผน\u200b\ufeff.pdf",
    "แผน.pdf.html",
    "CON.pdf",
}


@pytest.fixture(scope="module")
def files():
    """All of them, as they are sent."""
    return make_all()


@pytest.fixture(scope="module")
def measured(files, tmp_path_factory):
    """What the inspection said of each, and what that cost; "" is an honest text."""
    folder = tmp_path_factory.mktemp("hostile")
    names = ["", *files]
    for number, name in enumerate(names):
        (folder / f"{number}").write_bytes(files[name] if name else b"text")
    paths = [str(folder / f"{number}") for number in range(len(names))]
    program = Path(__file__).with_name("measure.py")
    command = [sys.executable, "-I", str(program), str(INSPECTOR), *paths]
    found = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return {name: found[str(number)] for number, name in enumerate(names)}


def test_there_are_many_of_many_kinds(files):
    assert len(files) >= 80
    assert len({name.rpartition(".")[2] for name in files}) >= 15
    assert INERT <= set(files)


def test_each_costs_seconds_and_little_memory(measured):
    """By the time of the processor: a busy machine makes no test fail."""
    usual = measured[""]["megabytes"]
    costly = {
        name: (cost["cpu"], cost["megabytes"] - usual)
        for name, cost in measured.items()
        if cost["cpu"] > SECONDS or cost["megabytes"] - usual > MEGABYTES
    }
    assert costly == {}


def test_each_is_refused_or_does_nothing(year, client_for, files, measured):
    """What the inspection takes is brought, and asked for as a browser asks for it."""
    client, served = client_for(year.collector), set()
    for name, data in files.items():
        if "refused" in measured[name]["answer"]:
            continue
        try:
            blob = store(make_upload(name, data), office=year.office, by=year.collector)
        except FileRefused:
            continue
        served.add(name)
        revision = make_evidence(year.office, by=year.collector).revisions.get()
        file = EvidenceFile.objects.create(revision=revision, blob=blob, name=name)
        for address in ("file_download", "file_preview"):
            answer = client.get(reverse(f"indicators:{address}", args=[file.pk]))
            if answer.streaming:
                assert b"".join(answer.streaming_content)
            require_tame(answer, address)
    assert served == INERT


def require_tame(answer, address):
    """The browser is to save it, to guess nothing, and to run nothing that is in it."""
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    if answer.status_code == 410:  # a picture that cannot be drawn
        assert address == "file_preview"
        return
    assert answer.status_code == 200
    policy = headers["Content-Security-Policy"]
    assert "script-src" not in policy or "script-src 'none'" in policy
    kind = headers["Content-Type"]
    inline = headers["Content-Disposition"].startswith("inline")
    assert "sandbox" in policy or (inline and kind == "application/pdf")
    shown = ("application/pdf", "image/jpeg", "video/", "audio/")  # the last two by a player
    assert not inline or (address == "file_preview" and kind.startswith(shown))
    assert not kind.startswith(("text/html", "image/svg"))
    assert not {*"\u202e\u2066\u200b\ufeff\r\n"} & {*headers["Content-Disposition"]}
