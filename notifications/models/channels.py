"""Ways to reach a person besides the application and e-mail."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.states import Service


class PersonalChannelQuerySet(models.QuerySet):
    """Rows of personal channels."""

    def visible_to(self, user):
        """A person's own; those taken away are gone."""
        return self.filter(user=user.pk, removed_at__isnull=True)

    def active_channels(self):
        """Those that messages go to."""
        return self.filter(paused_at__isnull=True, removed_at__isnull=True)


class PersonalChannel(models.Model):
    """LINE, Telegram, MS Teams or whatever else Apprise reaches, set by the person.

    The address carries secrets of that service, so it is stored sealed (``core.sealing``).
    One that was taken away keeps its row, without the address: deliveries still tell of it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="personal_channels"
    )
    service = models.CharField(_("service"), max_length=10, choices=Service)
    label = models.CharField(_("name"), max_length=60)
    sealed_address = models.TextField()
    made_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    # Since when it fails for good, and why; empty again after the next message that got through.
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=300, blank=True)

    objects = PersonalChannelQuerySet.as_manager()

    class Meta:
        ordering = ["user", "pk"]
        verbose_name = _("personal channel")
        verbose_name_plural = _("personal channels")

    def __str__(self):
        return self.label


class CalendarFeed(models.Model):
    """A private address at which a person's calendar program fetches what waits for them.

    Whoever has the address reads it without signing in; a new token ends the old address.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="calendar_feed"
    )
    token = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self):
        return str(self.user)
