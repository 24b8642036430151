"""Django's password rules, in words of this product: Django's Thai catalogue lacks them."""

from django.contrib.auth import password_validation
from django.utils.translation import gettext as _


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
