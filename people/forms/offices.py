"""Forms of an office's settings and work groups."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import IdempotentMixin, PlainModelForm, SeenMixin
from people import offices
from people.models import Office, WorkGroup


class OfficeForm(SeenMixin, PlainModelForm):
    """What an office says of itself; code and kind are fixed when it is founded."""

    class Meta:
        model = Office
        fields = ["name", "short_name", "province", "address", "digits", "deputy_reviews"]
        widgets = {"address": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "name": _("As it stands on orders and announcements."),
            "digits": _(
                "For numbers, dates and page numbers of announcements, orders, memos, invitations, "
                "minutes and reports, and on the page that checks a paper. The rules of official "
                "correspondence ask for Thai digits. Papers already issued stay as they are."
            ),
        }

    def facts(self):
        """What ``offices.update_office`` takes."""
        return {name: self.cleaned_data[name] for name in offices.OFFICE_FIELDS}


class GroupForm(SeenMixin, PlainModelForm):
    """A work group."""

    class Meta:
        model = WorkGroup
        fields = ["code", "name", "order"]
        help_texts = {
            "code": _("A short sign, used in imports and exports."),
            "order": _("Its place in lists."),
        }

    def __init__(self, *args, office, **kwargs):
        super().__init__(*args, **kwargs)
        self.office = office

    def clean_code(self):
        code = self.cleaned_data["code"].strip()
        same = WorkGroup.objects.filter(office=self.office, code=code)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(
                _("The office has a group with this code already."), code="taken"
            )
        return code

    def facts(self):
        """What the domain takes."""
        return {name: self.cleaned_data[name] for name in offices.GROUP_FIELDS}


class GroupCreateForm(IdempotentMixin, GroupForm):
    """A new work group."""
