"""Forms of the people pages: a person, roles, acting periods."""

from datetime import timedelta

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock, idempotency
from core.forms import IdempotentMixin, PlainForm, PlainModelForm, SeenMixin, ThaiDateField
from core.forms.typed_text import AccountField
from people import members, rules
from people.forms.names import NamesMixin
from people.models import User, WorkGroup
from people.sign_in.names import is_name_of
from people.sign_in.passwords import one_time_password
from people.states import ROLES_TO_CONFIRM, Role

JUST_NOW = timedelta(minutes=2)  # within which a second click is the same one
PREFIXES = ("นาย", "นาง", "นางสาว", "ว่าที่ร้อยตรี", "ดร.")


class PersonFilterForm(PlainForm):
    """Search and filters of the list; what cannot be read is left out, not refused."""

    q = forms.CharField(label=_("Name, position or username"), required=False, max_length=100)
    group = forms.ModelChoiceField(
        WorkGroup.objects.none(), label=_("Work group"), required=False, empty_label=_("All groups")
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Active people")), ("inactive", _("Deactivated people"))],
    )

    def __init__(self, *args, office, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = WorkGroup.objects.filter(office=office)


class PersonForm(NamesMixin, SeenMixin, PlainModelForm):
    """What an administrator writes about a person."""

    class Meta:
        model = User
        fields = [
            "prefix",
            "given_name",
            "family_name",
            "position",
            "standing",
            "work_group",
            "username",
            "email",
            "phone",
        ]
        widgets = {
            "prefix": forms.TextInput(attrs={"list": "prefixes", "autocomplete": "off"}),
            "username": forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        }
        field_classes = {"username": AccountField}
        labels = {"work_group": _("Work group")}
        error_messages = {
            "username": {"invalid": _("Only letters, digits and @ . + - _ are possible.")},
        }
        help_texts = {
            "username": _("For signing in: letters, digits and @ . + - _"),
            "email": _("Reminders and password links go there."),
            "standing": _("For example: Senior Professional Level"),
        }

    def __init__(self, *args, office, by=None, **kwargs):
        super().__init__(*args, **kwargs)
        if by is not None and by.pk == self.instance.pk:  # whoever holds the screen may be another
            email = self.fields["email"]
            email.disabled, email.help_text = True, _("Change your own e-mail in your profile.")
        group = self.fields["work_group"]
        group.queryset = WorkGroup.objects.filter(office=office)
        group.empty_label = _("No group")
        self.prefixes = PREFIXES

    def clean_username(self):
        """Nor somebody else's in other letters, nor an e-mail by which somebody else signs in."""
        username = self.cleaned_data["username"].strip()
        if is_name_of(User.objects.exclude(pk=self.instance.pk), username):
            raise forms.ValidationError(_("This username is taken."), code="taken")
        return username

    def clean_email(self):
        return free_email(self.cleaned_data["email"], self.instance)


class OneTimeMixin(IdempotentMixin):
    """A form that is answered with a page that shows a one-time password."""

    def one_time_password(self):
        """The first password of this submission, the same whenever it is asked for."""
        return one_time_password(self.submission.key)

    def shown_at(self, who):
        """Where a form leads whose one-time password is on the answer's page."""
        return f"{reverse('people:person', args=[who.pk])}#one-time-{who.pk}"

    def shown_just_now(self, user, url):
        """The person whose one-time password the first click was answered with, or None.

        A double click's first answer is never seen. Its second one shows the same page: once,
        within two minutes, and only while the password still is this one.
        """
        _address, _hash, pk = url.partition("#one-time-")
        since = clock.now() - JUST_NOW
        if not pk or not idempotency.sent_since(user, self.submission, since):
            return None
        who = User.objects.visible_to(user).filter(pk=pk).first()
        if who is None or not who.check_password(self.one_time_password()):
            return None
        taken = idempotency.take_result(user, self.submission, url, instead=url.partition("#")[0])
        return who if taken else None


class NewPasswordForm(OneTimeMixin, PlainForm):
    """The button that shows a new one-time password."""


class PersonCreateForm(OneTimeMixin, PersonForm):
    """A new person, and how the first password reaches them."""

    PASSWORD, LINK = "password", "link"
    first_password = forms.ChoiceField(
        label=_("First password"),
        choices=[
            (PASSWORD, _("Show me a one-time password to hand over")),
            (LINK, _("Send a link to the person's e-mail")),
        ],
        widget=forms.RadioSelect,
        initial=PASSWORD,
    )

    def clean(self):
        cleaned = super().clean()
        wants_link = cleaned.get("first_password") == self.LINK
        if wants_link and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("A link needs an e-mail address."))
        return cleaned

    def facts(self):
        """What ``members.add_person`` takes."""
        return {name: self.cleaned_data[name] for name in members.FIELDS}


class OfficeReasonForm(PlainForm):
    """A reason that the history keeps."""

    why = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the history."),
    )


class RoleForm(IdempotentMixin, PlainForm):
    """A role from a day on."""

    role = forms.ChoiceField(label=_("Role"))
    since = ThaiDateField(label=_("From"))
    until = ThaiDateField(
        label=_("Until"), required=False, help_text=_("Leave empty when no end is known.")
    )

    def __init__(self, *args, office, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [
            (role.value, role.label) for role in rules.grantable_roles(office)
        ]

    def clean(self):
        cleaned = super().clean()
        refuse_backwards(self, cleaned)
        refuse_over(self, cleaned.get("role"), cleaned.get("until"))
        return cleaned

    def facts(self):
        """What ``roles.grant_role`` takes."""
        return {name: self.cleaned_data[name] for name in ("role", "since", "until")}


class ActingForm(IdempotentMixin, PlainForm):
    """รักษาราชการแทน: for which role, from when to when."""

    for_role = forms.ChoiceField(
        label=_("Acts for"),
        help_text=_("Whoever acts for a group director does so for the group they belong to."),
    )
    since = ThaiDateField(label=_("From"))
    until = ThaiDateField(label=_("Until (last day)"))
    note = forms.CharField(
        label=_("Note"),
        max_length=300,
        required=False,
        help_text=_("For example the number of the order."),
    )

    def __init__(self, *args, office, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["for_role"].choices = [
            (role.value, role.label)
            for role in rules.grantable_roles(office)
            if role not in (Role.ADMIN, Role.OBEC)
        ]

    def clean(self):
        cleaned = super().clean()
        refuse_backwards(self, cleaned)
        refuse_over(self, cleaned.get("for_role"), cleaned.get("until"))
        return cleaned

    def facts(self):
        """What ``roles.appoint_acting`` takes."""
        return {name: self.cleaned_data[name] for name in ("for_role", "since", "until", "note")}


def refuse_backwards(form, cleaned):
    """The end stands at the field, in a sentence."""
    since, until = cleaned.get("since"), cleaned.get("until")
    if since and until and until < since:
        form.add_error("until", _("The period ends before it begins."))


def refuse_over(form, role, until):
    """A period that is over can't be confirmed any more: asked for, it would wait for ever."""
    if role in ROLES_TO_CONFIRM and until and until < clock.today() and "until" not in form.errors:
        form.add_error("until", _("This period is over: nobody could confirm it any more."))


def free_email(email, person):
    """The address in lower case, refused when somebody else signs in by it."""
    email = (email or "").lower() or None
    others = User.objects.exclude(pk=person.pk)
    if email and is_name_of(others, email):
        raise forms.ValidationError(_("This e-mail is taken."), code="taken")
    return email
