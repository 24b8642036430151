"""The key and certificate that an office signs with, in a PKCS#12 file: opened, judged, locked."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID

RSA_BITS = 2048  # what recognised authorities have long asked for
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)


class UnusableCertificate(Exception):
    """The file cannot be signed with; the message says why, in English, for who runs the server."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A key with its certificate and those above it, opened."""

    p12: pkcs12.PKCS12KeyAndCertificates

    @property
    def certificate(self) -> x509.Certificate:
        """The one that the key belongs to."""
        if self.p12.cert is None:
            raise UnusableCertificate("There is no certificate in the file.")
        return self.p12.cert.certificate

    @property
    def subject(self) -> str:
        """Whom the certificate names."""
        return readable(self.certificate.subject)

    @property
    def issuer(self) -> str:
        """Who says so."""
        return readable(self.certificate.issuer)

    @property
    def self_issued(self) -> bool:
        """Nobody but the owner says so."""
        return self.certificate.subject == self.certificate.issuer

    @property
    def valid_from(self) -> datetime:
        """Aware, UTC."""
        return self.certificate.not_valid_before_utc

    @property
    def valid_until(self) -> datetime:
        """Aware, UTC."""
        return self.certificate.not_valid_after_utc


def readable(name: x509.Name) -> str:
    """``สพป.สกลนคร เขต 2 (สพฐ.)``: common name and organisation, whichever there are."""
    found = [
        str(attribute.value)
        for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
        for attribute in name.get_attributes_for_oid(oid)
    ]
    first, *rest = dict.fromkeys(found) or [name.rfc4514_string()]
    return f"{first} ({', '.join(rest)})" if rest else first


def open_identity(data: bytes, passphrase: bytes) -> Identity:
    """The key in a PKCS#12 file with its certificate, if documents can be signed with them."""
    try:
        p12 = pkcs12.load_pkcs12(data, passphrase)
    except ValueError as error:
        raise UnusableCertificate("The passphrase is wrong, or it is no PKCS#12 file.") from error
    if p12.key is None:
        raise UnusableCertificate("There is no private key in the file.")
    if p12.cert is None or p12.key.public_key() != p12.cert.certificate.public_key():
        raise UnusableCertificate("There is no certificate of the private key in the file.")
    _require_strong(p12.key)
    _require_for_signing(p12.cert.certificate)
    return Identity(p12=p12)


def _require_strong(key):
    strong_rsa = isinstance(key, rsa.RSAPrivateKey) and key.key_size >= RSA_BITS
    good_curve = isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, CURVES)
    if not (strong_rsa or good_curve):
        raise UnusableCertificate(f"The key is too weak: RSA from {RSA_BITS} bits, or EC P-256.")


def _require_for_signing(certificate):
    """A certificate without the extension may sign; one for a web server only may not."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise UnusableCertificate("The certificate is not for signing documents.")


def locked(identity: Identity, passphrase: bytes) -> bytes:
    """The same as PKCS#12 under another passphrase."""
    algorithm = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(50_000)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(passphrase)
    )
    key = identity.p12.key
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise UnusableCertificate("There is no key for signing in the file.")
    above = [other.certificate for other in identity.p12.additional_certs]
    return pkcs12.serialize_key_and_certificates(
        b"office", key, identity.certificate, above, algorithm
    )
