"""Idempotency: the same form sent twice makes one object."""

from django.conf import settings
from django.db import models


class SubmittedForm(models.Model):
    """One accepted create form; ``result_url`` is where the first submission led.

    ``digest`` is of what was sent: a page that Back brought again sends its old token with
    something new, and that is another form.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    form = models.CharField(max_length=80)
    token = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, blank=True)
    result_url = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "form", "token", "digest"], name="form_sent_once"
            ),
        ]

    def __str__(self):
        return f"{self.form} {self.token}"
