"""Enums of the people app; imports nothing of ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# The kind of notification that lists a day's reminders; people may leave it by e-mail.
DIGEST = "digest"


class OfficeKind(models.TextChoices):
    """สพป. or สพม.; สพฐ. itself runs no cycle, its reviewers read what offices submit."""

    PRIMARY = "primary", _("Primary education service area office")
    SECONDARY = "secondary", _("Secondary education service area office")
    NATIONAL = "national", _("Office of the Basic Education Commission")


class Digits(models.TextChoices):
    """Which digits official papers of an office carry."""

    THAI = "thai", _("Thai digits")
    ARABIC = "arabic", _("Arabic digits")


class Role(models.TextChoices):
    """What a person may be in an office; everyone of the office is staff without a grant."""

    DIRECTOR = "director", _("Director")
    DEPUTY = "deputy", _("Deputy director")
    GROUP_DIRECTOR = "group_director", _("Group director")
    COORDINATOR = "coordinator", _("Coordinator")
    ADMIN = "admin", _("Administrator")
    OBEC = "obec", _("OBEC reviewer")


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


# What the history says of people; the codes are kept for ever.
VERBS = {
    "person.add": _("added to the office"),
    "person.change": _("details changed"),
    "person.deactivate": _("deactivated"),
    "person.reactivate": _("reactivated"),
    "person.password": _("given a new one-time password"),
    "person.invite": _("sent a link to choose a password"),
    "role.grant": _("given a role"),
    "role.end": _("role ended"),
    "acting.appoint": _("appointed to act"),
    "acting.end": _("acting period ended"),
    "group.add": _("work group added"),
    "group.change": _("work group changed"),
    "office.found": _("office founded"),
    "office.change": _("office settings changed"),
    "office.certificate_set": _("certificate of the digital signature set"),
    "office.certificate_remove": _("certificate of the digital signature removed"),
    "delivery.retry": _("e-mail put back into the queue"),
    "rest_day.add": _("rest day added"),
    "rest_day.remove": _("rest day removed"),
}

# Roles that an office of each kind grants: only the national office has reviewers, because a
# reviewer reads what every office submitted.
NATIONAL_ROLES = (Role.ADMIN, Role.OBEC)
LOCAL_ROLES = tuple(role for role in Role if role != Role.OBEC)
