"""Each file a piece of evidence of its own, or several one piece; joined, and separated again."""

import re

import pytest
from django.urls import reverse
from lxml import html

from core.refusals import MoveRefused
from indicators.evidence.blobs import store
from indicators.evidence.bringing import join_evidence, separate_evidence
from indicators.evidence.citations import withdraw_citation
from indicators.evidence.evidence import remove_evidence, restore_evidence, revise
from indicators.models import Citation, Evidence, EvidenceFile, Item, ItemRequest, Thread
from indicators.requests import requests
from indicators.threads import threads
from tests.factories.content import make_content_year, make_evidence
from tests.factories.crowd import together
from tests.factories.files import make_image, make_pdf, make_upload
from tests.factories.loading import load_again
from tests.factories.people import make_office, make_person
from tests.factories.reading import read, undo

NAME = "แผนปฏิบัติการประจำปี ๒๕๖๐.pdf"


def url(year, name, *more):
    return reverse(f"indicators:{name}", args=[*year.args, *more])


def post(year, client, **fields):
    return client.post(url(year, "evidence_create"), fields)


def test_what_belongs_together_becomes_one_piece_cited_at_once(year, client_for):
    answer = post(
        year,
        client_for(year.collector),
        files=[make_upload(NAME), make_upload("ภาพ.jpg", make_image())],
        url="https://www.example.go.th/",
        item=year.item.consideration.code,
        document_date="15/11/2559",
        together="on",
    )
    assert answer.status_code == 302
    evidence = Evidence.objects.get()
    assert evidence.title == "แผนปฏิบัติการประจำปี ๒๕๖๐"
    assert evidence.document_date.year == 2016
    assert [f.name for f in EvidenceFile.objects.all()] == [NAME, "ภาพ.jpg"]
    assert Citation.objects.get().item == year.item


@pytest.mark.parametrize("more", [{}, {"document_date": "15/11/2559"}], ids=["plain", "dated"])
def test_each_file_becomes_a_piece_of_its_own(year, client_for, more):
    answer = post(
        year,
        client_for(year.collector),
        files=[make_upload(NAME), make_upload("ภาพ.jpg", make_image())],
        item=year.item.consideration.code,
        **more,
    )
    assert answer.status_code == 302
    titles = set(Evidence.objects.values_list("title", flat=True))
    assert titles == {"แผนปฏิบัติการประจำปี ๒๕๖๐", "ภาพ"}
    assert Citation.objects.filter(item=year.item).count() == 2
    assert {bool(row.document_date) for row in Evidence.objects.all()} == {bool(more)}


def test_one_title_for_several_pieces_is_asked_about(year, client_for):
    files = [make_upload(NAME), make_upload("ภาพ.jpg", make_image())]
    answer = post(year, client_for(year.collector), files=files, title="แผนและภาพ")
    assert answer.status_code == 400
    page = read(answer.text)
    assert "แต่ละไฟล์จะเป็นหลักฐานหนึ่งรายการตามชื่อไฟล์" in page
    assert "ไม่ต้องเลือกใหม่" in page
    assert not Evidence.objects.exists()
    token = re.search(r'name="kept"[^>]* value="([^"]+)"', answer.text)[1]
    again = post(year, client_for(year.collector), kept=token, title="แผนและภาพ")
    assert again.status_code == 400
    assert not Evidence.objects.exists()


def test_the_same_file_again_is_said_to_be_here(year, client_for):
    client = client_for(year.collector)
    for name in (NAME, "ชื่ออื่น.pdf"):
        answer = post(year, client, files=[make_upload(name, make_pdf("เดียวกัน"))])
    assert Evidence.objects.count() == 1
    assert answer.status_code == 302
    there = client.get(url(year, "evidence_list"))
    assert "มีไฟล์นี้อยู่แล้วใน “แผนปฏิบัติการประจำปี ๒๕๖๐”" in read(there.text)


# -- these belong together ------------------------------------------------------------
def pieces_of(year, count=2, **more):
    return [
        make_evidence(
            year.office,
            by=year.collector,
            title=f"ภาพที่ {number}",
            name=f"ภาพ {number}.pdf",
            items=[load_again(year.item)],
            **more,
        )
        for number in range(count)
    ]


def join(year, client, pieces, **more):
    fields = {"pieces": [piece.pk for piece in pieces], "title": "ประมวลภาพ", **more}
    return client.post(url(year, "evidence_join"), fields)


def test_joined_they_are_one_and_separated_what_they_were(year, client_for):
    client, pieces = client_for(year.collector), pieces_of(year)
    code = year.item.consideration.code
    answer = join(year, client, pieces, item=code)
    assert answer.url.endswith(f"/items/{code}/")
    joined = Evidence.objects.get(title="ประมวลภาพ")
    assert [file.name for file in joined.revisions.get().files.all()] == ["ภาพ 0.pdf", "ภาพ 1.pdf"]
    assert [c.evidence for c in Citation.objects.kept()] == [joined]
    undo(client, answer)
    kept = Evidence.objects.kept()
    assert sorted(row.title for row in kept) == ["ภาพที่ 0", "ภาพที่ 1"]
    assert {c.evidence for c in Citation.objects.kept()} == set(pieces)


def test_joined_they_keep_the_order_in_which_they_were_chosen(year, client_for):
    second, first = pieces_of(year)
    join(year, client_for(year.collector), [first, second])
    joined = Evidence.objects.get(title="ประมวลภาพ")
    assert [file.name for file in joined.revisions.get().files.all()] == ["ภาพ 1.pdf", "ภาพ 0.pdf"]


def test_pieces_that_were_revised_before_are_separated_too(year, client_for):
    client, pieces = client_for(year.collector), pieces_of(year)
    blob = store(make_upload("ใหม่.pdf"), office=year.office, by=year.collector)
    revise(pieces[0], files=[("ใหม่.pdf", blob)], note="ปรับปรุง", by=year.collector)
    undo(client, join(year, client, pieces))
    assert set(Evidence.objects.kept()) == set(pieces)


def test_what_was_added_to_the_joined_one_meanwhile_is_not_taken_away(year, client_for):
    client, pieces = client_for(year.collector), pieces_of(year)
    answer = join(year, client, pieces)
    joined = Evidence.objects.get(title="ประมวลภาพ")
    blob = store(make_upload("ใหม่.pdf"), office=year.office, by=year.collector)
    files = joined.revisions.get().files.all()
    revise(joined, keep_files=files, files=[("ใหม่.pdf", blob)], note="ปรับปรุง", by=year.collector)
    undo(client, answer)
    assert list(Evidence.objects.kept()) == [joined]


def test_who_may_not_change_a_piece_does_not_join_it(year, client_for):
    pieces = pieces_of(year)
    answer = join(year, client_for(year.staff), pieces)
    assert answer.status_code == 403
    assert Evidence.objects.kept().count() == 2


def test_what_was_handed_in_is_not_joined(year, client_for):
    pieces = pieces_of(year)
    Item.objects.filter(pk=year.item.pk).update(state="handed_in")
    assert join(year, client_for(year.collector), pieces).status_code == 409
    assert Evidence.objects.kept().count() == 2


def refused(answer):
    """The box as it stands in the answer: its code, what is offered, what is ticked, the title."""
    assert answer.status_code == 400
    (box,) = html.fromstring(answer.text).xpath("descendant-or-self::form[@data-join]")
    return (
        box.xpath(".//input[@name='item' and @type='hidden']/@value"),
        box.xpath(".//div[@data-pieces]//label/text()"),
        box.xpath(".//input[@name='pieces' and @checked]/@value"),
        box.xpath("string(.//input[@name='title']/@value)"),
    )


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "part"])
@pytest.mark.parametrize("lacks", ["title", "pieces", "second"])
def test_a_refused_joining_offers_what_was_offered(year, client_for, lacks, headers):
    client, code = client_for(year.collector), year.item.consideration.code
    zero, first, second = pieces_of(year, 3)
    make_evidence(year.office, by=year.collector, title="เรื่องอื่น")
    sent = {"title": "ประมวลภาพ", "item": code, "offered": [second.pk, zero.pk, first.pk]}
    sent["pieces"] = [second.pk, first.pk]
    if lacks == "second":
        sent["pieces"] = [first.pk]
    else:
        sent[lacks] = []
    answer = client.post(url(year, "evidence_join"), sent, headers=headers)
    codes, offered, ticked, title = refused(answer)
    assert codes == [code]
    assert offered == ["ภาพที่ 2", "ภาพที่ 0", "ภาพที่ 1"]
    assert ticked == [str(pk) for pk in sent["pieces"]]
    assert title == (sent["title"] or "")
    said = "ช่องนี้" if lacks == "title" else "โปรดเลือกอย่างน้อยสองรายการที่เป็นเรื่องเดียวกัน"
    assert said in read(answer.text)
    assert ("<html" in answer.text) == (not headers)
    assert "Pieces" not in answer.text


def test_what_is_offered_for_joining_is_ones_own_offices_and_there_still(year, client_for):
    client, (zero, gone) = client_for(year.collector), pieces_of(year)
    stranger = make_person(make_office("skn9"))
    other = make_evidence(stranger.office, by=stranger, title="ของสำนักงานอื่น")
    remove_evidence(gone, by=year.collector, why="ซ้ำ")
    offered = [other.pk, gone.pk, zero.pk, "x", "๙", "9" * 30]
    answer = client.post(url(year, "evidence_join"), {"offered": offered, "title": "ก"})
    assert refused(answer) == ([], ["ภาพที่ 0"], [], "ก")


def test_the_box_takes_a_browser_on_when_its_script_sent_it(year, client_for):
    fields = {"pieces": [piece.pk for piece in pieces_of(year)], "title": "ประมวลภาพ"}
    htmx = {"HX-Request": "true"}
    answer = client_for(year.collector).post(url(year, "evidence_join"), fields, headers=htmx)
    joined = Evidence.objects.get(title="ประมวลภาพ")
    assert answer.headers["HX-Redirect"] == url(year, "evidence", joined.pk)


def test_one_piece_alone_is_not_joined(year, client_for):
    assert join(year, client_for(year.collector), pieces_of(year, 1)).status_code == 400
    assert join(year, client_for(year.collector), pieces_of(year), title=" ").status_code == 400


def test_only_what_was_joined_is_separated(year, client_for):
    first, second, joined = pieces_of(year, 3)
    parts = f"{first.pk}.{second.pk}"
    answer = client_for(year.collector).post(
        url(year, "evidence_separate", joined.pk), {"pieces": parts}
    )
    assert answer.status_code == 409
    for wrong in ("x", "1..2", "", "9" * 30):
        answer = client_for(year.collector).post(
            url(year, "evidence_separate", joined.pk), {"pieces": wrong}
        )
        assert answer.status_code == 400
    assert Evidence.objects.kept().count() == 3


# -- what was asked and said about them -------------------------------------------------
def ask_about(year, piece):
    """A request and a discussion about a piece."""
    item, by = load_again(year.item), load_again(year.member)
    asked = requests.ask(item, text=f"ขอหน้า 3: {piece.title}", evidence=piece, by=by)
    said = threads.open_thread(piece, text=f"ภาพไม่ชัด: {piece.title}", by=by)
    return asked, said.comment.thread


def where(rows):
    """Of each request or discussion the piece that it is about now."""
    model = type(rows[0])
    there = dict(model.objects.values_list("pk", "evidence"))
    return [there[row.pk] for row in rows]


def test_what_was_asked_and_said_goes_along_and_comes_back(year, client_for):
    client, pieces = client_for(year.collector), pieces_of(year, 3)
    asked, said = zip(*(ask_about(year, piece) for piece in pieces), strict=True)
    answer = join(year, client, pieces[:2])
    joined = Evidence.objects.get(title="ประมวลภาพ")
    now = [joined.pk, joined.pk, pieces[2].pk]
    assert (where(asked), where(said)) == (now, now)
    reader = client_for(year.staff)
    page = read(reader.get(url(year, "evidence", joined.pk)).text)
    for text in ("ขอหน้า 3: ภาพที่ 0", "ขอหน้า 3: ภาพที่ 1", "ภาพไม่ชัด: ภาพที่ 1"):
        assert text in page
    assert url(year, "evidence", pieces[0].pk) in page
    left = read(reader.get(url(year, "evidence", pieces[0].pk)).text)
    assert "คำขอและการพูดคุยเกี่ยวกับหลักฐานนี้ย้ายไปอยู่ที่" in left
    assert url(year, "evidence", joined.pk) in left
    undo(client, answer)
    back = [piece.pk for piece in pieces]
    assert (where(asked), where(said)) == (back, back)
    for model in (ItemRequest, Thread):
        assert not model.objects.exclude(first_evidence=None).exists()
    assert not Evidence.objects.exclude(joined_into=None).exists()


def test_a_request_about_a_joined_piece_goes_its_way(year, client_for):
    pieces = pieces_of(year)
    asked, said = ask_about(year, pieces[0])
    requests.finish(asked, text="เปลี่ยนแล้ว", by=year.collector)
    join(year, client_for(year.collector), pieces)
    asked = ItemRequest.objects.select_related("item__assessment", "evidence").get(pk=asked.pk)
    requests.send_back(asked, text="ยังไม่ชัด", seen=asked.version, by=load_again(year.member))
    thread = Thread.objects.select_related("evidence").get(pk=said.pk)
    threads.comment(thread, text="ขอใหม่", by=load_again(year.staff))
    assert asked.state == "open"
    assert thread.comments.count() == 2


def test_what_came_since_stays_with_a_piece_that_is_cited_there(year):
    pieces = pieces_of(year)
    withdraw_citation(pieces[0].citations.get(), by=load_again(year.collector))
    joined = join_evidence(pieces, title="รวม", by=load_again(year.collector))
    asked, said = ask_about(year, joined)
    separate_evidence(joined, pieces, by=load_again(year.collector))
    assert where([asked]) == [pieces[1].pk]
    assert where([said]) == [pieces[0].pk]


def test_joined_twice_each_comes_back_to_where_it_was(year):
    first, second, third = pieces_of(year, 3)
    asked, said = zip(*(ask_about(year, piece) for piece in (first, second, third)), strict=True)
    by = load_again(year.collector)
    inner = join_evidence([first, second], title="รวม", by=by)
    outer = join_evidence([third, inner], title="รวมอีก", by=by)
    assert set(where(asked) + where(said)) == {outer.pk}
    separate_evidence(outer, [third, inner], by=by)
    assert where(asked) == where(said) == [inner.pk, inner.pk, third.pk]
    separate_evidence(inner, [first, second], by=by)
    assert where(asked) == where(said) == [first.pk, second.pk, third.pk]


def test_a_locked_year_keeps_its_requests_as_they_stand(year):
    pieces = pieces_of(year)
    asked, _said = ask_about(year, pieces[0])
    for piece in pieces:
        withdraw_citation(piece.citations.get(), by=load_again(year.collector))
    year.lock()
    joined = join_evidence(pieces, title="รวม", by=load_again(year.collector))
    assert where([asked]) == [pieces[0].pk]
    assert list(joined.parts.order_by("pk")) == pieces


def test_restored_by_itself_or_removed_again_a_piece_is_part_of_nothing(year):
    pieces, by = pieces_of(year), load_again(year.collector)
    joined = join_evidence(pieces, title="รวม", by=by)
    restore_evidence(pieces[0], by=by)
    assert list(joined.parts.all()) == [pieces[1]]
    remove_evidence(pieces[0], by=by, why="ซ้ำ")
    assert list(joined.parts.all()) == [pieces[1]]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_discussion_begun_while_they_are_joined_is_not_left_behind(blob_root):
    year = make_content_year()
    pieces = pieces_of(year)

    def deed(number):
        if number == 0:
            return join_evidence(pieces, title="รวม", by=load_again(year.collector))
        piece = Evidence.objects.get(pk=pieces[number % 2].pk)
        return threads.open_thread(piece, text="เบลอ", by=load_again(year.staff))

    joined, *said = together(6, deed)
    assert all(isinstance(one, MoveRefused | threads.SentComment) for one in said), said
    assert set(Thread.objects.values_list("evidence", flat=True)) <= {joined.pk}
