"""Acting for the director ends at midnight in Bangkok, wherever the process believes to be."""

import os
import time
from datetime import date, datetime

import pytest

import thai
from core import clock
from core.refusals import NotAllowed, RuleBroken
from indicators.evidence import blobs
from people import members, roles, rules
from people.roles import deciding
from people.states import Role
from tests.factories.files import make_image, make_upload
from tests.factories.loading import load_again
from tests.factories.people import act_for, grant, make_person
from tests.factories.workflow import load_proposal, make_cycle, make_proposed
from workflow.papers import decisions
from workflow.papers.correcting import correct
from workflow.states import ProposalState

pytestmark = pytest.mark.django_db
LAST_DAY = date(2017, 1, 10)


@pytest.fixture(params=["UTC", "Asia/Bangkok"])
def zone(request):
    """The process's own time zone, as a machine may have it set."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


@pytest.fixture
def endorsed(office, cast):
    with clock.pretend(datetime(2017, 1, 9, 9, 0, tzinfo=thai.BANGKOK)):
        cycle = make_cycle(office, by=cast.coordinator)
        proposal = make_proposed(cycle, by=cast.coordinator)
        decisions.endorse(proposal, by=cast.deputy)
    act_for(cast.group_director, Role.DIRECTOR, since=date(2017, 1, 1), until=LAST_DAY)
    return load_proposal(proposal.pk)


def test_acting_director_one_second_before_midnight_signs_as_such(zone, office, cast, endorsed):
    acting = load_again(cast.group_director)
    with clock.pretend(datetime(2017, 1, 10, 23, 59, 59, tzinfo=thai.BANGKOK)):
        decisions.approve(endorsed, by=acting, dated=LAST_DAY)
    signed = load_proposal(endorsed.pk)
    assert signed.state == ProposalState.APPROVED
    assert signed.dated == LAST_DAY
    assert signed.signed_as["acting"] == f"ผู้อำนวยการ{office.name}"


def test_acting_director_one_second_after_midnight_is_refused(zone, cast, endorsed):
    acting = load_again(cast.group_director)
    with clock.pretend(datetime(2017, 1, 11, 0, 0, 1, tzinfo=thai.BANGKOK)):
        for dated in (None, LAST_DAY):
            with pytest.raises(NotAllowed):
                decisions.approve(endorsed, by=acting, dated=dated)
    assert load_proposal(endorsed.pk).state == ProposalState.ENDORSED


def test_page_of_what_an_acting_director_signed_says_so(client_for, office, cast, endorsed):
    with clock.pretend(datetime(2017, 1, 10, 9, 0, tzinfo=thai.BANGKOK)):
        decisions.approve(endorsed, by=load_again(cast.group_director))
    page = client_for(cast.staff).get(
        f"/o/{office.code}/{endorsed.cycle.assessment.fiscal_year}/proposals/announcement/"
    )
    assert f"รักษาราชการแทน ผู้อำนวยการ{office.name}" in thai.to_arabic_digits(page.content.decode())


def test_a_role_written_back_signs_nothing_dated_before_its_confirmation(office, cast, endorsed):
    new, giver = make_person(office), make_person(office, Role.ADMIN)
    given = {"role": Role.DIRECTOR, "since": date(2016, 6, 24), "office": office}
    with clock.pretend(datetime(2017, 1, 9, 9, 0, tzinfo=thai.BANGKOK)):
        row = roles.grant_role(new, by=giver, **given)
    with clock.pretend(datetime(2017, 1, 12, 0, 0, 1, tzinfo=thai.BANGKOK)):
        deciding.confirm(row, by=cast.director)
        for earlier in (date(2017, 1, 9), date(2017, 1, 11)):
            assert new not in roles.holders(office, Role.DIRECTOR, day=earlier)
            assert not rules.is_director(load_again(new), office.pk, earlier)
            with pytest.raises(RuleBroken) as refused:
                decisions.approve(load_proposal(endorsed.pk), by=load_again(new), dated=earlier)
            assert refused.value.field == "dated"
        decisions.approve(load_proposal(endorsed.pk), by=load_again(new), dated=date(2017, 1, 12))


# -- who signed and left since ------------------------------------------------------------------
SIGNED = date(2017, 1, 12)  # nobody acts any more
LATER = datetime(2017, 2, 1, 9, 0, tzinfo=thai.BANGKOK)


@pytest.fixture
def successor(office, cast):
    """Director since the day after the old one's last; that one's account is closed."""
    with clock.pretend(LATER):
        members.deactivate_person(load_again(cast.director), by=None, why="เกษียณอายุราชการ")
    return grant(make_person(office), Role.DIRECTOR, since=LATER.date()).user


def record(proposal, by, **options):
    blob = blobs.store(make_upload("ลงนาม.png", make_image("PNG")), office=by.office, by=by)
    scan = decisions.SignedScan(blob, "ลงนาม.png")
    return decisions.approve(load_proposal(proposal.pk), by=load_again(by), scan=scan, **options)


@pytest.mark.parametrize("who", ["deputy", "successor"])
def test_what_the_director_signed_before_leaving_is_recorded_after(cast, endorsed, successor, who):
    with clock.pretend(LATER):
        record(endorsed, {"deputy": cast.deputy, "successor": successor}[who], dated=SIGNED)
    signed = load_proposal(endorsed.pk)
    assert (signed.approved_by, signed.dated) == (cast.director, SIGNED)
    assert signed.signed_as["name"] == cast.director.full_name


def test_nothing_is_signed_after_leaving(cast, endorsed, successor):
    day_after = date(2017, 2, 1)
    with clock.pretend(LATER):
        with pytest.raises(RuleBroken) as refused:
            decisions.approve(endorsed, by=load_again(successor), dated=SIGNED)
        assert refused.value.field == "dated"
        record(endorsed, cast.deputy, dated=day_after)
    assert load_proposal(endorsed.pk).approved_by == successor


def test_the_successor_corrects_what_was_signed_before(cast, endorsed, successor):
    with clock.pretend(datetime(2017, 1, 12, 9, 0, tzinfo=thai.BANGKOK)):
        type(cast.director).objects.filter(pk=cast.director.pk).update(is_active=True)
        decisions.approve(endorsed, by=load_again(cast.director))
        type(cast.director).objects.filter(pk=cast.director.pk).update(is_active=False)
    with clock.pretend(LATER):
        paper, right = load_proposal(endorsed.pk), date(2017, 1, 11)
        with pytest.raises(RuleBroken):
            correct(paper, by=load_again(successor), why="พิมพ์ผิด", dated=LATER.date())
        correct(paper, by=load_again(successor), why="พิมพ์ผิด", dated=right)
    fixed = endorsed.cycle.proposals.get(kind="announcement", state=ProposalState.APPROVED)
    assert (fixed.dated, fixed.approved_by) == (right, cast.director)


# -- corrected after the acting was over --------------------------------------------------------
def end_acting(cast, admin):
    roles.end_acting(cast.group_director.acting_periods.get(), by=load_again(admin))


def end_role(cast, admin):
    roles.end_role(cast.director.role_grants.get(), by=load_again(admin))


def close_account(cast, admin):
    members.deactivate_person(load_again(cast.director), by=None, why="ถึงแก่กรรม")


@pytest.mark.parametrize(
    ("signer", "ended", "begun"),
    [
        ("group_director", end_acting, date(2017, 1, 1)),
        ("group_director", end_acting, LAST_DAY),
        ("director", end_role, None),
        ("director", close_account, None),
    ],
)
def test_a_number_is_corrected_on_the_day_on_which_the_signer_s_power_ended(
    office, cast, cycle, assigned, signer, ended, begun
):
    """Ended with that very request it counts until the day before, and yet the paper was signed."""
    admin, new = make_person(office, Role.ADMIN), make_person(office, Role.DIRECTOR)
    if begun:
        act_for(cast.group_director, Role.DIRECTOR, since=begun, until=date(2017, 1, 20))
    with clock.pretend(datetime(2017, 1, 10, 9, 0, tzinfo=thai.BANGKOK)):
        order = make_proposed(cycle, "order", by=cast.coordinator)
        decisions.endorse(order, by=cast.deputy)
        by = load_again(getattr(cast, signer))
        decisions.approve(load_proposal(order.pk), by=by, number="174", memo_number="5")
    with clock.pretend(datetime(2017, 1, 10, 15, 0, tzinfo=thai.BANGKOK)):
        ended(cast, admin)
        standing = load_proposal(order.pk)
        numbers = {"number": "147", "memo_number": "5"}
        with pytest.raises(RuleBroken) as refused:
            correct(standing, by=load_again(new), why="ผิด", dated=date(2017, 1, 11), **numbers)
        assert refused.value.field == "dated"
        fixed = correct(standing, by=load_again(new), why="ผิด", dated=LAST_DAY, **numbers)
    assert (fixed.number, fixed.dated, fixed.approved_by) == ("147", LAST_DAY, by)
    assert fixed.signed_as == standing.signed_as


@pytest.mark.parametrize("right", [date(2017, 1, 9), LAST_DAY, date(2017, 1, 12)])
def test_under_another_date_the_signature_says_how_the_office_was_held(
    office, cast, endorsed, right
):
    """Acting until the tenth, appointed on the eleventh, and back again by a second correction."""
    grant(cast.group_director, Role.DIRECTOR, since=date(2017, 1, 11))
    with clock.pretend(datetime(2017, 1, 12, 9, 0, tzinfo=thai.BANGKOK)):
        decisions.approve(endorsed, by=load_again(cast.group_director), dated=date(2017, 1, 11))
    standing, by = load_proposal(endorsed.pk), load_again(cast.director)
    assert standing.signed_as["acting"] == ""
    with clock.pretend(datetime(2017, 1, 13, 9, 0, tzinfo=thai.BANGKOK)):
        fixed = correct(standing, by=by, why="พิมพ์ผิด", dated=right)
        acted = f"ผู้อำนวยการ{office.name}" if right <= LAST_DAY else ""
        assert fixed.signed_as == {**standing.signed_as, "acting": acted}
        assert fixed.decisions.get(move="approve").acting is bool(acted)
        assert not fixed.decisions.get(move="endorse").acting
        again = correct(load_proposal(fixed.pk), by=by, why="ถูกแล้ว", dated=standing.dated)
    assert again.signed_as == standing.signed_as
    assert not again.decisions.get(move="approve").acting
