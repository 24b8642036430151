"""OBEC finds what its pages open: the revisions that were submitted, and the texts of the year."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.search import Wanted, Words, sources
from indicators.assessments import unlock
from indicators.evidence.blobs import store
from indicators.evidence.citations import withdraw_citation
from indicators.evidence.evidence import remove_evidence, revise
from indicators.models import IndicatorReview, Item
from indicators.search.texts import read_due
from people.models import User
from tests.factories import cycles as make
from tests.factories.content import make_evidence
from tests.factories.files import make_upload
from tests.factories.loading import load_again
from tests.factories.people import make_reviewer
from tests.factories.workflow import load_cycle
from workflow.followup import submissions
from workflow.models import Proposal

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
INSIDE = "โรงเรียนคุณธรรมต้นแบบ"
EVIDENCE, TEXTS = "submitted_evidence", "submitted_texts"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.DATA_DIR, settings.BLOB_ROOT = tmp_path, tmp_path / "blobs"
    settings.FREE_SPACE_FLOOR_BYTES = 0


def a_year(code="skn2"):
    year = make.make_year(code)
    year.writer = year.staff[0]
    make.appoint(year, members=[year.staff[1]], writer=year.writer)
    make.agree_all(year)
    return year


@pytest.fixture
def year():
    year = a_year()
    year.reviewer = make_reviewer()
    year.item = item_of(year, "1.1.1")
    year.plan = bring(year, "แผนปฏิบัติการ", "ประกาศลงนาม.txt", items=[year.item])
    return year


def item_of(year, code):
    rows = Item.objects.select_related("assessment__office", "consideration")
    return rows.get(assessment=year.cycle.assessment_id, consideration__code=code)


def bring(year, title, name, items=(), text=INSIDE):
    data = f"{text} {title}".encode()
    return make_evidence(
        year.office, by=year.writer, title=title, name=name, data=data, items=items
    )


def write(year, text):
    Item.objects.filter(pk=year.item.pk).update(narrative=text, search_text=text)
    reviews = IndicatorReview.objects.filter(assessment=year.cycle.assessment_id)
    review = reviews.select_related("indicator").first()
    reviews.filter(pk=review.pk).update(strengths=text, search_text=text)
    return review


def hits(user, typed, kind, **narrowed):
    wanted, user = Wanted(words=Words.of(typed), **narrowed), User.objects.get(pk=user.pk)
    [source] = [one for one in sources(user) if one.name == kind]
    found = source.find(user, wanted, slice(0, 20))
    assert found.count == len(found.hits)
    return found.hits


def find(user, typed, kind=EVIDENCE, **narrowed):
    return ["".join(p.text for p in hit.title) for hit in hits(user, typed, kind, **narrowed)]


def everything(year):
    read_due()
    typed = ("ปฏิบัติการ", "ประกาศลงนาม", INSIDE, "1.1.1")
    return [find(year.reviewer, word) for word in typed]


def reopen(year):
    unlock(load_cycle(year.cycle.pk).assessment, by=year.coordinator, why="แก้หลักฐาน")
    Proposal.objects.filter(kind="sar").update(state="superseded")


def test_it_finds_title_name_text_and_code_once_it_opened_the_year(year, client_for):
    assert everything(year) == [[]] * 4
    make.submit(year, opened=False)
    assert everything(year) == [[]] * 4
    make.take_up(load_cycle(year.cycle.pk).assessment)
    assert everything(year) == [[year.plan.title]] * 4
    client = client_for(year.reviewer)
    for typed in ("ปฏิบัติการ", "ประกาศลงนาม", INSIDE):
        [hit] = hits(year.reviewer, typed, EVIDENCE)
        for address in filter(None, (hit.url, hit.place_url)):
            assert client.get(address).status_code == 200
    [hit] = hits(year.reviewer, INSIDE, EVIDENCE)
    assert any(piece.found for piece in hit.snippet)
    assert hit.facts[-1] == "1.1.1"


def test_what_was_taken_back_before_it_was_opened_is_not_found(year):
    make.submit(year, opened=False)
    write(year, "จัดอบรมครู")
    submissions.take_back(load_cycle(year.cycle.pk), by=year.coordinator)
    assert everything(year) == [[]] * 4
    assert find(year.reviewer, "อบรม", TEXTS) == []


def test_what_no_consideration_cites_and_other_years_are_not_found(year):
    bring(year, "ไม่อ้าง", "ไม่อ้าง.txt")
    other = a_year("skn1")
    other.item = item_of(other, "1.1.1")
    bring(other, "แผนอื่น", "แผนอื่น.txt", items=[other.item])
    write(other, "จัดอบรมครู")
    withdrawn = bring(year, "ถอนแล้ว", "ถอนแล้ว.txt", items=[year.item])
    withdraw_citation(load_again(withdrawn.citations.get()), by=year.writer)
    make.submit(year)
    read_due()
    for typed in ("ไม่อ้าง", "แผนอื่น", "ถอนแล้ว"):
        assert find(year.reviewer, typed) == []
    assert find(year.reviewer, INSIDE) == [year.plan.title]
    assert find(year.reviewer, "อบรม", TEXTS) == []


def test_the_submitted_revision_is_found_and_no_later_one(year):
    make.submit(year)
    reopen(year)
    data = "ฉบับหลังที่ยังไม่ได้ส่ง".encode()
    blob = store(make_upload("ฉบับหลัง.txt", data), office=year.office, by=year.writer)
    revise(load_again(year.plan), files=[("ฉบับหลัง.txt", blob)], note="แก้", by=year.writer)
    assert everything(year)[:3] == [[year.plan.title]] * 3
    for typed in ("ฉบับหลัง", "ยังไม่ได้ส่ง"):
        assert find(year.reviewer, typed) == []
    remove_evidence(load_again(year.plan), by=year.writer, why="ซ้ำ")
    assert everything(year)[:3] == [[year.plan.title]] * 3  # what OBEC opened it keeps


def test_texts_are_found_while_the_year_is_with_obec(year, client_for):
    review = write(year, "จัดอบรมครู")
    assert find(year.reviewer, "อบรม", TEXTS) == []
    make.submit(year)
    found = hits(year.reviewer, "อบรม", TEXTS)
    titles = ["".join(piece.text for piece in hit.title) for hit in found]
    assert titles == [str(year.item.consideration), str(review.indicator)]
    client = client_for(year.reviewer)
    assert [client.get(hit.url).status_code for hit in found] == [200, 200]
    assert find(year.reviewer, "อบรม", TEXTS, year=2599) == []
    reopen(year)
    assert find(year.reviewer, "อบรม", TEXTS) == []


def test_nobody_else_has_these_kinds(year):
    make.submit(year)
    for person in (year.coordinator, year.writer, a_year("skn1").coordinator):
        names = {source.name for source in sources(User.objects.get(pk=person.pk))}
        assert not {EVIDENCE, TEXTS} & names


def test_obecs_queries_do_not_grow(year, client_for):
    make.submit(year)
    few = asked(year, client_for)
    reopen(year)
    for number in range(9):
        item = load_again(year.item)
        Item.objects.filter(pk=item.pk).update(state="writing")
        bring(year, f"แผน {number}", f"{number}.txt", items=[load_again(item)])
    make.submit(year)
    read_due()
    assert len(find(year.reviewer, INSIDE)) == 10
    assert asked(year, client_for) == few


def asked(year, client_for):
    read_due()
    client, address = client_for(year.reviewer), reverse("indicators:find")
    client.get(address, {"q": INSIDE})
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(address, {"q": INSIDE})
    return len(queries)
