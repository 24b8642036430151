"""What signing in leaves for the worker, and who let whom in."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.states import Handover


class PasswordRequest(models.Model):
    """An address for which somebody asked a link to choose a password.

    The page writes this row for every address alike; whether anybody has it, the worker looks up.
    """

    address = models.EmailField(_("e-mail"), unique=True)
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("request for a link")
        verbose_name_plural = _("requests for links")

    def __str__(self):
        return self.address


class LetIn(models.Model):
    """Somebody made an account, or changed how its person signs in; added to, never changed.

    For a while whoever did it may be behind the account, see ``roles/second_person.py``. ``by`` is
    empty for accounts that the program itself made (an import, a founding).
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    what = models.CharField(max_length=20, choices=Handover)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("way in")
        verbose_name_plural = _("ways in")

    def __str__(self):
        return f"{self.person} · {self.get_what_display()}"
