"""Keeping other services' secrets: sealed under a key that is derived from SECRET_KEY.

A copied database opens nothing. After a change of SECRET_KEY what was sealed is lost, and the
person enters it again.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac

SALT = "core.sealing"  # part of the key of all that is sealed: it stays when the module moves


class Unreadable(Exception):
    """Sealed under another key, or damaged."""


def _key(purpose: str) -> Fernet:
    digest = salted_hmac(SALT, purpose, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def seal(text: str, *, purpose: str) -> str:
    """``text`` as only this site reads it; ``purpose`` keeps kinds of secrets apart."""
    return _key(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """What was sealed for this purpose; raises ``Unreadable``."""
    try:
        return _key(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable(purpose) from error
