"""Enums of the notifications app; imports nothing of ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# The kind of notification that lists a day's reminders; people may leave it by e-mail.
DIGEST = "digest"


class Channel(models.TextChoices):
    """A way a notification reaches a person."""

    IN_APP = "in_app", _("In the application")
    EMAIL = "email", _("E-mail")
    PERSONAL = "personal", _("Personal channel")


class Service(models.TextChoices):
    """Which service a personal channel uses; OTHER is any address Apprise understands."""

    LINE = "line", _("LINE (Messaging API)")
    TELEGRAM = "telegram", _("Telegram")
    TEAMS = "teams", _("Microsoft Teams")
    OTHER = "other", _("Another service")


class DeliveryState(models.TextChoices):
    """waiting → claimed (leased by one worker) → sent | waiting again | failed | dropped."""

    WAITING = "waiting", _("Waiting")
    CLAIMED = "claimed", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    DROPPED = "dropped", _("No longer needed")
