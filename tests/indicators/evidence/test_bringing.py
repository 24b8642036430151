"""Each file a piece of evidence of its own, or several one piece; joined, and separated again."""

import re

import pytest
from django.urls import reverse

from indicators.evidence.blobs import store
from indicators.evidence.evidence import revise
from indicators.models import Citation, Evidence, EvidenceFile, Item
from tests.factories.content import make_evidence
from tests.factories.files import make_image, make_pdf, make_upload
from tests.factories.loading import load_again
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
    assert answer.url.endswith(f"/items/{code}/#evidence")
    joined = Evidence.objects.get(title="ประมวลภาพ")
    assert [file.name for file in joined.revisions.get().files.all()] == ["ภาพ 0.pdf", "ภาพ 1.pdf"]
    assert [c.evidence for c in Citation.objects.kept()] == [joined]
    undo(client, answer)
    kept = Evidence.objects.kept()
    assert sorted(row.title for row in kept) == ["ภาพที่ 0", "ภาพที่ 1"]
    assert {c.evidence for c in Citation.objects.kept()} == set(pieces)


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
