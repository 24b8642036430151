"""OBEC looks at the exact revisions that were submitted to it, and at nothing else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.refusals import MoveRefused
from indicators.assessments import unlock
from indicators.evidence.blobs import store
from indicators.evidence.citations import withdraw_citation
from indicators.evidence.codes import code_of, key_of
from indicators.evidence.evidence import add_evidence, remove_evidence, revise
from indicators.models import Citation, EvidenceFile, Item, SubmittedCitation, YearSubmission
from indicators.renditions.rendering import ask, draw_due, rendition_of
from people.states import Role
from tests.factories import cycles as make
from tests.factories.content import make_evidence
from tests.factories.files import make_pages, make_upload
from tests.factories.people import make_office, make_person, make_reviewer
from tests.factories.workflow import load_cycle
from workflow.followup import submissions
from workflow.models import Proposal

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.DATA_DIR, settings.BLOB_ROOT = tmp_path, tmp_path / "blobs"
    settings.FREE_SPACE_FLOOR_BYTES = 0


@pytest.fixture
def year():
    """A year in which two considerations cite evidence, and some is cited nowhere."""
    year = make.make_year()
    year.writer, year.reviewer = year.staff[0], make_reviewer()
    make.appoint(year, members=[year.staff[1]], writer=year.writer)
    make.agree_all(year)
    bring(year, "แผนปฏิบัติการ", 5, items=[item_of(year, "1.1.1")])
    bring(year, "รายงานผล", 2, items=[item_of(year, "1.1.1"), item_of(year, "1.1.2")])
    bring(year, "ยังไม่อ้าง", 3)
    return year


def item_of(year, code):
    rows = Item.objects.select_related("assessment__office", "consideration")
    return rows.get(assessment=year.cycle.assessment_id, consideration__code=code)


def bring(year, title, pages, items=()):
    data = make_pages(pages)
    name = f"{title}.pdf"
    return make_evidence(
        year.office, by=year.writer, title=title, name=name, data=data, items=items
    )


def file_of(title):
    return EvidenceFile.objects.get(revision__evidence__title=title, revision__number=1)


def cited(title, code="1.1.1"):
    return Citation.objects.get(
        evidence__title=title, item__consideration__code=code, revision__number=1
    )


def look(citation, **query):
    args = ["skn2", 2560, citation.pk]
    return reverse("workflow:submitted_evidence", args=args, query=query)


def addresses(title="แผนปฏิบัติการ"):
    """Every address by which bytes or words of a submitted piece leave."""
    file = file_of(title)
    return [
        look(cited(title)),
        reverse("indicators:file_page", args=[file.pk, 1]),
        reverse("indicators:file_thumbnail", args=[file.pk]),
        reverse("indicators:file_preview", args=[file.pk]),
        reverse("indicators:file_download", args=[file.pk]),
    ]


def link(title="แผนปฏิบัติการ"):
    return reverse("workflow:evidence_link", args=[code_of(cited(title).pk)])


def statuses(client, title="แผนปฏิบัติการ"):
    return [status(client, address) for address in addresses(title)]


def status(client, address):
    answer = client.get(address)
    if answer.streaming:
        b"".join(answer)  # read to its end, a file is closed
    return answer.status_code


def reopen(year):
    unlock(load_cycle(year.cycle.pk).assessment, by=year.coordinator, why="แก้หลักฐาน")
    Proposal.objects.filter(kind="sar").update(state="superseded")
    year.cycle = load_cycle(year.cycle.pk)


# -- before and after the submission ------------------------------------------------------
def test_before_it_is_submitted_obec_finds_nothing(year, client_for):
    draw_due()
    client = client_for(year.reviewer)
    assert statuses(client) == [404] * 5
    assert client.get(link()).status_code == 404


def test_submitted_but_not_opened_shows_nothing_yet(year, client_for):
    make.submit(year, opened=False)
    draw_due()
    client = client_for(year.reviewer)
    assert statuses(client) == [404] * 5
    assert client.get(link()).status_code == 404
    submissions.open_submission(load_cycle(year.cycle.pk), by=year.reviewer)
    assert statuses(client) == [200] * 5
    assert client.get(link()).url == look(cited("แผนปฏิบัติการ"))


def test_obec_reads_page_by_page_from_its_review_page(year, client_for):
    make.submit(year)
    draw_due()
    file = file_of("แผนปฏิบัติการ")
    ask(rendition_of(file.blob), 3)
    draw_due()
    client = client_for(year.reviewer)
    review = client.get(reverse("workflow:submission_indicator", args=["skn2", 2560, "1.1"]))
    assert f'href="{look(cited("แผนปฏิบัติการ"))}"' in review.text
    assert reverse("indicators:file_thumbnail", args=[file.pk]) in review.text
    page = client.get(look(cited("แผนปฏิบัติการ"), file=file.pk, page=3))
    assert "หน้า 3 จาก 5 ของ แผนปฏิบัติการ.pdf" in page.text
    assert reverse("indicators:file_page", args=[file.pk, 3]) in page.text
    assert client.get(page.context["page_after"]).context["sight"].page == 4
    assert [p.title for p in page.context["sight"].places] == ["แผนปฏิบัติการ", "รายงานผล"]
    assert page.context["file_after"].startswith(look(cited("รายงานผล")))
    assert reverse("indicators:evidence", args=["skn2", 2560, file.revision.evidence_id]) not in (
        page.text
    ), "no way into the office's own pages"


def test_what_no_consideration_cites_is_never_obecs(year, client_for):
    make.submit(year)
    draw_due()
    file, client = file_of("ยังไม่อ้าง"), client_for(year.reviewer)
    for name in ("file_download", "file_preview", "file_thumbnail"):
        assert client.get(reverse(f"indicators:{name}", args=[file.pk])).status_code == 404
    assert client.get(reverse("indicators:file_page", args=[file.pk, 1])).status_code == 404


def test_nobody_else_reads_it(year, client_for, client):
    make.submit(year)
    draw_due()
    other = make_office("skn1")
    for person in (make_person(other, Role.COORDINATOR), make_person(other, Role.ADMIN)):
        assert statuses(client_for(person)) == [404] * 5
        assert client_for(person).get(link()).status_code == 404
    assert {client.get(address).status_code for address in [*addresses(), link()]} == {302}
    own = client_for(year.staff[1])
    assert statuses(own) == [404, 200, 200, 200, 200], "OBEC's page is OBEC's"


def test_the_address_names_office_and_year(year, client_for):
    make.submit(year)
    pk, client = cited("แผนปฏิบัติการ").pk, client_for(year.reviewer)
    for place in (["skn1", 2560], ["skn2", 2561]):
        assert (
            client.get(reverse("workflow:submitted_evidence", args=[*place, pk])).status_code == 404
        )


# -- taken back, submitted again -----------------------------------------------------------
def test_taken_back_before_it_was_opened_nothing_is_left(year, client_for):
    make.submit(year, opened=False)
    submissions.take_back(load_cycle(year.cycle.pk), by=year.coordinator)
    assert statuses(client_for(year.reviewer)) == [404] * 5
    assert YearSubmission.objects.get().withdrawn_at is not None


def test_of_a_year_taken_back_obec_keeps_what_it_saw(year, client_for):
    make.submit(year)
    draw_due()
    reopen(year)
    plan = cited("แผนปฏิบัติการ")
    blob = store(make_upload("ใหม่.pdf", make_pages(4)), office=year.office, by=year.writer)
    revise(plan.evidence, files=[("ใหม่.pdf", blob)], note="ปรับปรุง", by=year.writer)
    withdraw_citation(load(cited("รายงานผล")), by=year.writer)
    client = client_for(year.reviewer)
    assert statuses(client) == [200] * 5
    assert statuses(client, "รายงานผล") == [200] * 5
    sight = client.get(look(plan)).context["sight"]
    assert sight.file == file_of("แผนปฏิบัติการ"), "the revision that was submitted"
    assert [p.title for p in sight.places] == ["แผนปฏิบัติการ", "รายงานผล"]
    new = EvidenceFile.objects.get(name="ใหม่.pdf")
    assert client.get(reverse("indicators:file_download", args=[new.pk])).status_code == 404
    standing = Citation.objects.get(revision=new.revision)
    assert client.get(look(standing)).status_code == 404
    page = client.get(reverse("workflow:submission", args=["skn2", 2560]))
    assert f'href="{look(plan)}"' in page.text
    assert look(standing) not in page.text


def load(citation):
    return Citation.objects.select_related(
        "item__assessment__office", "item__consideration", "evidence"
    ).get(pk=citation.pk)


def test_removed_evidence_stays_with_obec_and_not_with_the_offices_readers(year, client_for):
    make.submit(year)
    draw_due()
    reopen(year)
    remove_evidence(cited("แผนปฏิบัติการ").evidence, by=year.coordinator, why="ซ้ำ")
    assert statuses(client_for(year.reviewer)) == [200] * 5
    assert statuses(client_for(year.staff[1])) == [404] * 5


def test_submitted_again_shows_the_new_revision_and_keeps_the_old(year, client_for):
    make.submit(year)
    reopen(year)
    plan = cited("แผนปฏิบัติการ")
    blob = store(make_upload("ใหม่.pdf", make_pages(4)), office=year.office, by=year.writer)
    revise(plan.evidence, files=[("ใหม่.pdf", blob)], note="ปรับปรุง", by=year.writer)
    new = Citation.objects.get(evidence=plan.evidence, removed_at=None)
    make.submit(year, opened=False)
    client = client_for(year.reviewer)
    assert client.get(look(new)).status_code == 404, "nobody opened it yet"
    assert client.get(look(plan)).status_code == 200
    submissions.open_submission(load_cycle(year.cycle.pk), by=year.reviewer)
    assert client.get(look(new)).context["sight"].file.name == "ใหม่.pdf"
    assert client.get(look(plan)).context["sight"].file.name == "แผนปฏิบัติการ.pdf"
    review = client.get(reverse("workflow:submission_indicator", args=["skn2", 2560, "1.1"])).text
    assert look(new) in review
    assert f'href="{look(plan)}"' not in review
    assert YearSubmission.objects.count() == 2


def test_the_record_is_written_with_the_submission_or_not_at_all(year):
    make.submit(year, opened=False)
    kept = SubmittedCitation.objects.values_list("citation__evidence__title", flat=True)
    assert sorted(kept) == ["รายงานผล", "รายงานผล", "แผนปฏิบัติการ"]
    with pytest.raises(MoveRefused):
        submissions.submit_summary(load_cycle(year.cycle.pk), by=year.coordinator)
    assert YearSubmission.objects.count() == 1


# -- links alone, codes --------------------------------------------------------------------
def test_evidence_that_only_has_links_shows_them(year, client_for):
    add_evidence(
        year.office,
        title="เว็บไซต์",
        links=[("https://www.example.go.th/", "หน้าเว็บ")],
        items=[item_of(year, "1.1.2")],
        by=year.writer,
    )
    make.submit(year)
    page = client_for(year.reviewer).get(look(cited("เว็บไซต์", "1.1.2")))
    assert 'href="https://www.example.go.th/"' in page.text
    assert "sight" not in page.context
    own = client_for(year.writer).get(
        reverse("workflow:evidence_link", args=[code_of(cited("เว็บไซต์", "1.1.2").pk)])
    )
    evidence = cited("เว็บไซต์", "1.1.2").evidence_id
    assert own.url == reverse("indicators:evidence", args=["skn2", 2560, evidence])


def test_the_link_of_a_paper_leads_the_office_to_that_very_revision(year, client_for):
    plan, client = cited("แผนปฏิบัติการ"), client_for(year.staff[1])
    blob = store(make_upload("ใหม่.pdf", make_pages(4)), office=year.office, by=year.writer)
    revise(plan.evidence, files=[("ใหม่.pdf", blob)], note="ปรับปรุง", by=year.writer)
    page = client.get(link(), follow=True)
    assert page.status_code == 200
    assert page.context["sight"].file.name == "แผนปฏิบัติการ.pdf"
    assert page.context["sight"].citation == plan


@pytest.mark.parametrize("code", ["0", "zzzzzzzzzzzzz", "1y2p0ij32e8e8", "01", "A", "a-b", "ก"])
def test_a_code_that_is_none_does_not_exist(year, client_for, code):
    assert client_for(year.staff[1]).get(f"/e/{code}/").status_code == 404


@pytest.mark.parametrize("key", [1, 35, 36, 10**6, 2**63 - 1])
def test_a_code_names_one_key(key):
    assert key_of(code_of(key)) == key


# -- how much is read ----------------------------------------------------------------------
def test_the_queries_of_the_review_page_do_not_grow(year, client_for):
    make.submit(year)
    client = client_for(year.reviewer)
    address = reverse("workflow:submission_indicator", args=["skn2", 2560, "1.1"])

    def count():
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    before = count()
    reopen(year)
    for number in range(4):
        bring(year, f"เพิ่ม {number}", 6 + number, items=[item_of(year, "1.1.1")])
    make.submit(year)
    assert count() == before
