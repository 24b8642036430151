"""Pages of scores: private until handed in, side by side afterwards, never 0 for nothing."""

import pytest
from django.urls import reverse

from indicators.models import AgreedScore, Score
from indicators.scores.scores import agree, hand_in_scores, save_score
from tests.factories.content import make_content_year
from tests.factories.loading import load_again
from tests.factories.people import make_reviewer
from tests.factories.reading import read

PAGES = ["scoring", "committee_room", "arithmetic"]
WHY = "มีหลักฐานเชิงประจักษ์ครบถ้วน"
HTMX = {"HX-Request": "true"}


def url(year, name, *more):
    return reverse(f"indicators:{name}", args=[*year.args, *more])


def code(year):
    return year.item.consideration.code


def chosen(level=4, reason=WHY, seen=0):
    return {"level": level, "reason": reason, "seen": seen}


def score_all(year, by, level=4, reason=WHY, hand=True):
    for item in year.items:
        save_score(load_again(item), level=level, reason=reason, version=0, by=by)
    if hand:
        hand_in_scores(year.assessment, by=by)


# -- who ----------------------------------------------------------------------------
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["staff", "collector", "member", "coordinator", "director"])
def test_everybody_of_the_office_opens(year, client_for, name, who):
    answer = client_for(getattr(year, who)).get(url(year, name))
    assert answer.status_code == 200
    assert "ยังไม่มีคะแนน" in answer.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_strangers_get_404_and_guests_the_sign_in(year, client, client_for, name):
    for person in (make_content_year("skn1").coordinator, make_reviewer()):
        assert client_for(person).get(url(year, name)).status_code == 404
    assert client.get(url(year, name)).status_code == 302


@pytest.mark.parametrize("name", ["score_save", "agree_save"])
def test_acts_refuse_get_and_strangers(year, client_for, name):
    address = url(year, name, code(year))
    assert client_for(year.coordinator).get(address).status_code == 405
    stranger = client_for(make_content_year("skn1").coordinator)
    assert stranger.post(address, chosen()).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("member", 302), ("staff", 403), ("coordinator", 403), ("collector", 403)]
)
def test_only_members_score(year, client_for, who, status):
    answer = client_for(getattr(year, who)).post(url(year, "score_save", code(year)), chosen())
    assert answer.status_code == status
    assert Score.objects.count() == (status == 302)


@pytest.mark.parametrize(
    ("who", "status"), [("coordinator", 302), ("member", 403), ("director", 403), ("staff", 403)]
)
def test_only_the_coordinator_records_agreement(year, client_for, who, status):
    answer = client_for(getattr(year, who)).post(url(year, "agree_save", code(year)), chosen())
    assert answer.status_code == status
    assert AgreedScore.objects.count() == (status == 302)


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(("name", "who"), [("score_save", "staff"), ("agree_save", "member")])
def test_authority_is_asked_before_what_was_typed(year, client_for, name, who, headers):
    answer = client_for(getattr(year, who)).post(
        url(year, name, code(year)), chosen(level="", reason=""), headers=headers
    )
    assert answer.status_code == 403


def test_sheet_says_what_the_member_has_not_scored(year, client_for):
    page = client_for(year.member).get(url(year, "scoring")).content.decode()
    assert page.count("ท่านยังไม่ได้ให้คะแนน") == len(page.split('class="panel score-card"')) - 1
    assert "คะแนนมติคณะกรรมการ:" not in page


def test_locked_sheet_shows_what_was_agreed(year, client_for):
    agree(load_again(year.item), level=3, reason="ที่ประชุมเห็นพ้อง", version=0, by=year.coordinator)
    year.lock()
    page = read(client_for(year.member).get(url(year, "scoring")).content.decode())
    assert '<span class="level-chip">3</span> ที่ประชุมเห็นพ้อง' in page
    assert "ท่านยังไม่ได้ให้คะแนน" in page
    assert 'name="level"' not in page


# -- my sheet -----------------------------------------------------------------------
def test_htmx_gets_the_card_with_the_server_s_time_and_the_progress(
    year, client_for, time_machine_at
):
    time_machine_at("2017-08-01T02:30:00Z")
    answer = client_for(year.member).post(
        url(year, "score_save", code(year)), chosen(reason=""), headers=HTMX
    )
    card = answer.content.decode()
    assert "<html" not in card
    assert "บันทึกแล้ว เวลา 09.30 น." in read(card)
    assert 'name="seen" value="1"' in card
    assert 'id="score-progress" hx-swap-oob="true"' in card


@pytest.mark.parametrize("level", ["", "0", "6", "3.5", "ห้า"])
def test_a_nonsense_level_is_refused_and_the_reason_kept(year, client_for, level):
    answer = client_for(year.member).post(
        url(year, "score_save", code(year)), chosen(level, "เหตุผลที่พิมพ์"), headers=HTMX
    )
    assert "เหตุผลที่พิมพ์" in answer.content.decode()
    assert not Score.objects.exists()


def test_a_stale_choice_says_so_and_keeps_what_was_typed(year, client_for):
    client = client_for(year.member)
    client.post(url(year, "score_save", code(year)), chosen(4))
    answer = client.post(url(year, "score_save", code(year)), chosen(2, "พิมพ์ใหม่"), headers=HTMX)
    card = answer.content.decode()
    assert "พิมพ์ใหม่" in card
    assert 'role="alert"' in card
    assert Score.objects.get().level == 4


def test_no_level_is_preset(year, client_for):
    page = client_for(year.member).get(url(year, "scoring")).content.decode()
    assert 'type="radio"' in page
    assert "checked" not in page


def test_handing_in_and_taking_back_through_the_page(year, client_for):
    client = client_for(year.member)
    answer = client.post(url(year, "scores_hand_in"), follow=True)
    assert "alert-error" in answer.content.decode()
    score_all(year, year.member, hand=False)
    client.post(url(year, "scores_hand_in"))
    assert Score.objects.filter(handed_in_at__isnull=False).count() == 4
    page = client.get(url(year, "scoring")).content.decode()
    assert 'type="radio"' not in page
    client.post(url(year, "scores_take_back"))
    assert not Score.objects.filter(handed_in_at__isnull=False).exists()


def test_scores_that_could_not_be_taken_back_are_asked_for_once(year, client_for):
    score_all(year, year.member, hand=False)
    agree(load_again(year.item), level=4, reason=WHY, version=0, by=year.coordinator)
    client = client_for(year.member)
    for asked in (client.get, client.post):
        page = asked(url(year, "scores_hand_in")).content.decode()
        assert 'name="asked"' in page
        assert "ดึงกลับหรือแก้ไขไม่ได้อีก" in page
    assert not Score.objects.filter(handed_in_at__isnull=False).exists()
    client.post(url(year, "scores_hand_in"), {"asked": "on"})
    assert Score.objects.filter(assessor=year.member, handed_in_at__isnull=False).count() == 4


def test_the_filter_shows_what_is_unscored(year, client_for):
    save_score(load_again(year.item), level=4, reason=WHY, version=0, by=year.member)
    answer = client_for(year.member).get(url(year, "scoring"), {"show": "unscored"})
    assert [card.item.pk for card in answer.context["cards"]] == [i.pk for i in year.items[1:]]


def test_the_sheet_shows_one_standard_and_leads_on(db, blob_root, client_for):
    year = make_content_year(size=(3, 1, 2))
    client = client_for(year.member)
    shown = client.get(url(year, "scoring"))
    assert [c.item.consideration.code for c in shown.context["cards"]] == ["1.1.1", "1.1.2"]
    assert 'href="?standard=2"' in shown.content.decode()
    for item in year.items[:2]:
        save_score(load_again(item), level=4, reason=WHY, version=0, by=year.member)
    # What is left comes first; what is done can be asked for.
    assert client.get(url(year, "scoring")).context["counts"].part.row.code == "2"
    asked = client.get(url(year, "scoring"), {"standard": "1"}).context
    assert [card.own.level for card in asked["cards"]] == [4, 4]
    assert [(one.done, one.total) for one in asked["counts"].parts] == [(2, 2), (0, 2), (0, 2)]
    assert (
        client.get(url(year, "scoring"), {"standard": "ไม่มี"}).context["counts"].part.row.code == "2"
    )


def test_saving_without_script_returns_to_the_card(db, blob_root, client_for):
    year = make_content_year(size=(2, 1, 1))
    item = year.items[1]
    answer = client_for(year.member).post(
        url(year, "score_save", item.consideration.code), chosen()
    )
    assert answer.url == f"{url(year, 'scoring')}?standard=2#card-{item.pk}"


# -- privacy ------------------------------------------------------------------------
SECRET = "ความเห็นส่วนตัวของกรรมการ"


def pages_of(year, client):
    addresses = [
        url(year, "committee_room"),
        url(year, "scoring"),
        url(year, "indicator", year.item.consideration.indicator.code),
        url(year, "item", code(year)),
    ]
    return "".join(read(client.get(address).content.decode()) for address in addresses)


@pytest.mark.parametrize("who", ["staff", "collector", "second", "coordinator", "director"])
def test_nobody_sees_a_score_that_was_not_handed_in(year, client_for, who):
    score_all(year, year.member, reason=SECRET, hand=False)
    assert SECRET not in pages_of(year, client_for(getattr(year, who)))
    assert SECRET in pages_of(year, client_for(year.member))


@pytest.mark.parametrize(
    ("who", "sees"),
    [("second", True), ("coordinator", True), ("director", True), ("staff", False)],
)
def test_handed_in_scores_are_seen_by_whom_they_concern(year, client_for, who, sees):
    score_all(year, year.member, reason=SECRET)
    assert (SECRET in pages_of(year, client_for(getattr(year, who)))) is sees


# -- the room -----------------------------------------------------------------------
def test_the_room_marks_who_stands_apart(year, client_for):
    score_all(year, year.member, 5)
    score_all(year, year.second, 3)
    client = client_for(year.coordinator)
    answer = client.get(url(year, "committee_room"))
    assert answer.context["apart"] == 4
    assert [s.level for s in answer.context["cards"][0].shown] == [5, 3]
    agree(load_again(year.item), level=4, reason=WHY, version=0, by=year.coordinator)
    left = client.get(url(year, "committee_room"), {"show": "open"}).context["cards"]
    assert year.item.pk not in {card.item.pk for card in left}


def test_a_stale_agreement_shows_what_stands_and_keeps_what_was_typed(year, client_for):
    client = client_for(year.coordinator)
    client.post(url(year, "agree_save", code(year)), chosen(4))
    answer = client.post(url(year, "agree_save", code(year)), chosen(2, "เหตุผลใหม่"), headers=HTMX)
    card = answer.content.decode()
    assert "เหตุผลใหม่" in card
    assert 'role="alert"' in card
    assert AgreedScore.objects.get().level == 4


def test_a_locked_year_refuses_every_score_readably(year, client_for):
    score_all(year, year.member)
    year.lock()
    for who, name, more in (
        ("member", "score_save", [code(year)]),
        ("coordinator", "agree_save", [code(year)]),
        ("member", "scores_take_back", []),
        ("member", "scores_hand_in", []),
    ):
        answer = client_for(getattr(year, who)).post(url(year, name, *more), chosen())
        assert answer.status_code == 409
        assert "ยังไม่ได้ดำเนินการ" in answer.content.decode()


# -- arithmetic ---------------------------------------------------------------------
def test_the_arithmetic_shows_exact_fractions_that_match(year, client_for):
    for item, level in zip(year.items, (4, 5, 3, 2), strict=True):
        agree(load_again(item), level=level, reason=WHY, version=0, by=year.coordinator)
    page = client_for(year.staff).get(url(year, "arithmetic")).content.decode()
    for text in ("14 ÷ 3 = 14/3", "4.67", "7 ÷ 3 = 7/3", "2.33", "28/9", "3.11"):
        assert text in page
    assert 'data-label="ค่า">ยังไม่มีคะแนน' not in page


def test_pages_cost_the_same_with_many_items_and_members(
    db, blob_root, client_for, django_assert_max_num_queries
):
    counts = {}
    for office, size in (("skn2", (1, 1, 1)), ("skn3", (3, 2, 5))):
        year = make_content_year(office, size=size)
        score_all(year, year.member)
        for name in PAGES:
            for who in ("coordinator", "member"):
                client = client_for(getattr(year, who))
                client.get(url(year, name))
                with django_assert_max_num_queries(40) as found:
                    client.get(url(year, name))
                counts.setdefault((name, who), []).append(len(found))
    for name, (one, thirty) in counts.items():
        assert one == thirty, name
