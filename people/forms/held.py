"""Which of the held messages are dropped: those that stood on the page."""

from django import forms


class DropForm(forms.Form):
    """The number of the last message that the page showed."""

    until = forms.IntegerField(min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)
