"""People, their roles and who acts for whom."""

from datetime import datetime, time, timedelta

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

import thai
from people.models.confirmation import Confirmable, confirmation_constraints
from people.models.office import Office, WorkGroup
from people.sign_in.passwords import read_one_time
from people.states import Role


class UserQuerySet(models.QuerySet):
    """Rows of people."""

    def visible_to(self, user):
        """People of the user's own office; a stranger sees nobody."""
        if not user.is_authenticated or user.office_id is None:
            return self.none()
        return self.filter(office=user.office_id)

    def active(self):
        """People who can sign in."""
        return self.filter(is_active=True)

    def without_it(self):
        """Without IT's own accounts, which open Django admin."""
        return self.filter(is_staff=False)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc] # made at run time
    """Creates people; only management commands make superusers."""

    def create_user(self, username, email="", password=None, **fields):
        """Make a person who can sign in with ``password`` (unusable when None)."""
        user = self.model(username=username, email=self.normalize_email(email) or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username, email="", password=None, **fields):
        """IT's own account for Django admin."""
        return self.create_user(
            username, email, password, is_staff=True, is_superuser=True, **fields
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person. ``is_staff``/``is_superuser`` are IT's door to Django admin, nothing else."""

    username = models.CharField(
        _("username"), max_length=60, unique=True, validators=[UnicodeUsernameValidator()]
    )
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    prefix = models.CharField(_("prefix"), max_length=40, blank=True)
    given_name = models.CharField(_("given name"), max_length=80)
    family_name = models.CharField(_("family name"), max_length=80, blank=True)
    position = models.CharField(_("position"), max_length=120, blank=True)
    standing = models.CharField(_("academic standing"), max_length=60, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="people")
    work_group = models.ForeignKey(
        WorkGroup, models.PROTECT, null=True, blank=True, related_name="people"
    )
    # Name as a Thai dictionary sorts it (thai.sort_key): databases sort by code point.
    sort_name = models.CharField(max_length=400, editable=False, blank=True, db_index=True)
    # Name, position and username folded for search (thai.fold).
    search_text = models.CharField(max_length=600, editable=False, blank=True)
    language = models.CharField(_("language"), max_length=5, default="th")
    digest_by_email = models.BooleanField(_("daily digest by e-mail"), default=True)
    # Since when mail servers refuse the address for good, and their words; see delivery.py.
    email_refused_at = models.DateTimeField(null=True, editable=False)
    email_refusal = models.CharField(max_length=300, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["given_name"]

    class Meta:
        ordering = ["sort_name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self):
        return self.full_name

    def save(self, *args, **kwargs):
        """Keep the derived sort and search columns true to the name."""
        self.email = self.email or None
        self.sort_name = thai.sort_key(f"{self.given_name} {self.family_name}")[:400]
        self.search_text = thai.fold(
            f"{self.prefix}{self.given_name} {self.family_name} {self.position} {self.username}"
        )[:600]
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_name", "search_text"}
        super().save(*args, **kwargs)

    def check_password(self, raw_password):
        """A one-time password counts as it was meant, copied with a space or typed in capitals.

        Any other password counts to the letter.
        """
        return super().check_password(read_one_time(raw_password))

    @property
    def full_name(self):
        """Prefix, given and family name as Thai papers write them."""
        return thai.full_name(self.prefix, self.given_name, self.family_name)

    def get_full_name(self):
        return self.full_name

    def get_short_name(self):
        return self.given_name


class PeriodQuerySet(models.QuerySet):
    """Rows that hold for a period of Bangkok dates, both ends included."""

    def visible_to(self, user):
        """Those of the user's own office."""
        if not user.is_authenticated or user.office_id is None:
            return self.none()
        return self.filter(office=user.office_id)

    def not_over(self, day):
        """Rows that end on ``day`` or later, also those that begin later."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day))

    def covering(self, day):
        """Rows whose period holds ``day``, also those that await their confirmation."""
        return self.not_over(day).filter(since__lte=day)

    def on(self, day):
        """Rows in force on ``day``: nothing is given before the day of its confirmation."""
        next_day = datetime.combine(day + timedelta(days=1), time(), tzinfo=thai.BANGKOK)
        confirmed = Q(confirmed_at__isnull=True) | Q(confirmed_at__lt=next_day)
        return self.covering(day).filter(confirmed, awaits_confirmation=False)

    def awaiting(self, day):
        """Rows that await the confirmation by a second person and are not over."""
        return self.not_over(day).filter(awaits_confirmation=True)


class RoleGrant(Confirmable):
    """A role held in an office for a period; ended, never deleted."""

    user = models.ForeignKey(User, models.PROTECT, related_name="role_grants")
    office = models.ForeignKey(Office, models.PROTECT, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["office", "role", "since", "pk"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="role_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["user", "office", "role"],
                condition=Q(until__isnull=True),
                name="role_open_once",
            ),
            *confirmation_constraints("role", "role"),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()}"

    @property
    def what(self):
        """The role in the reader's language."""
        return self.get_role_display()


class Acting(Confirmable):
    """รักษาราชการแทน: ``user`` holds the powers of ``for_role`` for a period of dates."""

    user = models.ForeignKey(User, models.PROTECT, related_name="acting_periods")
    office = models.ForeignKey(Office, models.PROTECT, related_name="acting_periods")
    for_role = models.CharField(_("acts for"), max_length=20, choices=Role)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"))
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        ordering = ["office", "for_role", "since", "pk"]
        verbose_name = _("acting period")
        verbose_name_plural = _("acting periods")
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="acting_ends_after_it_begins"
            ),
            *confirmation_constraints("acting", "for_role"),
        ]

    def __str__(self):
        return f"{self.user} → {self.get_for_role_display()}"

    @property
    def what(self):
        """For whom, in the reader's language."""
        return str(_("Acting %(role)s")) % {"role": self.get_for_role_display()}
