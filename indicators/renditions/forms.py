"""What the address of a file's page says."""

from django import forms

from core.forms import PlainForm

ZOOMS = ("100", "150", "200")


class LookForm(PlainForm):
    """Which page, how large, cited where. Nonsense counts as nothing."""

    page = forms.IntegerField(min_value=1, max_value=100_000, required=False)
    zoom = forms.ChoiceField(choices=[(zoom, zoom) for zoom in ZOOMS], required=False)
    cited = forms.IntegerField(min_value=1, required=False)
    file = forms.IntegerField(min_value=1, required=False)

    @classmethod
    def of(cls, query):
        """What is understood of a query."""
        form = cls(query)
        form.is_valid()
        return {name: form.cleaned_data.get(name) for name in form.fields}
