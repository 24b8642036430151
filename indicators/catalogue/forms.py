"""Forms of the catalogue of standards."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainForm
from indicators.catalogue.edition_file import read_edition
from indicators.catalogue.edition_yaml import MAX_BYTES, EditionInvalid


class EditionImportForm(PlainForm):
    """A YAML file or pasted text. Importing the same content twice changes nothing by itself,
    so the form needs no one-time token."""

    file = forms.FileField(label=_("YAML file"), required=False)
    text = forms.CharField(
        label=_("or paste the text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "edition-text"}),
    )
    act = forms.ChoiceField(
        choices=[("check", "check"), ("import", "import")],
        required=False,
        widget=forms.HiddenInput,
    )

    plan = None
    mistakes = ()
    _in_box = True  # whether what was read stands in the box, as does a file that is text

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        source = self._source(cleaned)
        if source is None:
            return cleaned
        try:
            self.plan = read_edition(source)
        except EditionInvalid as invalid:
            self.mistakes = invalid.errors
            self.add_error(
                "text" if self._in_box else "file",
                _("Nothing was imported: the text has mistakes, listed below."),
            )
        cleaned["source"] = source
        return cleaned

    def _source(self, cleaned):
        file = cleaned.get("file")
        if file is None:
            if not cleaned.get("text", "").strip():
                self.add_error("file", _("Please choose a file or paste the text."))
                return None
            return cleaned["text"]
        if file.size > MAX_BYTES:
            self.add_error("file", _("The file is larger than 1 MB."))
            return None
        raw = file.read()
        self._in_box = self._keep(raw)
        return raw

    def _keep(self, raw):
        """Show the file's text in the box: a browser forgets a chosen file, people should not."""
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            return False
        if "\x00" in text:
            return False
        self.data = self.data.copy()
        self.data["text"] = text
        return True


class EditionVerifyForm(PlainForm):
    """How the wording was checked, or why the confirmation is taken back."""

    note = forms.CharField(
        label=_("checked against"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class UnverifyForm(PlainForm):
    """Why the confirmation is taken back."""

    why = forms.CharField(
        label=_("reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
