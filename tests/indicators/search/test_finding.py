"""Who finds what: by every kind, by every filter, and never what is somebody else's."""

import pytest
from django.urls import reverse

from core import clock
from core.search import Wanted, Words, sources
from indicators.evidence.evidence import edit_evidence, remove_evidence, revise
from indicators.models import Evidence, Item, Score
from indicators.narratives.inbox.sorting import set_aside
from indicators.narratives.items import save_item
from indicators.narratives.reviews import save_review
from indicators.requests import requests
from indicators.threads import threads
from people.models import User
from tests.factories.content import make_content_year, make_entry, make_evidence
from tests.factories.indicators import make_assessment
from tests.factories.loading import load_again
from tests.factories.people import make_group, make_person, make_reviewer
from tests.factories.reading import read

pytestmark = pytest.mark.postgres
SECRET = "แมวดำเก้าชีวิต"
FILLED = {"evidence": 1, "narratives": 2, "requests": 1, "comments": 1, "people": 1}


def find(user, typed, kind="evidence", **narrowed):
    """What the person finds of one kind, and how many that are said to be."""
    wanted = Wanted(words=Words.of(typed), **narrowed)
    user = User.objects.get(pk=user.pk)
    for source in sources(user):
        if source.name == kind and source.answers(wanted):
            found = source.find(user, wanted, slice(0, 20))
            assert found.count == len(found.hits)
            return ["".join(piece.text for piece in hit.title) for hit in found.hits]
    return None


def write(year, item, text, by=None):
    item = load_again(item)
    texts = {"narrative": text, "result": "", "no_evidence_reason": ""}
    return save_item(item, **texts, version=item.version, by=by or year.collector)


# -- evidence ---------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["ปฏิบัติการ", "แผน ๒๕๖๐", "2560 แผน", "ปร", "คำสั่งที่ 12"])
def test_evidence_is_found_by_title_and_by_names_of_files(year, typed):
    title = "แผนปฏิบัติการ ประจำปี 2560"
    make_evidence(year.office, by=year.staff, title=title, name="คำสั่งที่ ๑๒.pdf")
    make_evidence(year.office, by=year.staff, title="ภาพถ่าย", name="ภาพ.pdf")
    assert find(year.staff, typed) == [title]


def test_uncited_evidence_names_its_day_and_person_and_nothing_empty(year):
    make_evidence(year.office, by=year.staff, title="แผนปฏิบัติการ")
    user = User.objects.get(pk=year.staff.pk)
    evidence = next(source for source in sources(user) if source.name == "evidence")
    hit = evidence.find(user, Wanted(words=Words.of("แผน")), slice(0, 20)).hits[0]
    assert all(hit.facts)
    assert hit.facts[-1] == year.staff.full_name


def test_corrected_and_revised_evidence_is_found_as_it_is_now(year):
    row = make_evidence(year.office, by=year.staff, title="แผน", name="เก่า.pdf")
    row = edit_evidence(
        row,
        title="โครงการ",
        document_date=None,
        covers_from=None,
        covers_to=None,
        seen=row.changed_at,
        by=year.staff,
    )
    assert find(year.staff, "แผน") == []
    assert find(year.staff, "เก่า") == ["โครงการ"]
    revise(row, links=[("https://example.go.th/", "ใหม่")], note="ปรับปรุง", by=year.staff)
    assert find(year.staff, "เก่า") == []
    assert find(year.staff, "โครงการ") == ["โครงการ"]


def test_a_code_finds_what_is_cited_there(year):
    here, there = load_again(year.items[0]), load_again(year.items[3])
    make_evidence(year.office, by=year.collector, title="หนึ่ง", items=[here])
    make_evidence(year.office, by=year.collector, title="สอง", items=[there])
    assert find(year.staff, here.consideration.code) == ["หนึ่ง"]
    assert find(year.staff, here.consideration.code.rpartition(".")[0]) == ["หนึ่ง"]
    assert set(find(year.staff, here.consideration.code[:1])) == {"หนึ่ง", "สอง"}


def test_filters_narrow_evidence(year):
    group = make_group(year.office)
    User.objects.filter(pk=year.member.pk).update(work_group=group)
    item = load_again(year.item)
    make_evidence(year.office, by=year.collector, title="แผน ก", items=[item])
    dated = make_evidence(year.office, by=load_again(year.member), title="แผน ข")
    make_evidence(year.office, by=year.staff, title="แผน ค")
    Evidence.objects.filter(pk=dated.pk).update(document_date="2017-01-15")
    code = item.consideration.indicator.code
    assert find(year.staff, "แผน", year=2560) == ["แผน ข", "แผน ก"]
    assert find(year.staff, "แผน", indicator=code) == ["แผน ก"]
    assert find(year.staff, "แผน", indicator=code, year=2561) == []
    assert find(year.staff, "แผน", person=year.staff.pk) == ["แผน ค"]
    assert find(year.staff, "แผน", group=group.pk) == ["แผน ข"]
    assert find(year.staff, "แผน", state="cited") == ["แผน ก"]
    assert find(year.staff, "แผน", state="uncited") == ["แผน ค", "แผน ข"]
    assert find(year.staff, "แผน", state="held") is None  # a state of meetings


def test_removed_evidence_is_found_by_who_may_manage_it_alone(year):
    row = make_evidence(year.office, by=year.member, title=SECRET, items=[])
    assert find(year.staff, SECRET) == [SECRET]
    remove_evidence(row, by=year.member, why="ซ้ำ")
    for person in (year.member, year.coordinator, year.staff):
        assert find(person, SECRET) == []
    assert find(year.member, SECRET, state="removed") == [SECRET]
    assert find(year.coordinator, SECRET, state="removed") == [SECRET]
    for person in (year.staff, year.second, year.director):
        assert find(person, SECRET, state="removed") == []


# -- texts, considerations, people ------------------------------------------------------
def test_what_was_written_is_found_and_what_was_written_before_is_not(year):
    item = write(year, year.item, "จัดประชุม ๓ ครั้ง")
    assert find(year.staff, "ประชุม 3", "narratives") == [str(item.consideration)]
    write(year, item, "จัดอบรม")
    assert find(year.staff, "ประชุม", "narratives") == []
    assert find(year.staff, "อบรม", "narratives", state="handed_in") == []
    assert len(find(year.staff, "อบรม", "narratives", person=year.collector.pk)) == 1
    assert find(year.staff, "อบรม", "narratives", person=year.staff.pk) == []


def test_a_review_of_an_indicator_is_found(year):
    review = year.assessment.reviews.select_related("assessment", "indicator").first()
    texts = {"strengths": "ทีมงานเข้มแข็ง", "to_improve": "", "problems": "", "measures": ""}
    save_review(review, **texts, version=review.version, by=year.coordinator)
    assert find(year.staff, "เข้มแข็ง", "narratives") == [str(review.indicator)]
    assert find(year.staff, "เข้มแข็ง", "narratives", state="writing") == []


def test_considerations_are_found_by_code_and_title(year):
    row = year.item.consideration
    titles = find(year.staff, row.code, "considerations")
    assert titles[0] == str(row)
    assert str(row) in find(year.staff, row.title, "considerations")
    assert str(row.indicator) in find(year.staff, row.indicator.code, "considerations")
    assert find(year.staff, row.code, "considerations", year=2599) == []


@pytest.mark.parametrize("typed", ["1.1.1", "๑.๑.๑"])
def test_who_types_a_code_sees_the_consideration_first(year, client_for, typed):
    item = load_again(year.items[0])
    for number in range(6):
        make_evidence(year.office, by=year.collector, title=f"แผน {number}", items=[item])
    groups = ask(client_for(year.staff), q=typed).context["groups"]
    assert [group.source.name for group in groups][:2] == ["considerations", "evidence"]
    first = groups[0].found.hits[0]
    assert "".join(piece.text for piece in first.title) == str(item.consideration)
    named = ask(client_for(year.staff), q="แผน").context["groups"]
    assert named[0].source.name == "evidence"


def test_what_waits_in_the_inbox_is_found_by_note_and_name_until_it_is_sorted(year, client_for):
    entry = make_entry(
        year.office, by=year.staff, name="IMG_๐๐๑.pdf", note="กิจกรรมวันภาษาไทย", code="1.1.1"
    )
    for typed in ("วันภาษา", "img_001", "1.1.1"):
        assert find(year.second, typed, "inbox") == [entry.evidence.title]
    assert find(year.second, "วันภาษา", "inbox", person=year.staff.pk) == [entry.evidence.title]
    assert find(year.second, "วันภาษา", "inbox", person=year.second.pk) == []
    assert find(year.second, "วันภาษา", "inbox", indicator="1.2") == []
    assert find(year.second, "วันภาษา", "inbox", indicator="1.1") == [entry.evidence.title]
    page = ask(client_for(year.second), q="วันภาษา")
    [hit] = page.context["groups"][0].found.hits
    assert client_for(year.second).get(hit.url).status_code == 200
    for stranger in (make_content_year("skn1").coordinator, make_reviewer()):
        assert not find(stranger, "วันภาษา", "inbox")
    set_aside(entry, why="ไม่ใช้", by=year.coordinator)
    assert find(year.second, "วันภาษา", "inbox") == []


def test_people_are_found_by_name_and_position(year):
    make_person(year.office, given_name="อาทิตย์", family_name="เรืองรอง", is_active=False)
    assert len(find(year.staff, "เรืองรอง", "people")) == 1
    assert len(find(year.staff, "เรืองรอง", "people", state="inactive")) == 1
    assert find(year.staff, "เรืองรอง", "people", state="active") == []


# -- nobody else's ------------------------------------------------------------------------
def fill(year):
    """Everything of the year holds the word."""
    item = write(year, year.item, SECRET)
    make_evidence(year.office, by=year.collector, title=SECRET, items=[item], name=f"{SECRET}.pdf")
    review = year.assessment.reviews.select_related("assessment", "indicator").first()
    texts = dict.fromkeys(("strengths", "to_improve", "problems", "measures"), SECRET)
    save_review(review, **texts, version=review.version, by=year.coordinator)
    make_person(year.office, given_name=SECRET)
    Score.objects.create(
        item=item,
        assessor=year.member,
        level=3,
        reason=f"ลับ{SECRET}",
        saved_at=clock.now(),
    )
    requests.ask(load_again(item), text=SECRET, by=load_again(year.member))
    threads.open_thread(load_again(item), text=SECRET, by=load_again(year.member))


def test_comments_are_found_while_they_stand(year):
    row = make_evidence(year.office, by=year.member, items=[])
    said = threads.open_thread(year.item, text="จัดประชุม ๓ ครั้ง", by=year.staff).comment
    threads.open_thread(row, text="ประชุม 3 มีนาคม", by=year.member)
    item = str(year.item)
    assert find(year.second, "ประชุม 3", "comments") == [row.title, item]
    assert find(year.second, "ประชุม 3", "comments", year=2560) == [item]
    assert find(year.second, "ประชุม", "comments", person=year.member.pk) == [row.title]
    assert find(year.second, "ประชุม", "comments", state="resolved") == []
    remove_evidence(row, by=year.member, why="ซ้ำ")
    threads.resolve(said.thread, seen=said.pk, by=year.staff)
    assert find(year.second, "ประชุม", "comments", state="resolved") == [item]
    threads.withdraw(said, by=year.staff)
    assert find(year.second, "ประชุม", "comments") == []
    other = make_content_year("skn1")
    threads.open_thread(other.item, text="ประชุม", by=other.staff)
    assert find(year.second, "ประชุม", "comments") == []


def test_requests_are_found_by_what_was_asked_and_said_of_it(year):
    group, item = make_group(year.office), load_again(year.item)
    User.objects.filter(pk=year.member.pk).update(work_group=group)
    row = make_evidence(year.office, by=year.collector, items=[item])
    asked = requests.ask(
        item, text="แนบรายงานประชุมครั้งที่ ๓", evidence=row, by=load_again(year.member)
    )
    there = load_again(year.items[3])
    requests.ask(there, text="ขอภาพ", asked_of=year.collector, by=load_again(year.second))
    here, there = str(year.item), str(year.items[3])
    code = item.consideration.indicator.code
    assert find(year.staff, "ครั้งที่ 3 ประชุม", "requests") == [here]
    assert find(year.staff, "ขอ", "requests") == [there]
    assert find(year.staff, "แนบ", "requests", year=2560, indicator=code) == [here]
    assert find(year.staff, "แนบ", "requests", year=2561) == []
    assert find(year.staff, "แนบ", "requests", indicator="9.9") == []
    assert find(year.staff, "แนบ", "requests", person=year.second.pk) == []
    assert find(year.staff, "ภาพ", "requests", person=year.collector.pk) == [there]
    assert find(year.staff, "แนบ", "requests", group=group.pk) == [here]
    assert find(year.staff, "ภาพ", "requests", group=group.pk) == []
    requests.finish(asked, text="ลงนามทุกหน้าแล้ว", by=year.collector)
    requests.send_back(asked, text="ไม่พบหน้า ๗", seen=asked.version, by=year.member)
    for typed in ("แนบรายงาน", "ลงนาม", "หน้า 7", "ลงนาม แนบ"):
        assert find(year.staff, typed, "requests") == [here], typed
    assert find(year.staff, "ลงนาม", "requests", state="done") == []
    assert find(year.staff, "ลงนาม", "requests", state="open") == [here]


def test_a_withdrawn_request_is_found_when_it_is_asked_for(year):
    asked = requests.ask(load_again(year.item), text=SECRET, by=load_again(year.member))
    requests.withdraw(asked, by=year.member)
    assert find(year.staff, SECRET, "requests") == []
    assert find(year.staff, SECRET, "requests", state="withdrawn") == [str(year.item)]


def test_a_found_request_leads_to_itself_and_shows_the_words(year, client_for):
    asked = requests.ask(load_again(year.item), text="แนบ", by=load_again(year.member))
    requests.finish(asked, text=f"แล้ว {SECRET}", by=load_again(year.collector))
    page = ask(client_for(year.staff), q=SECRET).text
    address = reverse("indicators:request", args=[*year.args, asked.pk])
    assert f'href="{address}"' in page
    assert f"<mark>{SECRET}</mark>" in page


def test_no_other_office_finds_anything_nor_how_much_there_is(year):
    fill(year)
    assert {kind: len(find(year.staff, SECRET, kind)) for kind in FILLED} == FILLED
    other = make_content_year("skn1")
    for stranger in (other.coordinator, make_reviewer()):
        for source in sources(stranger):
            assert not find(stranger, SECRET, source.name), source.name


def test_scores_of_members_are_never_found(year, client_for):
    fill(year)
    page = client_for(year.coordinator).get(reverse("indicators:find"), {"q": f"ลับ{SECRET}"})
    assert page.context["groups"] == []


# -- the page -----------------------------------------------------------------------------
def ask(client, **query):
    return client.get(reverse("indicators:find"), query)


def test_the_page_groups_what_was_found_and_counts_it(year, client_for):
    fill(year)
    page = ask(client_for(year.staff), q=SECRET)
    groups = {group.source.name: group.found.count for group in page.context["groups"]}
    assert groups == FILLED
    assert f"<mark>{SECRET}</mark>" in page.text


def test_what_people_typed_is_text_on_the_page(year, client_for):
    make_evidence(year.office, by=year.staff, title="<b onclick=x>แผน</b> & <script>")
    page = ask(client_for(year.staff), q="<b onclick=x>แผน</b>").text
    assert "&lt;b" in page
    assert "<b onclick" not in page
    assert "<script>" not in page


def test_one_kind_is_shown_in_pages(year, client_for):
    for number in range(23):
        make_evidence(year.office, by=year.staff, title=f"แผน {number:02}")
    client = client_for(year.staff)
    first, second = (ask(client, q="แผน", kind="evidence", page=n) for n in (1, 2))
    assert len(first.context["groups"][0].found.hits) == 20
    assert len(second.context["groups"][0].found.hits) == 3
    assert len(ask(client, q="แผน", kind="evidence", page=9).context["groups"][0].found.hits) == 3
    assert "page=2" in first.text


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "   "}, {"q": "\u200b"}])
def test_without_a_word_the_page_says_what_can_be_typed(year, client_for, query):
    page = ask(client_for(year.staff), **query)
    assert page.status_code == 200
    assert "พิมพ์สิ่งที่ต้องการค้นหา" in read(page.text)


def test_when_nothing_is_found_the_page_says_what_helps(year, client_for):
    client = client_for(year.staff)
    assert "พิมพ์ให้สั้นลง" in read(ask(client, q="ไดโนเสาร์").text)
    narrowed = read(ask(client, q="ไดโนเสาร์", year=2560, kind="evidence").text)
    assert "ค้นหาโดยไม่กำหนดเงื่อนไข" in narrowed
    assert (
        'href="?q=%E0%B9%84%E0%B8%94%E0%B9%82%E0%B8%99%E0%B9%80%E0%B8%AA%E0%B8%B2%E0%B8%A3%E0%B9%8C"'
        in narrowed
    )


@pytest.mark.parametrize(
    "query",
    [{"kind": "x"}, {"year": "x"}, {"person": "9" * 30}, {"state": "evidence.x"}, {"page": "-1"}],
)
def test_a_filter_that_is_no_choice_narrows_nothing(year, client_for, query):
    make_evidence(year.office, by=year.staff, title="แผน")
    page = ask(client_for(year.staff), q="แผน", **query)
    assert [group.source.name for group in page.context["groups"]][:1] == ["evidence"]


def test_too_long_a_text_is_refused_beside_the_box(year, client_for):
    page = ask(client_for(year.staff), q="ก" * 201)
    assert page.status_code == 200
    assert 'id="q-error"' in page.text


def test_another_persons_office_is_no_choice(year, client_for):
    other = make_content_year("skn1")
    page = ask(client_for(year.staff), q="แผน")
    assert other.staff not in page.context["form"].fields["person"].queryset


def test_it_without_an_office_has_no_box(client_for, db):
    it = User.objects.create_superuser("it-desk", given_name="IT")
    assert ask(client_for(it)).status_code == 404


def test_queries_do_not_grow(year, client_for, django_assert_max_num_queries):
    fill(year)
    make_entry(year.office, by=year.staff, note=SECRET)
    client = client_for(year.staff)
    ask(client, q=SECRET)
    with django_assert_max_num_queries(100) as few:
        ask(client, q=SECRET)
    make_assessment(year.office, 2561, edition=year.assessment.edition, by=year.coordinator)
    for number in range(9):
        make_entry(year.office, by=year.staff, name=f"{number}.pdf", note=SECRET)
    for item in Item.objects.filter(assessment=year.assessment)[1:]:
        item = write(year, item, SECRET)
        threads.open_thread(item, text=SECRET, by=year.staff)
        for _ in range(3):
            asked = requests.ask(item, text=SECRET, by=load_again(year.member))
            requests.finish(asked, text=SECRET, by=year.collector)
            make_evidence(year.office, by=year.collector, title=SECRET, items=[item])
    with django_assert_max_num_queries(100) as many:
        ask(client, q=SECRET)
    assert len(many) == len(few)
