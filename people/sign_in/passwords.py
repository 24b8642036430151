"""Django's password rules, in words of this product: Django's Thai catalogue lacks them.

And one-time passwords: made to be written on a slip of paper, read as they are meant.
"""

import re
import secrets

from django.contrib.auth import password_validation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

import thai

# Letters and digits that nobody mistakes for one another when read out.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _LETTERS = 4, 4
_ONE_TIME = re.compile("-".join([f"[{ALPHABET}]{{{_LETTERS}}}"] * _GROUPS))
_LONGEST = 100  # with what was copied around it


class LongEnough(password_validation.MinimumLengthValidator):
    """At least eight characters."""

    def __init__(self, min_length=8):
        super().__init__(min_length)

    def get_error_message(self):
        return _("The password needs at least %(min_length)d characters.") % self._length()

    def get_help_text(self):
        return _("At least %(min_length)d characters.") % self._length()

    def _length(self):
        return {"min_length": self.min_length}


class NotOneself(password_validation.UserAttributeSimilarityValidator):
    """Not the own name, username or e-mail."""

    def __init__(self):
        super().__init__(user_attributes=("username", "given_name", "family_name", "email"))

    def get_error_message(self):
        return _("The password is too similar to your own details.")

    def get_help_text(self):
        return _("Not your own name or username.")


class NotCommon(password_validation.CommonPasswordValidator):
    """Not one of those that everybody tries first."""

    def get_error_message(self):
        return _("This password is one of the first that a stranger would try.")

    def get_help_text(self):
        return _("Not one that many people use.")


class NotOnlyDigits(password_validation.NumericPasswordValidator):
    """Not a birthday or a telephone number."""

    def get_error_message(self):
        return _("The password must not consist of digits only.")

    def get_help_text(self):
        return _("Not digits only.")


def one_time_password(sent: str = "") -> str:
    """Something to write on a slip of paper: four groups of four.

    The same ``sent`` gives the same password under this server's secret key: a form that is sent
    twice within a blink can be answered with the same page, and no password is kept for that.
    """
    sent = sent or secrets.token_hex(16)
    number = int.from_bytes(salted_hmac("people.one-time", sent, algorithm="sha256").digest())
    letters = ""
    for _place in range(_GROUPS * _LETTERS):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    groups = range(0, len(letters), _LETTERS)
    return "-".join(letters[start : start + _LETTERS] for start in groups)


def read_one_time(typed: str) -> str:
    """A one-time password without what came along when it was copied; anything else unchanged."""
    if typed is None or len(typed) > _LONGEST:
        return typed
    meant = thai.clean_code(typed).lower()
    return meant if _ONE_TIME.fullmatch(meant) else typed
