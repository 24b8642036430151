"""What signing in leaves for the worker."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
