"""Forms of the evidence that considerations require."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.forms import PlainForm


class RequiredPieceForm(PlainForm):
    """One more piece of evidence that the office asks for."""

    title = forms.CharField(
        label=_("required piece of evidence"),
        max_length=300,
        error_messages={"required": _("Say which piece of evidence is required.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="required_%s", **kwargs)  # beside forms with titles


class NotHereForm(PlainForm):
    """Why a piece, a row of the list, does not apply here."""

    why = forms.CharField(
        label=_("Why does it not apply here?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, row=None, **kwargs):
        self.row = row and row.pk
        super().__init__(*args, auto_id=f"excuse-{self.row}-%s", **kwargs)
        if row:
            said = gettext("Say why “%(piece)s” does not apply here.") % {"piece": row.title}
            self.fields["why"].error_messages["required"] = said


class TickForm(PlainForm):
    """Which row of the list a citation shows."""

    row = forms.IntegerField(min_value=1)


class ForRowForm(PlainForm):
    """Which row of the list something is brought or chosen for, if any."""

    row = forms.IntegerField(min_value=1, required=False)
