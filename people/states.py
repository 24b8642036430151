"""Enums of the people app; imports nothing of ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# The kind of message that leads to choosing a new password.
PASSWORD_LINK = "password.link"  # noqa: S105 - a kind of notification, not a secret


class OfficeKind(models.TextChoices):
    """สพป. or สพม.; สพฐ. itself runs no cycle, its reviewers read what offices submit."""

    PRIMARY = "primary", _("Primary education service area office")
    SECONDARY = "secondary", _("Secondary education service area office")
    NATIONAL = "national", _("Office of the Basic Education Commission")


class Digits(models.TextChoices):
    """Which digits official papers of an office carry."""

    THAI = "thai", _("Thai digits")
    ARABIC = "arabic", _("Arabic digits")


class Handover(models.TextChoices):
    """By what one person gets into the hands of another how to sign in."""

    ACCOUNT = "account", _("Account made or opened again")
    PASSWORD = "password", _("One-time password")
    EMAIL = "email", _("E-mail changed")
    USERNAME = "username", _("Username changed")
    SECOND_FACTOR = "second_factor", _("Two-step sign-in switched off")
    LINK = "link", _("Link to choose a password")


class Role(models.TextChoices):
    """What a person may be in an office; everyone of the office is staff without a grant."""

    DIRECTOR = "director", _("Director")
    DEPUTY = "deputy", _("Deputy director")
    GROUP_DIRECTOR = "group_director", _("Group director")
    COORDINATOR = "coordinator", _("Coordinator")
    ADMIN = "admin", _("Administrator")
    OBEC = "obec", _("OBEC reviewer")


# Roles that an office of each kind grants: only the national office has reviewers, because a
# reviewer reads what every office submitted.
NATIONAL_ROLES = (Role.ADMIN, Role.OBEC)
LOCAL_ROLES = tuple(role for role in Role if role != Role.OBEC)
# Whoever holds one of these decides on papers: given by a person, they hold once a second person
# has confirmed them, acting periods as well.
ROLES_TO_CONFIRM = (Role.DIRECTOR, Role.DEPUTY)
# Who of the office may be that second person.
CONFIRMING_ROLES = (Role.DIRECTOR, Role.DEPUTY, Role.ADMIN)
