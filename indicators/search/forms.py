"""What is looked for, and what the answer is narrowed by."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core import search
from core.forms import PlainForm
from core.search import Wanted, Words


class FindForm(PlainForm):
    """The box in the head of every page, and the filters of the page that it leads to."""

    q = forms.CharField(label=_("Search everything"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("kind"), required=False)
    indicator = forms.ChoiceField(label=_("indicator"), required=False)
    year = forms.TypedChoiceField(label=_("fiscal year"), required=False, coerce=int)
    group: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("work group"), queryset=None, required=False, empty_label=_("All work groups")
    )
    person: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("person"), queryset=None, required=False, empty_label=_("Everybody")
    )
    state = forms.ChoiceField(label=_("state"), required=False)

    def __init__(self, *args, user, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.sources = search.sources(user)
        self.fields["kind"].choices = [
            ("", _("Everything")),
            *((source.name, source.label) for source in self.sources),
        ]
        self.fields["state"].choices = [
            ("", _("Any state")),
            *(
                (f"{source.name}.{state}", f"{source.label}: {label}")
                for source in self.sources
                for state, label in source.states
            ),
        ]
        self.fields["indicator"].choices = [
            ("", _("All indicators")),
            *((code, f"{code} {title}") for code, title in choices.indicators),
        ]
        self.fields["year"].choices = [
            ("", _("All years")),
            *((year, str(year)) for year in choices.years),
        ]
        self.fields["group"].queryset = choices.groups
        self.fields["person"].queryset = choices.people

    @property
    def wanted(self):
        """What is looked for; a filter that is no choice narrows nothing."""
        chosen = self.cleaned_data
        return Wanted(
            words=Words.of(chosen.get("q", "")),
            year=chosen.get("year") or None,
            indicator=chosen.get("indicator", ""),
            person=person.pk if (person := chosen.get("person")) else None,
            group=group.pk if (group := chosen.get("group")) else None,
            state=chosen.get("state", "").partition(".")[2],
        )

    @property
    def narrowed(self):
        """The filters that are set, as they are sent."""
        names = [name for name in self.fields if name != "q"]
        return [(name, self.data[name]) for name in names if self.cleaned_data.get(name)]

    @property
    def asked(self):
        """The kinds that are meant, by what is chosen; first the one that what was typed names."""
        kind = self.cleaned_data.get("kind") or self.cleaned_data.get("state", "").partition(".")[0]
        wanted = self.wanted
        asked = [s for s in self.sources if kind in ("", s.name) and s.answers(wanted)]
        return sorted(asked, key=lambda source: not source.leads(wanted.words))
