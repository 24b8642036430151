"""The form of a comment. It shapes input; the domain saves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DIGITS_OF_A_KEY, IdempotentMixin, PlainForm, RowsField
from people.models import User

LONGEST_COMMENT = 4000


class ColleagueNamesMixin:
    """People by their names, with what tells one from another of the same name."""

    def label_from_instance(self, obj):
        group = obj.work_group.name if obj.work_group else ""
        more = " · ".join(filter(None, (obj.position, group)))
        return f"{obj.full_name} ({more})" if more else obj.full_name


class ColleagueField(ColleagueNamesMixin, forms.ModelChoiceField):
    """One of the office's people."""


class ColleaguesField(ColleagueNamesMixin, RowsField):
    """Some of the office's people."""


class CommentForm(IdempotentMixin, PlainForm):
    """A comment in a discussion; ``office`` is the one whose people it may call."""

    text = forms.CharField(
        label=_("Your comment"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": _("Please write the comment.")},
    )
    notify = ColleagueField(
        label=_("Notify"),
        required=False,
        queryset=User.objects.none(),
        empty_label=_("Only who takes part"),
        error_messages={"invalid_choice": _("Choose a person of the office.")},
    )
    meant = ColleaguesField(
        label=_("Who is meant"),
        required=False,
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Choose a person of the office."),
            "invalid_pk_value": _("Choose a person of the office."),
        },
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(user).active().without_it().select_related("work_group")
        self.fields["notify"].queryset = people.exclude(pk=user.pk)
        self.fields["meant"].queryset = people
        self.asks = False

    def ask_who(self, refusal):
        """Ask which of the people of one name is meant, beside what was typed."""
        self.asks = True
        self.fields["meant"].queryset = self.fields["meant"].queryset.filter(
            pk__in=[person.pk for person in refusal.people]
        )
        self.add_error("meant", refusal.message)


class ThreadForm(CommentForm):
    """The first comment of a new discussion."""


class LastSeenForm(PlainForm):
    """The last comment that stood on the page."""

    seen = forms.IntegerField(min_value=0, max_value=10**DIGITS_OF_A_KEY)
