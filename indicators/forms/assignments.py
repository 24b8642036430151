"""Forms of the assignment table.

People are typed by name: the box takes what a person types or picks (``นางสาว ก ข · ตำแหน่ง``)
and finds exactly one active person of the office, with or without scripts in the browser.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django import forms
from django.utils.translation import gettext_lazy as _

from esa_standards import thai
from indicators.domain.assignments import KINDS, find_target
from people.forms import PlainForm
from people.models import RoleGrant, User
from people.states import Role

NAMES_SHOWN = 5
# What offices call the director of a group, whatever the position's full name.
LEAD = "ผอ.กลุ่ม"
# The same people are listed on every page that names somebody.
_folded = lru_cache(maxsize=2000)(thai.fold)


@dataclass(frozen=True)
class Directory:
    """The active people of one office, read once per page."""

    people: tuple[User, ...]
    leaders: frozenset[int]

    @classmethod
    def of(cls, user, day):
        """People whom ``user`` may name, in the order of a Thai dictionary; 2 queries."""
        people = User.objects.visible_to(user).active().select_related("work_group")
        leaders = User.objects.visible_to(user).filter(
            role_grants__in=_group_directors(user.office_id, day)
        )
        return cls(tuple(people), frozenset(leaders.values_list("pk", flat=True)))

    @cached_property
    def names(self):
        """What to type for each person; two of the same name and position get their username."""
        counts = Counter(label_of(person) for person in self.people)
        return {
            person.pk: label if counts[label] == 1 else f"{label} · {person.username}"
            for person in self.people
            if (label := label_of(person))
        }

    def labels(self):
        """What the box offers: id, text, group, and whether the person directs the group."""
        return [
            {
                "id": person.pk,
                "text": self.names[person.pk],
                "group": person.work_group.name if person.work_group else "",
                "lead": person.pk in self.leaders,
                "find": self._text(person),
            }
            for person in self.people
        ]

    def _text(self, person):
        """Everything a person is found by, folded."""
        lead = LEAD if person.pk in self.leaders else ""
        return _folded(f"{self.names[person.pk]} {person.work_group or ''} {lead}")

    def match(self, typed):
        """People the typed text can mean: the whole label, the name, or a part of either."""
        needle = thai.fold(typed)
        for same in (
            lambda person: thai.fold(self.names[person.pk]) == needle,
            lambda person: thai.fold(person.full_name) == needle,
            lambda person: needle in self._text(person),
        ):
            if found := [person for person in self.people if same(person)]:
                return found
        return []


def _group_directors(office, day):
    return RoleGrant.objects.on(day).filter(office=office, role=Role.GROUP_DIRECTOR)


def label_of(person):
    """Name and position, as the box shows them."""
    return f"{person.full_name} · {person.position}" if person.position else person.full_name


class PersonField(forms.CharField):
    """A typed name that must mean exactly one person of ``directory``."""

    default_error_messages = {
        "nobody": _("Nobody of the office is called “%(typed)s”."),
        "several": _("Several people match: %(names)s. Please choose one."),
    }

    def __init__(self, *args, directory=None, **kwargs):
        kwargs.setdefault("max_length", 300)
        super().__init__(*args, **kwargs)
        self.directory = directory

    def clean(self, value):
        typed = super().clean(value)
        if not typed:
            return None
        found = self.directory.match(typed)
        if not found:
            raise forms.ValidationError(
                self.error_messages["nobody"], code="nobody", params={"typed": typed[:60]}
            )
        if len(found) > 1:
            names = ", ".join(self.directory.names[person.pk] for person in found[:NAMES_SHOWN])
            more = " …" if len(found) > NAMES_SHOWN else ""
            raise forms.ValidationError(
                self.error_messages["several"], code="several", params={"names": names + more}
            )
        return found[0]


class PeopleForm(PlainForm):
    """Base of the forms that name a person."""

    person = PersonField(
        label=_("responsible"),
        error_messages={"required": _("Please type a name.")},
        widget=forms.TextInput(
            attrs={
                "list": "people",
                "autocomplete": "off",
                "data-person-box": "",
                "class": "form-control",
            }
        ),
    )

    def __init__(self, *args, directory, assessment, **kwargs):
        super().__init__(*args, **kwargs)
        self.assessment = assessment
        self.fields["person"].directory = directory


class TargetMixin(forms.Form):
    """Which row: kind and code, checked against the year's own edition."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS], widget=forms.HiddenInput)
    code = forms.CharField(max_length=20, widget=forms.HiddenInput)

    def clean(self):
        cleaned = super().clean()
        if "kind" in cleaned and "code" in cleaned:
            cleaned["target"] = find_target(self.assessment, cleaned["kind"], cleaned["code"])
            if cleaned["target"] is None:
                self.add_error(None, _("This row does not belong to the edition of this year."))
        return cleaned


class AssignForm(TargetMixin, PeopleForm):
    """One row of the table. ``seen`` is who stood there when the page was made (0: nobody)."""

    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class TransferForm(PeopleForm):
    """Hand a row to somebody else, with the reason that the history keeps."""

    reason = forms.CharField(label=_("reason"), max_length=300)
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class EndForm(PlainForm):
    """Leave a row with nobody."""

    reason = forms.CharField(label=_("reason"), max_length=300)


class AssignGroupForm(TargetMixin, PeopleForm):
    """Name one person for a row and everything below it."""

    overwrite = forms.BooleanField(label=_("also where somebody is named already"), required=False)
    reason = forms.CharField(
        label=_("reason (when somebody is replaced)"), max_length=300, required=False
    )
    field_order = ["person", "overwrite", "reason"]


class TableFilterForm(PlainForm):
    """What the table shows; what cannot be read is left out, not refused."""

    q = forms.CharField(label=_("Search code or title"), required=False, max_length=100)
    open = forms.BooleanField(label=_("only without a person"), required=False)
    group = forms.TypedChoiceField(
        label=_("work group"), required=False, coerce=int, empty_value=None
    )
    person = forms.TypedChoiceField(label=_("person"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args, groups=(), people=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [
            ("", _("all groups")),
            *((group.pk, str(group)) for group in groups),
        ]
        self.fields["person"].choices = [
            ("", _("all people")),
            *((person.pk, str(person)) for person in people),
        ]
