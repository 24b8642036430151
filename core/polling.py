"""How often a page asks whether something is ready: often at first, then less, then no more."""

from dataclasses import dataclass

from django import forms

from core.forms import PlainForm

# Milliseconds before the next question; together a minute.
DELAYS = (700,) * 5 + (1000,) * 3 + (1500,) * 3 + (2000,) * 3 + (3000,) * 3 + (5000,) * 7


class PollForm(PlainForm):
    """How often the page has asked already."""

    n = forms.IntegerField(min_value=0, max_value=1000, required=False)

    @classmethod
    def count_of(cls, query):
        """The number in an address; nonsense counts as the first time."""
        form = cls(query)
        return (form.cleaned_data["n"] or 0) if form.is_valid() else 0


@dataclass(frozen=True)
class Poll:
    """The next question, if there is one."""

    n: int
    delay: int  # 0: enough was asked, now a person decides


def poll_of(request) -> Poll:
    """What follows the question that this request is."""
    asked = PollForm.count_of(request.GET)
    return Poll(asked + 1, DELAYS[asked] if asked < len(DELAYS) else 0)
