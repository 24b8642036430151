"""The committees of an order bear one name each, wherever they are named."""

from django.utils.translation import override

from workflow.papers import diff
from workflow.papers.committee.labels import official_part, official_seat
from workflow.papers.forms.proposals import place_choices
from workflow.states import CommitteePart, Seat

STEERING, WORKING = CommitteePart.STEERING, CommitteePart.WORKING


def test_the_names_are_those_of_official_papers_in_every_language():
    with override("en"):
        assert official_part(CommitteePart.ADVISER) == "คณะกรรมการที่ปรึกษา"
        assert official_part(STEERING) == "คณะกรรมการอำนวยการ"
        assert official_part(WORKING, "1", "องค์การ") == "คณะกรรมการดำเนินงาน มาตรฐานที่ 1 องค์การ"
        assert official_seat(CommitteePart.ADVISER, Seat.CHAIR) == "ประธานที่ปรึกษา"
        assert official_seat(STEERING, Seat.ASSISTANT_SECRETARY) == "กรรมการและผู้ช่วยเลขานุการ"


def test_form_and_changes_use_the_same_names():
    with override("th"):
        assert [label for _value, label in place_choices(["1"])] == [
            official_part(CommitteePart.ADVISER),
            official_part(STEERING),
            official_part(WORKING, "1"),
        ]
        row = {"user": 1, "part": "adviser", "standard": None, "seat": "member"}
        assert diff._seats({"members": [row]}) == {1: ["คณะกรรมการที่ปรึกษา · ที่ปรึกษา"]}
