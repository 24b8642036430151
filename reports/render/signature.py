"""Digital signatures (PAdES, baseline B): no database, settings or clock.

A signature certifies the whole file and allows no change after it. It shows nothing on the page:
the QR code is the sign that people see, this one is for their PDF readers.
"""

import asyncio
from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from reports.render.certificate import Identity

FIELD = "OfficeSignature"
LONGEST = 64  # bytes of reason and place; a Thai letter takes three


class SigningFailed(Exception):
    """This paper could not be signed; its file is as it was."""


def is_recognised(identity: Identity, roots: list[bytes], at: datetime) -> bool:
    """Whether the certificate leads to one of ``roots`` (PEM or DER files). Asks no network."""
    trusted = [cert for data in roots for cert in load_certs_from_pemder_data(data)]
    signer = _signer(identity)
    validator = CertificateValidator(
        signer.signing_cert,
        intermediate_certs=list(signer.cert_registry),
        validation_context=ValidationContext(trust_roots=trusted, moment=at),
    )
    try:
        asyncio.run(validator.async_validate_path())
    except (PathError, ValidationError):
        return False
    return True


def _signer(identity):
    plain = identity.p12.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()
    store.register_multiple(_loaded(other.certificate) for other in identity.p12.additional_certs)
    return SimpleSigner(
        signing_cert=_loaded(identity.certificate),
        signing_key=load_private_key_from_pemder_data(plain, None),
        cert_registry=store,
    )


def _loaded(certificate):
    return next(iter(load_certs_from_pemder_data(certificate.public_bytes(Encoding.DER))))


def sign_file(source, target, identity: Identity, *, reason: str, location: str):
    """Write ``source`` with the signature to ``target``; the bytes before it stay as they are."""
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        reason=_short(reason),
        location=_short(location),
    )
    signer = PdfSigner(metadata, _signer(identity), new_field_spec=SigFieldSpec(FIELD))
    try:
        with source.open("rb") as plain, target.open("wb+") as signed:
            signer.sign_pdf(IncrementalPdfFileWriter(plain), output=signed)
    except (PdfError, ValueError, OSError) as error:
        raise SigningFailed(str(error)) from error


def _short(text):
    """At most 64 bytes, cut between letters: readers expect no more of these fields."""
    return text.encode()[:LONGEST].decode(errors="ignore")
