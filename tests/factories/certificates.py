"""Certificates for tests: an authority, what it issues, and what an office makes for itself."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils import timezone

PASSPHRASE = "ฝนตกที่สกลนคร 2560"
OFFICE = "สพป.สกลนคร เขต 2"


def make_name(common, organisation="สพฐ."):
    """A name of a certificate; at most 64 bytes each, which is 21 Thai letters."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "TH"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def make_certificate(
    subject=OFFICE, *, key=None, issuer=None, authority=False, since=-1, until=365, signing=True
):
    """``(key, certificate)``; ``issuer`` is such a pair, None makes it self-issued. Days."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    issuer_key, issuer_name = (
        (issuer[0], issuer[1].subject) if issuer else (key, make_name(subject))
    )
    now = timezone.now()
    usages = dict.fromkeys(
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only".split(),
        False,
    )
    meant = ("digital_signature", "content_commitment") if signing else ("key_encipherment",)
    usages |= dict.fromkeys(("key_cert_sign",) if authority else meant, True)
    builder = (
        x509.CertificateBuilder()
        .subject_name(make_name(subject))
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(since))
        .not_valid_after(now + timedelta(until))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usages), critical=True)
    )
    return key, builder.sign(issuer_key, hashes.SHA256())


def make_p12(pair, *, above=(), passphrase=PASSPHRASE, key=True):
    """The pair as the file that an authority hands out."""
    lock = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return pkcs12.serialize_key_and_certificates(
        b"office",
        pair[0] if key else None,
        pair[1] if key else None,
        [other[1] for other in above] or ([pair[1]] if not key else None),
        lock,
    )


def trust(pair):
    """Let the server trust this authority."""
    settings.TRUST_ROOT.mkdir(parents=True, exist_ok=True)
    (settings.TRUST_ROOT / "test.pem").write_bytes(pair[1].public_bytes(Encoding.PEM))
