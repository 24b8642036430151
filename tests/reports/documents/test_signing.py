import hashlib
import io
import stat
from datetime import timedelta

import pikepdf
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command
from django.utils import timezone
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from core.history import first_broken
from core.models import Event
from notifications.models import Notification
from people.states import Role
from reports.documents import signing
from reports.documents.signing import (
    CertificateTrouble,
    certificate_of,
    remove_certificate,
    set_certificate,
)
from reports.models import Signature
from reports.render.certificate import UnusableCertificate
from tests.factories.certificates import OFFICE, PASSPHRASE, make_certificate, make_p12, trust
from tests.factories.people import make_office, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.CERTIFICATE_ROOT = tmp_path / "certificates"
    settings.TRUST_ROOT = tmp_path / "roots"


@pytest.fixture
def office():
    return make_office(short_name=OFFICE)


@pytest.fixture(scope="module")
def authority():
    return make_certificate("ผู้ออกใบรับรองทดสอบ", authority=True, until=3650)


@pytest.fixture
def paper(order_pdf, tmp_path):
    """A copy of a real order, to be signed."""
    path = tmp_path / "paper.pdf"
    path.write_bytes(order_pdf.read_bytes())
    return path


def verified(path, authority=None):
    """What a PDF reader finds out about the only signature of the file."""
    data = path.read_bytes() if hasattr(path, "read_bytes") else path
    (signature,) = PdfFileReader(io.BytesIO(data)).embedded_signatures
    roots = authority and list(load_certs_from_pemder_data(authority[1].public_bytes(Encoding.PEM)))
    context = ValidationContext(trust_roots=roots or [])
    return signature, validate_pdf_signature(signature, context, skip_diff=True)


# -- setting ------------------------------------------------------------------------
def test_no_certificate_no_signature(office, paper):
    before = paper.read_bytes()
    signing.sign(paper, office)
    assert paper.read_bytes() == before
    assert certificate_of(office) is None
    assert not Signature.objects.exists()


def test_certificate_is_kept_for_the_service_alone(office, settings):
    found = set_certificate(office, make_p12(make_certificate()), PASSPHRASE)
    assert found == certificate_of(office)
    assert (found.subject, found.self_issued, found.recognised, found.trouble) == (
        f"{OFFICE} (สพฐ.)",
        True,
        False,
        None,
    )
    folder = settings.CERTIFICATE_ROOT / office.code
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())] == [
        0o700,
        0o600,
    ]


def test_the_kept_key_opens_with_neither_passphrase_nor_another_secret(office, settings):
    set_certificate(office, make_p12(make_certificate()), PASSPHRASE)
    kept = next((settings.CERTIFICATE_ROOT / office.code).iterdir()).read_bytes()
    with pytest.raises(UnusableCertificate):
        set_certificate(office, kept, PASSPHRASE)
    settings.SECRET_KEY = "another-" + "y" * 50
    assert certificate_of(office).trouble == CertificateTrouble.BROKEN


def test_one_offices_key_is_no_other_offices(office, settings):
    set_certificate(office, make_p12(make_certificate()), PASSPHRASE)
    other = make_office("skn1")
    kept = settings.CERTIFICATE_ROOT / office.code
    kept.rename(settings.CERTIFICATE_ROOT / other.code)
    assert certificate_of(other).trouble == CertificateTrouble.BROKEN
    assert certificate_of(office) is None


def test_authority_counts_once_the_server_trusts_it(office, authority):
    set_certificate(office, make_p12(make_certificate(issuer=authority)), PASSPHRASE)
    assert not certificate_of(office).recognised
    trust(make_certificate("คนอื่น", authority=True))
    assert not certificate_of(office).recognised
    trust(authority)
    found = certificate_of(office)
    assert (found.recognised, found.self_issued, found.issuer) == (
        True,
        False,
        "ผู้ออกใบรับรองทดสอบ (สพฐ.)",
    )


def test_root_that_is_no_certificate_costs_no_signature(office, authority, paper, settings):
    set_certificate(office, make_p12(make_certificate(issuer=authority)), PASSPHRASE)
    trust(authority)
    (settings.TRUST_ROOT / "notes.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nnothing\n")
    signing.sign(paper, office)
    assert not certificate_of(office).recognised
    assert verified(paper)[1].intact


def test_authority_between_is_followed(office, authority):
    between = make_certificate("ผู้ออกรอง", issuer=authority, authority=True)
    set_certificate(office, make_p12(make_certificate(issuer=between), above=[between]), PASSPHRASE)
    trust(authority)
    assert certificate_of(office).recognised


def weak():
    return make_certificate(key=rsa.generate_private_key(65537, 1024))  # noqa: S505 - refused


@pytest.mark.parametrize(
    ("data", "passphrase", "why"),
    [
        (lambda: make_p12(make_certificate()), "wrong", "passphrase is wrong"),
        (lambda: b"%PDF-1.7 no certificate", PASSPHRASE, "no PKCS#12"),
        (lambda: make_p12(make_certificate(), key=False), PASSPHRASE, "no private key"),
        (lambda: make_p12(make_certificate(since=-9, until=-1)), PASSPHRASE, "expired"),
        (lambda: make_p12(make_certificate(since=1)), PASSPHRASE, "early"),
        (lambda: make_p12(make_certificate(signing=False)), PASSPHRASE, "not for signing"),
        (lambda: make_p12(weak()), PASSPHRASE, "too weak"),
    ],
)
def test_what_cannot_sign_is_refused_and_the_old_one_stays(office, data, passphrase, why):
    before = set_certificate(office, make_p12(make_certificate("ใบเดิม")), PASSPHRASE)
    with pytest.raises(UnusableCertificate, match=why):
        set_certificate(office, data(), passphrase)
    assert certificate_of(office) == before


def test_setting_and_removing_are_in_the_history(office):
    set_certificate(office, make_p12(make_certificate()), PASSPHRASE)
    assert remove_certificate(office)
    assert not remove_certificate(office)
    assert certificate_of(office) is None
    verbs = Event.objects.filter(office=office).order_by("number").values_list("verb", flat=True)
    assert list(verbs) == ["office.certificate_set", "office.certificate_remove"]
    assert first_broken(office) is None


# -- signing ------------------------------------------------------------------------
def test_signed_file_verifies(office, paper, authority):
    set_certificate(office, make_p12(make_certificate(issuer=authority)), PASSPHRASE)
    trust(authority)
    plain = paper.read_bytes()
    signing.sign(paper, office)
    signature, found = verified(paper, authority)
    assert (found.intact, found.valid, found.trusted) == (True, True, True)
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.docmdp_level == MDPPerm.NO_CHANGES
    assert signature.sig_object["/Reason"] == signing.REASON
    assert signature.sig_object["/Location"] == OFFICE
    assert signature.evaluate_signature_coverage().name == "ENTIRE_FILE"
    assert paper.read_bytes().startswith(plain)
    row = Signature.objects.get(office=office)
    assert row.sha256 == hashlib.sha256(paper.read_bytes()).hexdigest()
    assert (row.subject, row.recognised) == (f"{OFFICE} (สพฐ.)", True)
    assert not list(paper.parent.glob("*.signed"))


def test_a_signature_of_the_office_itself_is_whole_but_not_trusted(office, paper):
    set_certificate(office, make_p12(make_certificate()), PASSPHRASE)
    signing.sign(paper, office)
    _signature, found = verified(paper)
    assert (found.intact, found.valid, found.trusted) == (True, True, False)
    assert not Signature.objects.get().recognised


def test_one_changed_byte_is_found(office, paper, authority):
    set_certificate(office, make_p12(make_certificate(issuer=authority)), PASSPHRASE)
    plain = len(paper.read_bytes())
    signing.sign(paper, office)
    data = bytearray(paper.read_bytes())
    at = data.index(b"stream", plain // 3) + 20
    data[at] ^= 1
    _signature, found = verified(bytes(data), authority)
    assert not found.intact


def test_what_is_added_after_the_signature_is_found(office, paper, authority):
    set_certificate(office, make_p12(make_certificate(issuer=authority)), PASSPHRASE)
    signing.sign(paper, office)
    data = paper.read_bytes() + b"\n% somebody was here\n"
    (signature,) = PdfFileReader(io.BytesIO(data)).embedded_signatures
    assert signature.evaluate_signature_coverage().name != "ENTIRE_FILE"


def test_archive_marks_and_attachments_survive(office, order_pdf, paper):
    with pikepdf.open(paper, allow_overwriting_input=True) as pdf:
        pdf.attachments["data.json"] = pikepdf.AttachedFileSpec(pdf, b"{}")
        pdf.save()
    set_certificate(office, make_p12(make_certificate()), PASSPHRASE)
    signing.sign(paper, office)
    with pikepdf.open(order_pdf) as before, pikepdf.open(paper) as after:
        marks = [pdf.open_metadata().get("pdfaid:part") for pdf in (before, after)]
        assert marks == ["3", "3"]
        assert after.attachments["data.json"].get_file().read_bytes() == b"{}"
        assert len(before.pages) == len(after.pages)
        (field,) = after.Root.AcroForm.Fields
        assert [float(side) for side in field.Rect] == [0, 0, 0, 0]


# -- trouble ------------------------------------------------------------------------
@pytest.mark.parametrize("trouble", [CertificateTrouble.EXPIRED, CertificateTrouble.BROKEN])
def test_paper_stays_and_administrators_are_notified_once_a_day(office, paper, settings, trouble):
    admin = make_person(office, Role.ADMIN)
    make_person(office, Role.COORDINATOR)
    set_certificate(office, make_p12(make_certificate(until=1)), PASSPHRASE)
    before = paper.read_bytes()
    if trouble == CertificateTrouble.BROKEN:
        settings.SECRET_KEY = "another-" + "y" * 50
    later = timezone.now() + timedelta(days=2)
    for hours in (0, 0.01, 24):
        with time_machine.travel(later + timedelta(hours=hours), tick=True):
            assert certificate_of(office).trouble == trouble
            signing.sign(paper, office)
    assert paper.read_bytes() == before
    assert not Signature.objects.exists()
    notified = Notification.objects.filter(kind="certificate.trouble")
    assert [row.recipient for row in notified] == [admin, admin]
    assert notified[0].url == "/office/papers/certificate/"


def test_file_that_is_no_pdf_stays_as_it_is(office, tmp_path):
    admin = make_person(office, Role.ADMIN)
    set_certificate(office, make_p12(make_certificate()), PASSPHRASE)
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.7\nnothing")
    signing.sign(path, office)
    assert path.read_bytes() == b"%PDF-1.7\nnothing"
    assert admin.notifications.count() == 1
    assert [file.name for file in tmp_path.glob("broken*")] == ["broken.pdf"]


# -- commands -----------------------------------------------------------------------
def said(command, *args, stdin="", monkeypatch=None):
    out = io.StringIO()
    if monkeypatch:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
    call_command(command, *args, stdout=out)
    return out.getvalue().splitlines()


def test_commands_set_show_and_remove(office, tmp_path, monkeypatch):
    file = tmp_path / "office.p12"
    file.write_bytes(make_p12(make_certificate()))
    assert said("certificate_show", office.code) == ["none: papers are issued unsigned"]
    lines = said(
        "certificate_set", office.code, str(file), stdin=f"{PASSPHRASE}\n", monkeypatch=monkeypatch
    )
    assert lines == said("certificate_show", office.code)
    assert lines[0] == f"subject: {OFFICE} (สพฐ.)"
    assert lines[1].endswith("(issued by itself)")
    assert lines[3] == "recognised authority: no"
    assert said("certificate_remove", office.code) == ["removed; signed papers stay signed"]
    assert said("certificate_remove", office.code) == ["there was none"]


@pytest.mark.parametrize(
    ("code", "name", "passphrase", "why"),
    [
        ("skn2", "office.p12", "wrong", "passphrase is wrong"),
        ("skn2", "missing.p12", PASSPHRASE, "No such file"),
        ("skn9", "office.p12", PASSPHRASE, "no office skn9"),
    ],
)
def test_command_says_what_is_wrong(office, tmp_path, monkeypatch, code, name, passphrase, why):
    (tmp_path / "office.p12").write_bytes(make_p12(make_certificate()))
    with pytest.raises(CommandError, match=why):
        said(
            "certificate_set",
            code,
            str(tmp_path / name),
            stdin=passphrase,
            monkeypatch=monkeypatch,
        )
    assert certificate_of(office) is None


def test_show_names_what_is_wrong(office, settings):
    set_certificate(office, make_p12(make_certificate(until=1)), PASSPHRASE)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert said("certificate_show", office.code)[-1] == "expired: papers are issued unsigned"
    settings.SECRET_KEY = "another-" + "y" * 50
    assert said("certificate_show", office.code)[0].startswith("broken")
