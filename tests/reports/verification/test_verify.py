"""The public page that says whether a paper is genuine: what it says, and what it never says."""

import hashlib
import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.templatetags.thai import whole
from people.models import Office
from reports.documents import signing
from reports.documents.files import path_of
from reports.documents.seals import grouped
from reports.models import Signature
from reports.states import DocumentKind, DocumentState
from reports.verification.queries import Standing, verdict_of
from tests.factories.certificates import PASSPHRASE, make_certificate, make_p12
from tests.factories.cycles import approve, make_year
from tests.factories.register import make_paper, make_seal
from tests.factories.reports import make_document
from workflow.models import Decision, Proposal
from workflow.states import ProposalKind, ProposalState

pytestmark = pytest.mark.django_db
UNKNOWN = "CFHJK-MNPRT"
REASON = "ระบุรายชื่อกรรมการผิด"


def ready(paper, kind=None, **fields):
    """The frozen PDF of the paper."""
    return make_document(
        paper.cycle,
        kind or DocumentKind(paper.kind),
        state=DocumentState.READY,
        proposal=paper,
        final=True,
        **fields,
    )


def put(paper, state):
    Proposal.objects.filter(pk=paper.pk).update(state=state)


def address(code):
    return reverse("reports:verify", args=[grouped(code) if "-" not in code else code])


def revoke(paper, year):
    put(paper, ProposalState.REVOKED)
    return Decision.objects.create(
        proposal=paper,
        move="revoke",
        by=year.director,
        role="director",
        opinion=REASON,
        at=datetime(2017, 3, 1, 18, tzinfo=UTC),  # the second of March in Bangkok
    )


# -- what it says -------------------------------------------------------------------
def test_genuine(year, client):
    paper = make_paper(year=year)
    seal, document = make_seal(paper), ready(paper)
    verdict = verdict_of(seal.code)
    assert (verdict.standing, verdict.number, verdict.dated) == (
        Standing.GENUINE,
        "12/2560",
        date(2017, 1, 5),
    )
    page = client.get(address(seal.code))
    assert page.status_code == 200
    for text in (
        "เอกสารนี้เป็นของจริง",
        whole(year.office.name),
        "คำสั่งแต่งตั้งคณะกรรมการ",
        "๑๒/๒๕๖๐",
        "๕ มกราคม พ.ศ. ๒๕๖๐",
        paper.subject,
        grouped(seal.code),
        document.sha256,
        "ไฟล์ไม่มีลายมือชื่อดิจิทัล",
    ):
        assert text in page.text, text


def test_digits_are_those_of_the_office(year, client):
    paper = make_paper(year=year)
    seal = make_seal(paper)
    ready(paper)
    Office.objects.filter(pk=year.office.pk).update(digits="arabic")
    page = client.get(address(seal.code)).text
    assert "12/2560" in page
    assert "5 มกราคม พ.ศ. 2560" in page
    assert not re.search("[๐-๙]", page)


def test_superseded_names_what_came_next(year, client):
    paper = make_paper(year=year)
    seal = make_seal(paper)
    ready(paper)
    put(paper, ProposalState.SUPERSEDED)
    approve(year, ProposalKind.ORDER, version=2, number="15", dated=date(2017, 2, 1))
    verdict = verdict_of(seal.code)
    assert (verdict.standing, verdict.successor, verdict.since) == (
        Standing.SUPERSEDED,
        "15/2560",
        date(2017, 2, 1),
    )
    page = client.get(address(seal.code)).text
    assert "แต่มีฉบับใหม่แทนแล้ว" in page
    assert "เลขที่ ๑๕/๒๕๖๐ ลงวันที่ ๑ กุมภาพันธ์ พ.ศ. ๒๕๖๐" in page


def test_superseded_paper_without_numbers(year, client):
    paper = make_paper(ProposalKind.ANNOUNCEMENT, year=year)
    seal = make_seal(paper)
    put(paper, ProposalState.SUPERSEDED)
    approve(year, ProposalKind.ANNOUNCEMENT, version=2, dated=date(2017, 2, 1))
    assert "ฉบับใหม่ลงวันที่ ๑ กุมภาพันธ์ พ.ศ. ๒๕๖๐" in client.get(address(seal.code)).text


def test_revoked_says_when_and_never_why(year, client):
    paper = make_paper(year=year)
    seal = make_seal(paper)
    ready(paper)
    revoke(paper, year)
    assert verdict_of(seal.code).standing == Standing.REVOKED
    page = client.get(address(seal.code)).text
    assert "ยกเลิกแล้วเมื่อวันที่ ๒ มีนาคม พ.ศ. ๒๕๖๐" in page
    assert REASON not in page


def test_not_ready_yet(year, client):
    paper = make_paper(year=year)
    seal = make_seal(paper)
    make_document(paper.cycle, DocumentKind.ORDER, proposal=paper, final=True)
    page = client.get(address(seal.code)).text
    assert "กำลังจัดทำไฟล์" in page
    assert "data-checker" not in page
    assert "sha256" not in page


def test_draft_of_the_same_paper_does_not_count(year):
    paper = make_paper(year=year)
    seal = make_seal(paper)
    make_document(paper.cycle, DocumentKind.ORDER, proposal=paper, state=DocumentState.READY)
    assert verdict_of(seal.code).standing == Standing.MAKING


@pytest.mark.parametrize("kind", [ProposalKind.ANNOUNCEMENT, ProposalKind.ORDER, ProposalKind.SAR])
def test_only_what_orders_something_is_in_force(client, kind):
    paper = make_paper(kind)
    ready(paper)
    code = make_seal(paper).code
    assert verdict_of(code).standing == Standing.GENUINE
    assert verdict_of(code).in_force == (kind != ProposalKind.SAR)
    html = client.get(address(code)).content.decode()
    assert ("ยังใช้อยู่" in html) == (kind != ProposalKind.SAR)


@pytest.fixture
def memo_seal(year):
    body = {"memo": {"subject": "ขออนุมัติแต่งตั้งคณะกรรมการ"}}
    paper = make_paper(year=year, memo_number="7", body=body)
    Proposal.objects.filter(pk=paper.pk).update(proposed_at=datetime(2016, 12, 31, 18, tzinfo=UTC))
    ready(paper, DocumentKind.MEMO)
    return make_seal(paper, DocumentKind.MEMO)


def test_memo_names_its_order_and_is_never_in_force(memo_seal, client):
    verdict = verdict_of(memo_seal.code)
    assert (verdict.standing, verdict.number, verdict.title, verdict.order) == (
        Standing.GENUINE,
        "7/2560",  # New Year's night in Bangkok
        "ขออนุมัติแต่งตั้งคณะกรรมการ",
        "12/2560",
    )
    page = client.get(address(memo_seal.code)).text
    assert "สำนักงานจัดทำเอกสารนี้จริง" in page
    assert "ยังใช้อยู่" not in page
    assert "เลขที่ ๑๒/๒๕๖๐ ลงวันที่ ๕ มกราคม พ.ศ. ๒๕๖๐" in page


def test_memo_goes_the_way_of_its_order(memo_seal, year, client):
    put(memo_seal.proposal, ProposalState.SUPERSEDED)
    approve(
        year, ProposalKind.ORDER, version=2, number="15", memo_number="9", dated=date(2017, 2, 1)
    )
    page = client.get(address(memo_seal.code)).text
    assert "คำสั่งที่เสนอถูกใช้ฉบับใหม่แทนแล้ว" in page
    assert "คำสั่งเลขที่ ๑๕/๒๕๖๐ ลงวันที่ ๑ กุมภาพันธ์ พ.ศ. ๒๕๖๐" in page
    revoke(memo_seal.proposal, year)
    assert verdict_of(memo_seal.code).standing == Standing.REVOKED
    page = client.get(address(memo_seal.code)).text
    assert "ถูกยกเลิกเมื่อวันที่ ๒ มีนาคม พ.ศ. ๒๕๖๐" in page
    assert REASON not in page


def test_report_has_no_number(year, client):
    paper = make_paper(ProposalKind.SAR, year=year, dated=None)
    seal = make_seal(paper)
    ready(paper)
    assert verdict_of(seal.code).number == ""
    assert "เลขที่" not in client.get(address(seal.code)).text


def test_hash_is_of_the_signed_bytes(year, client, settings, tmp_path, order_pdf):
    settings.CERTIFICATE_ROOT = tmp_path / "certificates"
    settings.TRUST_ROOT = tmp_path / "roots"
    signing.set_certificate(year.office, make_p12(make_certificate()), PASSPHRASE)
    path = tmp_path / "order.pdf"
    path.write_bytes(order_pdf.read_bytes())
    unsigned = hashlib.sha256(path.read_bytes()).hexdigest()
    signing.sign(path, year.office)
    signed = hashlib.sha256(path.read_bytes()).hexdigest()
    paper = make_paper(year=year)
    seal = make_seal(paper)
    document = ready(paper, sha256=signed)
    path_of(document).write_bytes(path.read_bytes())
    page = client.get(address(seal.code)).text
    assert f'data-sha256="{signed}"' in page
    assert unsigned not in page
    assert "ไฟล์มีลายมือชื่อดิจิทัล แต่ใบรับรองของสำนักงานไม่ได้ออกโดย" in page
    Signature.objects.update(recognised=True)
    assert "ใบรับรองจากผู้ให้บริการออกใบรับรองที่เป็นที่ยอมรับ" in client.get(address(seal.code)).text


def test_page_says_the_same_about_a_signature_of_another_offices_file(year):
    paper = make_paper(year=year)
    seal, document = make_seal(paper), ready(paper)
    other = make_year("skn1", edition=year.cycle.assessment.edition).office
    Signature.objects.create(
        office=other,
        sha256=document.sha256,
        subject="-",
        recognised=True,
        signed_at=clock.now(),
    )
    assert not verdict_of(seal.code).signed
    Signature.objects.update(office=year.office)
    assert verdict_of(seal.code).signed


# -- what it never says -------------------------------------------------------------
def test_nobody_is_named_and_no_way_leads_in(year, client_for):
    people = [year.coordinator, year.director, year.deputy, *year.staff]
    for number, person in enumerate(people):
        person.given_name, person.family_name = f"นามลับ{number}", f"สกุลลับ{number}"
        person.save()
    body = {"reason": "เหตุผลลับ", "groups": [{"members": [{"user": year.staff[0].pk}]}]}
    paper = make_paper(
        year=year,
        body=body,
        signed_as={"name": year.director.full_name, "position": "ผู้อำนวยการ"},
    )
    seal = make_seal(paper)
    ready(paper, snapshot={"signature": {"name": year.director.full_name}})
    revoke(paper, year)
    for client in (Client(), client_for(year.staff[1]), client_for(year.coordinator)):
        page = client.get(address(seal.code))
        for secret in ("นามลับ", "สกุลลับ", *(person.username for person in people)):
            assert secret not in page.text
        assert "เหตุผลลับ" not in page.text
        assert REASON not in page.text
        own = {"/verify/"}
        links = set(re.findall(r'(?:href|action)="(/[^"]*)"', page.text))
        assert {link for link in links if not link.startswith("/static/")} <= own
        assert not page.cookies


def test_page_is_the_same_for_everybody(year, client_for):
    paper = make_paper(year=year)
    seal = make_seal(paper)
    ready(paper)
    pages = {
        client.get(address(seal.code)).text
        for client in (Client(), client_for(year.staff[0]), client_for(year.director))
    }
    assert len(pages) == 1


@pytest.mark.parametrize("path", ["/verify/", f"/verify/{UNKNOWN}/"])
def test_headers_keep_files_here_and_search_engines_away(client, path):
    page = client.get(path)
    csp = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in csp
    assert "connect-src 'none'" in csp
    assert "unsafe" not in csp
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "private, no-store"
    assert '<meta name="robots" content="noindex' in page.text
    assert not re.search(r"<script(?![^>]*src=)|<style|style=|\son\w+=", page.text)


@pytest.mark.parametrize("path", ["/verify/", f"/verify/{UNKNOWN}/"])
def test_nothing_is_posted_here(client, path):
    assert client.post(path).status_code == 405
    assert client.head(path).status_code in (200, 404)


# -- typing a code ------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["{}", " {} ", "{lower}", "{bare}"])
def test_typed_code_leads_to_its_page(year, client, typed):
    seal = make_seal(make_paper(year=year))
    code = grouped(seal.code)
    text = typed.format(code, lower=code.lower(), bare=seal.code)
    answer = client.get("/verify/", {"code": text})
    assert (answer.status_code, answer.url) == (302, f"/verify/{code}/")
    assert client.get(f"/verify/{seal.code.lower()}/").status_code == 200


@pytest.mark.parametrize("typed", ["", "K7TMX", "<script>alert(1)</script>", "0000000000"])
def test_what_is_no_code_is_asked_again(client, typed):
    page = client.get("/verify/", {"code": typed})
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert "<script>alert" not in page.text


def test_unknown_and_malformed_codes_look_alike(client):
    def shape(code):
        page = client.get(f"/verify/{code}/")
        assert page.status_code == 404
        return page.text

    assert shape(UNKNOWN) == shape("0000000000") == shape("x")
    assert "ไม่พบเอกสารที่มีรหัสนี้" in shape(UNKNOWN)


def test_queries_are_few(year, client):
    seal = make_seal(make_paper(year=year))
    ready(Proposal.objects.get(pk=seal.proposal_id))
    with CaptureQueriesContext(connection) as asked:
        client.get(address(seal.code))
    assert len(asked) <= 4


# -- the office's page about its certificate -----------------------------------------
CERTIFICATE = "/office/papers/certificate/"


@pytest.fixture
def own_folder(settings, tmp_path):
    settings.CERTIFICATE_ROOT = tmp_path / "certificates"
    settings.TRUST_ROOT = tmp_path / "roots"


@pytest.mark.usefixtures("own_folder")
def test_certificate_page_says_what_is_signed_and_what_it_means(year, client_for):
    client = client_for(year.coordinator)
    assert "ยังไม่ได้ติดตั้งใบรับรอง" in client.get(CERTIFICATE).text
    signing.set_certificate(year.office, make_p12(make_certificate()), PASSPHRASE)
    page = client.get(CERTIFICATE).text
    assert "สำนักงานออกให้ตนเอง" in page
    assert "ไม่อยู่ในรายชื่อที่ยอมรับ" in page
    assert "พิสูจน์ได้เพียงว่าไฟล์ไม่ถูกแก้ไข" in page


@pytest.mark.usefixtures("own_folder")
def test_certificate_page_names_trouble(year, client_for, settings):
    signing.set_certificate(year.office, make_p12(make_certificate()), PASSPHRASE)
    settings.SECRET_KEY = "another-" + "y" * 50
    assert "อ่านใบรับรองไม่ได้" in client_for(year.coordinator).get(CERTIFICATE).text


def test_certificate_page_is_for_coordinator_and_administrator(year, client_for):
    assert client_for(year.staff[0]).get(CERTIFICATE).status_code == 403
    assert client_for(year.coordinator).post(CERTIFICATE).status_code == 405
