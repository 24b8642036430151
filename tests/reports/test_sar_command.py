import hashlib
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.models import Event
from reports.models import Document
from reports.states import DocumentState
from tests.factories.reports import make_document
from tests.factories.workflow import make_draft
from workflow.states import ProposalKind

pytestmark = pytest.mark.django_db


def sar(*arguments):
    out = StringIO()
    call_command("sar", *arguments, stdout=out)
    return out.getvalue()


def test_writes_the_pdf_and_says_what_it_cost(cycle, fonts, tmp_path):
    text = sar("skn2", "2560", "--out", str(tmp_path / "sar.pdf"))
    data = (tmp_path / "sar.pdf").read_bytes()
    document = Document.objects.get()
    assert data.startswith(b"%PDF")
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    said = dict(re.findall(r"^(\w+) +(.+)$", text, re.M))
    assert said["pages"] == str(document.pages)
    assert said["sha256"] == document.sha256
    assert said["render"].endswith("ms a page")
    assert said["memory"].endswith("MB at most")
    assert float(said["seconds"]) > 0


def test_is_registered_like_any_other(cycle, fonts):
    draft = make_draft(cycle, ProposalKind.SAR, by=cycle.opened_by)
    sar("skn2", "๒๕๖๐")
    document = Document.objects.get()
    assert (document.state, document.proposal) == (DocumentState.READY, draft)
    draft.refresh_from_db()
    assert draft.rendered_sha256 == document.sha256
    verbs = Event.objects.filter(verb__startswith="document.").values_list("verb", flat=True)
    assert list(verbs) == ["document.request", "document.ready"]


def test_renders_what_somebody_asked_for_already(cycle, fonts):
    waiting = make_document(cycle, "sar")
    sar("skn2", "2560")
    waiting.refresh_from_db()
    assert waiting.state == DocumentState.READY
    assert Document.objects.count() == 1


def test_failure_names_its_reference(cycle, settings, tmp_path, caplog):
    settings.FONT_ROOT = tmp_path
    with pytest.raises(CommandError, match=r"\[\w{8}\]"):
        sar("skn2", "2560")
    assert Document.objects.get().error_reference in caplog.text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nope", "2560"), "no office nope. Known: skn2"),
        (("skn2", "2561"), "no cycle of 2561. Its years: 2560"),
        (("skn2", "๒๕๖๑"), "no cycle of 2561"),
        (("skn2", "x"), "x is not a year in BE"),
        (("skn2", "2560", "--out", "/nowhere/at/all.pdf"), "no folder /nowhere/at"),
    ],
)
def test_errors_are_readable(cycle, arguments, words):
    with pytest.raises(CommandError, match=re.escape(words)):
        sar(*arguments)
    assert not Document.objects.exists()
