"""Form parts that every app uses: one-time tokens, Thai dates, stale-edit guards."""

import hashlib
import json
import secrets

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from esa_standards import thai
from people.domain import once

DIGITS_OF_A_KEY = 18


class PlainHelper(FormHelper):
    """The one crispy layout: the template writes the form tag and the buttons."""

    form_tag = False
    disable_csrf = True


class TextGuardMixin:
    """Refuses what no person types: NUL bytes and lone surrogates."""

    def clean(self):
        cleaned = super().clean()
        for name, value in (cleaned or {}).items():
            if isinstance(value, str) and (
                "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value)
            ):
                self.add_error(name, _("The text contains characters that cannot be stored."))
        return cleaned

    @property
    def helper(self):
        return PlainHelper()


class PlainForm(TextGuardMixin, forms.Form):
    """A form without a model."""


class PlainModelForm(TextGuardMixin, forms.ModelForm):
    """A form of a model; only validates, the domain saves."""


class OnceMixin(forms.Form):
    """A create form: the same POST twice makes one object.

    In the view, inside ``transaction.atomic()``::

        if not form.first_time(request.user):
            return redirect(form.earlier_result(request.user) or fallback)
        thing = domain.make(...)
        form.remember(request.user, url)

    and where the form is not valid, before showing its errors::

        if url := form.sent_before(request.user):
            return redirect(url)
    """

    once = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = self._fresh = secrets.token_urlsafe(16)

    @property
    def _name(self):
        return type(self).__name__

    def _token(self):
        return self.cleaned_data["once"] or self._fresh

    def sent_before(self, user):
        """Where the same form led when it was sent before, else an empty string.

        To be asked after ``is_valid`` said no: what the first submission made (a username, a
        code) may be what this one's validation stumbled over.
        """
        token = self.data.get(self.add_prefix("once"), "") if self.is_bound else ""
        if not token or len(token) > 64 or "\x00" in token:
            return ""
        return once.earlier_result(user, self._name, token)

    def first_time(self, user):
        """Claim the token; False for the second submission."""
        return once.first_time(user, self._name, self._token())

    def remember(self, user, url):
        """Keep where this submission led."""
        once.remember_result(user, self._name, self._token(), url)

    def earlier_result(self, user):
        """Where the first submission led."""
        return once.earlier_result(user, self._name, self._token())


class SeenMixin(forms.ModelForm):
    """An edit form that never writes over what somebody else saved meanwhile.

    It remembers the values it was filled from. When others stand there now it is refused once,
    with theirs beside what was typed; sent again it is meant.
    """

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Read now: validation writes what was typed onto the instance.
        self._standing = {name: self._shown(name) for name in self._meta.fields}
        text = json.dumps(list(self._standing.values()), ensure_ascii=False)
        self._digest = hashlib.sha256(text.encode()).hexdigest()
        self.fields["seen"].initial = self._digest

    def _shown(self, name):
        value = getattr(self.instance, name)
        return "" if value is None else str(value)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("seen") and cleaned["seen"] != self._digest:
            self.add_error(None, self._theirs(cleaned))
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = self._digest
        return cleaned

    def _theirs(self, cleaned):
        lines = [_("Somebody changed this meanwhile. Yours was not saved yet.")]
        for name, text in self._standing.items():
            typed = cleaned.get(name)
            if name in cleaned and text != ("" if typed is None else str(typed)):
                lines.append(
                    _("What stands there now: %(field)s “%(text)s”")
                    % {"field": self.fields[name].label, "text": text or "–"}
                )
        return lines


class RowsField(forms.ModelMultipleChoiceField):
    """Rows to tick. A number that no column holds is no choice, instead of a database error."""

    def clean(self, value):
        for pk in value or ():
            if len(str(pk)) > DIGITS_OF_A_KEY:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": str(pk)[:DIGITS_OF_A_KEY]},
                )
        return super().clean(value)


class ThaiDateField(forms.DateField):
    """A date typed in พ.ศ.; a year that cannot be meant is asked about, not guessed."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault(
            "widget",
            forms.TextInput(
                attrs={"inputmode": "numeric", "placeholder": _("day/month/year, e.g. 1/10/2559")}
            ),
        )
        super().__init__(*args, **kwargs)

    def prepare_value(self, value):
        """Show a date as ``01/10/2559``; what was typed stays as typed."""
        if hasattr(value, "year"):
            return thai.format_date(value, "numeric")
        return value

    def to_python(self, value):
        """Read what was typed; each refusal is a Thai sentence."""
        if value in self.empty_values:
            return None
        if hasattr(value, "year"):
            return value
        try:
            return thai.parse_date(str(value))
        except thai.DateRefused as refusal:
            raise forms.ValidationError(
                gettext_lazy(refusal.message_key), code=refusal.code, params=refusal.params
            ) from refusal
