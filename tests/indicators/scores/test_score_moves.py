"""Choosing, handing in, taking back and agreeing: each × how far the committee is."""

import pytest

from core.refusals import MoveRefused, NotAllowed, Refused, RuleBroken, StaleEdit
from indicators.models import AgreedScore, Score
from indicators.scores.scores import agree, hand_in_scores, save_score, take_back_scores
from tests.factories.everything import changed, everything
from tests.factories.loading import load_again

WHY = "มีร่องรอยครบถ้วน"
STAGES = ["nothing", "chosen", "handed in", "agreed"]


def choose_all(year, *, reason=WHY):
    for item in year.items:
        save_score(load_again(item), level=3, reason=reason, version=0, by=year.member)


def bring_to(year, stage):
    """The member's scores and the committee, as they get there."""
    if stage != "nothing":
        choose_all(year)
    if stage in ("handed in", "agreed"):
        hand_in_scores(year.assessment, by=year.member)
    if stage == "agreed":
        agree(load_again(year.item), level=4, reason=WHY, version=0, by=year.coordinator)


DEEDS = {
    "choose": lambda year: save_score(
        load_again(year.item), level=5, reason=WHY, version=_version(year), by=year.member
    ),
    "hand in": lambda year: hand_in_scores(year.assessment, by=year.member),
    "take back": lambda year: take_back_scores(year.assessment, by=year.member),
    "agree": lambda year: agree(
        load_again(year.item), level=2, reason=WHY, version=_agreed(year), by=year.coordinator
    ),
}
REFUSED = {
    "choose": {"handed in": MoveRefused, "agreed": MoveRefused},
    "hand in": {"nothing": RuleBroken, "handed in": MoveRefused, "agreed": MoveRefused},
    "take back": {"nothing": MoveRefused, "chosen": MoveRefused, "agreed": MoveRefused},
    "agree": {},
}


def _version(year):
    own = Score.objects.filter(item=year.item, assessor=year.member).first()
    return own.version if own else 0


def _agreed(year):
    row = AgreedScore.objects.filter(item=year.item).first()
    return row.version if row else 0


def refused(kind, deed, *args, **fields):
    before = everything()
    with pytest.raises(kind) as refusal:
        deed(*args, **fields)
    assert changed(before) == set()
    assert refusal.value.message.strip()
    return refusal.value


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", DEEDS)
def test_deed_at_every_stage(year, name, stage):
    bring_to(year, stage)
    if kind := REFUSED[name].get(stage):
        refused(kind, DEEDS[name], year)
        return
    before = everything()
    DEEDS[name](year)
    assert changed(before) >= {
        "indicators.AgreedScore" if name == "agree" else "indicators.Score",
    }
    handed_in = Score.objects.filter(handed_in_at__isnull=False).count()
    if name in ("hand in", "take back"):
        assert handed_in == (len(year.items) if name == "hand in" else 0)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("name", DEEDS)
def test_no_deed_in_a_locked_year(year, name, stage):
    bring_to(year, stage)
    year.lock()
    refused(MoveRefused, DEEDS[name], year)


@pytest.mark.parametrize("who", ["staff", "collector"])
@pytest.mark.parametrize("name", DEEDS)
def test_others_than_the_committee_do_nothing(year, name, who):
    bring_to(year, "chosen")
    year.member = year.coordinator = getattr(year, who)
    refused(NotAllowed, DEEDS[name], year)


def test_one_member_cannot_take_back_for_another(year):
    bring_to(year, "handed in")
    refused(MoveRefused, take_back_scores, year.assessment, by=year.second)
    assert Score.objects.filter(assessor=year.member, handed_in_at__isnull=False).exists()


def test_of_two_windows_one_wins(year):
    """Both windows were opened on nothing, then both on the first save."""
    item = load_again(year.item)
    save_score(item, level=3, reason=WHY, version=0, by=year.member)
    stale = refused(StaleEdit, save_score, item, level=4, reason=WHY, version=0, by=year.member)
    assert 3 in stale.theirs.values()
    version = _version(year)
    save_score(item, level=5, reason=WHY, version=version, by=year.member)
    refused(StaleEdit, save_score, item, level=1, reason=WHY, version=version, by=year.member)


def test_of_two_agreements_one_wins_and_the_other_reads_it(year):
    item = load_again(year.item)
    agree(item, level=4, reason=WHY, version=0, by=year.coordinator)
    stale = refused(StaleEdit, agree, item, level=2, reason="อื่น", version=0, by=year.coordinator)
    assert {4, WHY} <= set(stale.theirs.values())
    assert year.coordinator.full_name in stale.message


@pytest.mark.parametrize("level", [0, 6, -1])
@pytest.mark.parametrize("name", ["save_score", "agree"])
def test_levels_off_the_scale_are_no_levels(year, name, level):
    deed, by = {"save_score": (save_score, year.member), "agree": (agree, year.coordinator)}[name]
    refused(RuleBroken, deed, load_again(year.item), level=level, reason=WHY, version=0, by=by)


def test_handing_in_names_how_many_and_which_are_missing(year):
    save_score(load_again(year.items[0]), level=3, reason="", version=0, by=year.member)
    said = refused(RuleBroken, hand_in_scores, year.assessment, by=year.member).message
    assert str(len(year.items) - 1) in said
    for item in year.items[1:]:
        save_score(load_again(item), level=3, reason=WHY, version=0, by=year.member)
    said = refused(Refused, hand_in_scores, year.assessment, by=year.member).message
    assert year.item.consideration.code in said
    assert year.items[1].consideration.code not in said
