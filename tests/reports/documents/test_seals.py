import secrets
from dataclasses import replace

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.history import log_event
from core.models import Event
from core.refusals import RuleBroken
from reports.documents.seals import ALPHABET, LENGTH, grouped, read_code, seal_for
from reports.models import Seal
from reports.render.html import to_html
from reports.snapshot import from_json, to_json
from reports.states import DocumentKind
from tests.factories.crowd import all_at_once
from tests.factories.papers import make_announcement
from tests.factories.register import make_paper
from tests.factories.workflow import assign_all, make_approved
from workflow.models import Proposal
from workflow.states import ProposalKind, ProposalState

codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


@pytest.mark.django_db
def test_a_paper_keeps_its_seal():
    paper = make_paper()
    card = seal_for(paper, DocumentKind.ORDER)
    assert seal_for(paper, DocumentKind.ORDER) == card
    assert card.code == grouped(Seal.objects.get().code)
    assert card.url == f"{settings.SITE_URL}/verify/{card.code}/"


@pytest.mark.django_db
def test_a_paper_bears_the_head_of_the_history_at_its_approval(cycle, cast, capsys):
    assign_all(cycle, cast.staff)
    paper = make_approved(cycle, cast=cast)
    office = cycle.assessment.office
    approval = Event.objects.about(paper).get(verb="proposal.approve")
    log_event(office, actor=None, verb="office.update", target=office)
    card = seal_for(paper, DocumentKind.ANNOUNCEMENT)
    assert card.history == f"{office.code}:{approval.number}:" + "-".join(
        approval.hash[at : at + 4] for at in (0, 4, 8, 12)
    )
    call_command("audit_verify", head=[card.history])
    assert f"{card.history}: the history holds it" in capsys.readouterr().out
    assert f"ประวัติ {card.history}" in to_html(replace(make_announcement(), draft=False, seal=card))


@pytest.mark.django_db
def test_a_snapshot_of_before_says_what_it_said():
    kept = {"code": "K7TMX-34PRW", "url": "https://esa.example.go.th/verify/K7TMX-34PRW/"}
    data = to_json(replace(make_announcement(), draft=False)) | {"seal": kept}
    html = to_html(from_json("announcement", data))
    assert "<p>รหัส K7TMX-34PRW</p>" in html
    assert "ประวัติ" not in html


@pytest.mark.django_db
def test_order_and_memo_have_each_their_own():
    paper = make_paper()
    order, memo = (seal_for(paper, kind) for kind in (DocumentKind.ORDER, DocumentKind.MEMO))
    assert order.code != memo.code


@pytest.mark.django_db
@pytest.mark.parametrize("state", ProposalState.values)
def test_only_what_was_approved_is_sealed(state):
    paper = make_paper()
    paper.state = state
    if state in ("approved", "superseded", "revoked"):
        assert seal_for(paper, DocumentKind.ORDER).code
        return
    with pytest.raises(RuleBroken):
        seal_for(paper, DocumentKind.ORDER)
    assert not Seal.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "other"),
    [("announcement", "memo"), ("announcement", "order"), ("order", "sar"), ("sar", "summary")],
)
def test_a_paper_bears_no_seal_of_another_kind(kind, other):
    with pytest.raises(RuleBroken):
        seal_for(make_paper(kind), other)


@pytest.mark.django_db
def test_a_code_that_is_taken_is_drawn_again(monkeypatch):
    first = make_paper(ProposalKind.ANNOUNCEMENT)
    taken = Seal.objects.get(code=seal_for(first, "announcement").code.replace("-", "")).code
    order = Proposal.objects.get(pk=first.pk)
    order.pk, order.kind = None, ProposalKind.ORDER
    order.save(force_insert=True)
    chance = iter(taken + taken + "CFHJKMNPRT")
    monkeypatch.setattr(secrets, "choice", lambda _signs: next(chance))
    assert seal_for(order, DocumentKind.ORDER).code == "CFHJK-MNPRT"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_workers_at_once_draw_one_seal():
    paper = make_paper()
    cards = all_at_once(lambda _n: seal_for(paper, DocumentKind.ORDER), range(20))
    assert len({card.code for card in cards}) == Seal.objects.count() == 1


@pytest.mark.django_db
def test_the_database_keeps_one_seal_per_paper():
    paper = make_paper()
    seal_for(paper, DocumentKind.ORDER)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seal.objects.create(
            proposal=paper, kind="order", code="CFHJKMNPRT", created_at=paper.approved_at
        )


def test_codes_hold_no_signs_that_look_alike_and_no_vowels():
    assert not set(ALPHABET) & set("0ODQ1IL2Z5S6G8BUVAE")
    assert len(set(ALPHABET)) ** LENGTH > 10**12


@given(codes, st.sampled_from(["{}", " {} ", "\t{}\n"]), st.booleans(), st.booleans())
def test_a_code_is_read_however_it_is_typed(code, around, lower, hyphen):
    typed = around.format(grouped(code) if hyphen else code)
    assert read_code(typed.lower() if lower else typed) == code


@pytest.mark.parametrize(
    "typed",
    [
        "K7TMX 34PRW",
        "k7tmx–34prw",
        "K7-TM-X3-4P-RW",
        "Ｋ７ＴＭＸ－３４ＰＲＷ",
        "K๗TMX-๓๔PRW",
    ],
)
def test_other_hyphens_and_digits_are_read(typed):
    assert read_code(typed) == "K7TMX34PRW"


@pytest.mark.parametrize(
    "typed", ["", "K7TMX-34PR", "K7TMX-34PRWA", "K7TMX-34PR0", "ก" * 10, "\x00"]
)
def test_what_is_no_code_is_none(typed):
    assert read_code(typed) is None


@given(st.text())
def test_any_text_can_be_asked_about(typed):
    code = read_code(typed)
    assert code is None or (len(code) == LENGTH and set(code) <= set(ALPHABET))
