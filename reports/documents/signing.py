"""The office's own digital signature: its certificate, and signing a final PDF with it.

The key lies under DATA_DIR in a PKCS#12 file whose passphrase is derived from SECRET_KEY: a copied
folder opens no key, nobody has to keep one more secret, and workers sign without being asked. A
certificate lives in real time, so the machine's clock decides about it, not the product's.
"""

import hashlib
import logging
import shutil
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from core import clock
from core.files import settle, write_whole
from core.history import log_event
from people.models import Office
from people.roles import holders
from people.states import Role
from reports.models import Signature
from reports.render.certificate import Identity, UnusableCertificate, locked, open_identity
from workflow.notify import people as notify_people

log = logging.getLogger(__name__)

FILE = "signer.p12"
SALT = "reports.documents.signing"  # part of every passphrase: it stays when the module moves
REASON = "เอกสารราชการ"


class CertificateTrouble(StrEnum):
    """Why a certificate that is there cannot sign."""

    BROKEN = "broken"  # unreadable: damaged, or SECRET_KEY is another one by now
    EARLY = "early"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What people may know of the office's certificate. Broken: nothing but that."""

    subject: str = ""
    issuer: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    self_issued: bool = False
    recognised: bool = False  # leads to an authority that this server was set up to trust
    trouble: CertificateTrouble | None = None


# -- the certificate --------------------------------------------------------------
def certificate_of(office: Office) -> Certificate | None:
    """The office's certificate as it stands now; None when none was set."""
    if not _path_of(office).exists():
        return None
    try:
        identity = _opened(office)
    except UnusableCertificate as trouble:
        log.error("certificate of %s: %s", office.code, trouble)
        return Certificate(trouble=CertificateTrouble.BROKEN)
    return described(identity)


def described(identity: Identity) -> Certificate:
    """What people may know of it, as of now."""
    at = timezone.now()
    trouble = CertificateTrouble.EXPIRED if at > identity.valid_until else None
    return Certificate(
        subject=identity.subject,
        issuer=identity.issuer,
        valid_from=identity.valid_from,
        valid_until=identity.valid_until,
        self_issued=identity.self_issued,
        recognised=_is_recognised(identity, at),
        trouble=CertificateTrouble.EARLY if at < identity.valid_from else trouble,
    )


@transaction.atomic
def set_certificate(office: Office, data: bytes, passphrase: str) -> Certificate:
    """Keep the office's key and certificate; later final papers are signed with them.

    Raises ``UnusableCertificate`` for what could not sign today. The one before is replaced.
    """
    identity = open_identity(data, passphrase.encode())
    found = described(identity)
    if found.trouble:
        raise UnusableCertificate(f"The certificate is {found.trouble}: {_period(found)}.")
    after = {"title": found.subject, "until": timezone.localdate(found.valid_until).isoformat()}
    log_event(office, actor=None, verb="office.certificate_set", target=office, after=after)
    _keep(_path_of(office), locked(identity, _passphrase(office)))
    return found


@transaction.atomic
def remove_certificate(office: Office) -> bool:
    """Forget the key; papers that were signed stay signed. False when there was none."""
    if not _path_of(office).exists():
        return False
    log_event(office, actor=None, verb="office.certificate_remove", target=office)
    shutil.rmtree(_path_of(office).parent)
    return True


def _period(certificate: Certificate) -> str:
    return f"valid {certificate.valid_from:%Y-%m-%d} to {certificate.valid_until:%Y-%m-%d}"


def _path_of(office: Office) -> Path:
    return Path(settings.CERTIFICATE_ROOT) / office.code / FILE


def _passphrase(office: Office) -> bytes:
    return salted_hmac(SALT, office.code, algorithm="sha256").hexdigest().encode()


def _opened(office: Office) -> Identity:
    try:
        return open_identity(_path_of(office).read_bytes(), _passphrase(office))
    except OSError as error:
        raise UnusableCertificate(f"The file cannot be read: {error.strerror}.") from error


def _keep(path: Path, data: bytes) -> None:
    """Only the service's user reads it; whole or absent."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    write_whole(path, data, mode=0o600)


def _is_recognised(identity: Identity, at: datetime) -> bool:
    roots = [path.read_bytes() for path in sorted(settings.TRUST_ROOT.glob("*.pem"))]
    if not roots:
        return False
    from reports.render.signature import is_recognised  # noqa: PLC0415 - 44 MB; few processes sign

    try:
        return is_recognised(identity, roots, at)
    except ValueError as error:  # a file there is no certificate: no paper may be lost for that
        log.error("trusted roots cannot be read: %s", error)
        return False


# -- signing ------------------------------------------------------------------------
def sign(path: Path, office: Office) -> None:
    """Sign the PDF in place when the office has a certificate; nothing otherwise.

    A paper is never lost for want of a signature: with a certificate that cannot sign, the file
    stays as it is and the office's administrators are notified, once a day.
    """
    if not _path_of(office).exists():
        return
    try:
        identity = _opened(office)
        found = described(identity)
        if found.trouble:
            raise UnusableCertificate(f"{found.trouble}: {_period(found)}")
        _sign(path, office, identity, recognised=found.recognised)
    except UnusableCertificate as trouble:
        log.error("paper of %s stays unsigned: %s", office.code, trouble)
        _notify_administrators(office)


def _sign(path: Path, office: Office, identity: Identity, *, recognised: bool) -> None:
    from reports.render import signature  # noqa: PLC0415 - 44 MB; few processes sign

    signed = path.with_name(f"{path.name}.signed")
    try:
        signature.sign_file(path, signed, identity, reason=REASON, location=office.short_name)
        _write_down(signed, office, identity, recognised=recognised)
        settle(signed, path)
    except signature.SigningFailed as trouble:
        raise UnusableCertificate(str(trouble)) from trouble
    finally:
        signed.unlink(missing_ok=True)


def _write_down(signed: Path, office: Office, identity: Identity, *, recognised: bool) -> None:
    """That these very bytes bear a signature, before any register knows them."""
    with signed.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    row = Signature(
        office=office,
        sha256=sha256,
        subject=identity.subject[:300],
        recognised=recognised,
        signed_at=clock.now(),
    )
    Signature.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def _notify_administrators(office: Office) -> None:
    notify_people(
        holders(office, Role.ADMIN),
        key=f"certificate.trouble:{office.pk}:{clock.today().isoformat()}",
        kind="certificate.trouble",
        title=lambda: _("Papers are issued without the office's digital signature"),
        body=lambda: _(
            "The office's certificate cannot be used for signing. Papers are in force without the "
            "signature; ask who runs the server to set a valid certificate or to remove this one."
        ),
        url=reverse("reports:certificate"),
    )
