"""Form parts that every app uses: one-time tokens, Thai dates, stale-edit guards."""

import hashlib
import json
import secrets
from typing import NamedTuple

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

import thai
from core import idempotency
from core.forms.typed_text import cleaned_data_of, counted
from core.refusals import StaleEdit

DIGITS_OF_A_KEY = 18


class PlainHelper(FormHelper):
    """The one crispy layout: the template writes the form tag and the buttons."""

    form_tag = False
    disable_csrf = True


class TextGuardMixin:
    """What is pasted is put right, what no person types refused: NUL bytes, lone surrogates."""

    def full_clean(self):
        """Read the text as it was meant; a form that is shown again shows it so, too."""
        if self.is_bound:
            self.data = cleaned_data_of(self)
        super().full_clean()

    def clean(self):
        cleaned = super().clean()
        for name, value in list((cleaned or {}).items()):  # add_error takes names out
            if isinstance(value, str) and (
                "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value)
            ):
                self.add_error(name, _("The text contains characters that cannot be stored."))
        return cleaned

    def add_error(self, field, error):
        """Say of a text that is too long how much has to go."""
        super().add_error(field, counted(error))

    @property
    def helper(self):
        return PlainHelper()


class PlainForm(TextGuardMixin, forms.Form):
    """A form without a model."""


class PlainModelForm(TextGuardMixin, forms.ModelForm):
    """A form of a model; only validates, the domain saves."""


class IdempotentMixin(forms.Form):
    """A create form: the same POST twice makes one object.

    A page that Back brought again sends its old token with other content: another object.
    In the view, inside ``transaction.atomic()``::

        if not form.claim(request.user):
            return redirect(form.earlier_result(request.user) or fallback)
        thing = domain.make(...)
        form.remember(request.user, url)

    and where the form is not valid, before showing its errors::

        if url := form.sent_before(request.user):
            return redirect(url)
    """

    idempotency_token = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["idempotency_token"].initial = self._fresh = secrets.token_urlsafe(16)

    @property
    def submission(self):
        """Token and content; a form without a token is always a new one."""
        token = self.cleaned_data.get("idempotency_token") or self._fresh
        return idempotency.Submission(type(self).__name__, token, self._digest_of_content)

    @cached_property
    def _digest_of_content(self):
        values = dict(self.data.lists() if hasattr(self.data, "lists") else _lists(self.data))
        for name in ("csrfmiddlewaretoken", self.add_prefix("idempotency_token")):
            values.pop(name, None)
        files = self.files
        files = dict(files.lists() if hasattr(files, "lists") else _lists(files))
        return idempotency.digest_of(values, files)

    def sent_before(self, user):
        """Where the same form led when it was sent before, else an empty string.

        To be asked after ``is_valid`` said no: what the first submission made (a username, a
        code) may be what this one's validation stumbled over.
        """
        if not self.is_bound or not self.cleaned_data.get("idempotency_token"):
            return ""
        return idempotency.earlier_result(user, self.submission)

    def claim(self, user):
        """Claim this submission; False for the second one."""
        return idempotency.claim(user, self.submission)

    def remember(self, user, url):
        """Keep where this submission led."""
        idempotency.remember_result(user, self.submission, url)

    def earlier_result(self, user):
        """Where the first submission led."""
        return idempotency.earlier_result(user, self.submission)


def _lists(mapping):
    """The pairs of a plain mapping, as a QueryDict gives them."""
    return (
        (name, value if isinstance(value, list) else [value]) for name, value in mapping.items()
    )


class TheirText(NamedTuple):
    """One text that somebody else saved meanwhile, for the page."""

    name: str
    label: str
    text: str


class StaleEditMixin(forms.Form):
    """The one hidden field of every form that may be stale, and the form given once more.

    ``seen`` is what the form was filled from: a count of saves, a moment, a text.
    """

    seen: forms.Field = forms.CharField(widget=forms.HiddenInput, max_length=20_000, required=False)

    def stand_on(self, seen):
        """Keep what was typed, on top of what stands there now: sent once more it is meant."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = str(seen)

    def give_again(self, stale: StaleEdit, *, seen: object) -> list[TheirText]:
        """Stand on ``seen`` after a verb refused; what stands there now, row by row for the page.

        The sentence of the refusal stands on top of the form. A name that is no field of the form
        is its own label.
        """
        self.stand_on(seen)
        self.add_error(None, stale.message)
        return [
            TheirText(name, str(self.fields[name].label) if name in self.fields else name, text)
            for name, text in stale.theirs.items()
        ]


class SeenMixin(StaleEditMixin, forms.ModelForm):
    """An edit form that never writes over what somebody else saved meanwhile.

    It remembers the values it was filled from. When others stand there now it is refused once,
    with theirs beside what was typed; sent again it is meant.
    """

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
            self.stand_on(self._digest)
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


class StaleEditForm(StaleEditMixin, PlainForm):
    """An edit form that says what its page showed, so that nothing is written over unseen.

    The verb compares ``seen`` with what stands there and raises ``StaleEdit``; the view then
    shows the form again after ``give_again``, or after ``stand_on`` with words of its own.
    """


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


class SentOrderMixin:
    """A choice of several rows that keeps the order in which they were sent."""

    def clean(self, value):
        rows, place = super().clean(value), {}
        for number, sent in enumerate(value or ()):
            place.setdefault(str(sent), number)
        name = self.to_field_name or "pk"
        return sorted(rows, key=lambda row: place.get(str(getattr(row, name)), len(place)))


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


class PollForm(PlainForm):
    """How often the page has asked already."""

    n = forms.IntegerField(min_value=0, max_value=1000, required=False)

    @classmethod
    def count_of(cls, query):
        """The number in an address; nonsense counts as the first time."""
        form = cls(query)
        return (form.cleaned_data["n"] or 0) if form.is_valid() else 0


class PageForm(PlainForm):
    """Which page of a list."""

    page = forms.IntegerField(required=False, min_value=1)


class AskedForm(PlainForm):
    """What the page sends that asks once before an act that cannot be undone."""

    asked = forms.BooleanField(widget=forms.HiddenInput)


class SearchForm(PlainForm):
    """The search box of a list."""

    q = forms.CharField(required=False, max_length=100)

    @property
    def words(self) -> list[str]:
        """Folded words to look for; empty when the box is."""
        return thai.fold(self.cleaned_data["q"]).split() if self.is_valid() else []


class ReasonForm(PlainForm):
    """A reason that the history keeps and the page shows."""

    why = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class OptionalReasonForm(PlainForm):
    """Why something is undone; the domain says when it must be given."""

    why = forms.CharField(label=_("reason"), required=False, max_length=1000)
