"""What the two files of a paper are made of says the same, whatever the office writes.

`test_docx` compares Word with the finished PDF; here the page that the PDF is made of stands for
it, which is quick enough to try papers of any shape.
"""

import re
from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document
from docx.table import Table
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from reports.docx import to_docx
from reports.official import paper_of
from reports.render.html import to_html
from reports.snapshot import AgendaPoint, AgendaTask, Attendant, Opinion, Person, SignatureCard
from tests.factories import official, papers
from thai import to_arabic_digits

WORDS = st.sampled_from(
    [
        "ด้วยสำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 2",
        "ประจำปีงบประมาณ พ.ศ. 2560",
        "ห้องประชุม 1 & <อาคาร> “ใหญ่”",
        "น้ำใจ ทั้งหมด ๆ ครั้งที่ 1/2560",
        "ก",
        "Plan 4.0: $5 \\ 50%",
    ]
)
LINES = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)
MAYBE = st.just("") | LINES
NAMES = st.sampled_from(["นายสมชาย ใจดี", "นางสาวสมหญิง แก้วใส", "ว่าที่ร้อยตรี ก ข"])
SIGNATURES = st.builds(SignatureCard, name=NAMES, position=WORDS)
TASKS = st.builds(AgendaTask, text=WORDS, owner=NAMES, due=st.dates())


def points(number):
    return st.builds(
        AgendaPoint,
        number=st.just(number),
        title=WORDS,
        text=MAYBE,
        resolution=MAYBE,
        tasks=st.lists(TASKS, max_size=2).map(tuple),
    )


@st.composite
def agendas(draw):
    found = []
    for n in range(1, draw(st.integers(1, 3)) + 1):
        under = [draw(points(f"{n}.{k}")) for k in range(1, draw(st.integers(0, 2)) + 1)]
        found.append(replace(draw(points(str(n))), points=tuple(under)))
    return tuple(found)


ATTENDANTS = st.lists(
    st.builds(Attendant, name=NAMES, position=WORDS, seat=st.just("") | WORDS), max_size=4
).map(tuple)
OPINIONS = st.lists(
    st.builds(Opinion, words=WORDS, opinion=MAYBE, signature=st.none() | SIGNATURES),
    min_size=1,
    max_size=2,
).map(tuple)
SNAPSHOTS = {
    "announcement": st.builds(
        papers.make_announcement, subject=WORDS, body=LINES, draft=st.booleans()
    ),
    "order": st.builds(papers.make_order, subject=WORDS, reason=LINES, draft=st.booleans()),
    "memo": st.builds(
        official.make_memo,
        subject=WORDS,
        to=WORDS,
        origin=MAYBE,
        facts=MAYBE,
        request=MAYBE,
        number=st.just("") | st.just("7"),
        signature=st.none() | SIGNATURES,
        opinions=OPINIONS,
        draft=st.booleans(),
    ),
    "invitation": st.builds(
        official.make_invitation,
        subject=WORDS,
        to=WORDS,
        opening=MAYBE,
        closing=MAYBE,
        place=st.just("") | WORDS,
        link=st.sampled_from(["", "https://meet.example.go.th/a"]),
        agenda=agendas(),
        invited=st.lists(st.builds(Person, name=NAMES, position=WORDS), max_size=5).map(tuple),
        signature=st.none() | SIGNATURES,
        draft=st.booleans(),
    ),
    "minutes": st.builds(
        official.make_minutes,
        meeting=WORDS,
        place=st.just("") | WORDS,
        present=ATTENDANTS,
        absent=ATTENDANTS,
        guests=st.lists(NAMES, max_size=2).map(tuple),
        summary=MAYBE,
        agenda=agendas(),
        note_taker=st.none() | SIGNATURES,
        checker=st.none() | SIGNATURES,
        draft=st.booleans(),
    ),
}


def bare(text):
    return re.sub(r"\s+", "", to_arabic_digits(text))


def of_word(snapshot):
    """The body's text, each list counted from its own beginning."""
    counts, found = {}, []
    for block in Document(BytesIO(to_docx(paper_of(snapshot), {}))).iter_inner_content():
        if isinstance(block, Table):
            found += [p.text for row in block.rows for cell in row.cells for p in cell.paragraphs]
            continue
        properties = block._p.pPr
        number = None if properties is None else properties.numPr
        if number is not None:
            kind = number.numId.val
            counts[kind] = counts.get(kind, 0) + 1
            found.append(f"{counts[kind]})")
        found.append(block.text)
    return bare("".join(found))


def of_page(snapshot):
    """The text of the page's body, without what CSS alone says."""
    (body,) = html.document_fromstring(to_html(snapshot)).iter("body")
    for element in [e for e in body.iter("style", "script", "title")]:
        element.drop_tree()
    return bare(body.text_content())


few = settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("digits", ["thai", "arabic"])
@pytest.mark.parametrize("kind", SNAPSHOTS)
@few
@given(data=st.data())
def test_word_and_page_say_the_same(kind, digits, data):
    snapshot = data.draw(SNAPSHOTS[kind])
    snapshot = replace(snapshot, office=replace(snapshot.office, digits=digits))
    assert of_word(snapshot) == of_page(snapshot)


@pytest.mark.parametrize("kind", SNAPSHOTS)
@few
@given(data=st.data())
def test_digits_are_of_one_kind_on_the_whole_paper(kind, data):
    """Mixed digits are the mistake that a director sends a paper back for."""
    snapshot = data.draw(SNAPSHOTS[kind])
    office = snapshot.office
    said = {
        digits: str(paper_of(replace(snapshot, office=replace(office, digits=digits))).blocks)
        for digits in ("thai", "arabic")
    }
    texts = re.findall(r"'([^']*)'", said["arabic"])
    assert texts
    assert not any(re.search("[๐-๙]", text) for text in texts)


@pytest.mark.parametrize("kind", ["invitation", "minutes"])
@few
@given(data=st.data())
def test_every_point_of_the_agenda_is_on_the_paper_in_its_order(kind, data):
    snapshot = data.draw(SNAPSHOTS[kind])
    text, at = of_page(snapshot), 0
    for top in snapshot.agenda:
        for point in (top, *top.points):
            found = text.find(bare(point.title), at)
            assert found >= 0, point.title
            at = found + 1
