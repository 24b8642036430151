"""What is typed or pasted into a form, put right once, whatever the form.

A form asks for each of its fields what cleans it: a field says so itself by ``cleaner``, the
others by what they are. Passwords and hidden fields stay to the letter.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

import thai

LONGEST_LINK = 4000  # percent-encoded, a Thai letter takes nine
is_link = URLValidator(
    schemes=["http", "https"],
    message=_("A link must be a web address that begins with http:// or https://."),
)
is_link.max_length = LONGEST_LINK
Cleaner = Callable[[str], str]
TYPED = {"text", "email", "url", "number", "search", "tel"}


def cleaner_of(field: Any) -> Cleaner | None:
    """What cleans a field's text; None for what nobody types."""
    own: Cleaner | None = getattr(field, "cleaner", None)
    if own is not None:
        return own
    if isinstance(field.widget, forms.Textarea):
        return thai.clean_text
    if getattr(field.widget, "input_type", None) not in TYPED:
        return None
    if isinstance(field, forms.EmailField):
        return thai.clean_address
    return thai.clean_link if isinstance(field, forms.URLField) else thai.clean_line


def cleaned_data_of(form: Any) -> Any:
    """The data of a bound form with each field's text put right; the same object if it is."""
    changed = {}
    for name, field in form.fields.items():
        if (clean := cleaner_of(field)) is None:
            continue
        key = form.add_prefix(name)
        for value in _values(form.data, key):
            if isinstance(value, str) and clean(value) != value:
                changed[key] = [clean(one) for one in _values(form.data, key)]
                break
    if not changed:
        return form.data
    data = form.data.copy()
    for key, values in changed.items():
        if hasattr(data, "setlist"):
            data.setlist(key, values)
        else:
            data[key] = values[0]
    return data


def _values(data: Any, key: str) -> list[Any]:
    if hasattr(data, "getlist"):
        found: list[Any] = data.getlist(key)
        return found
    return [data[key]] if key in data else []


TOO_LONG = ngettext_lazy(
    "This is %(extra)d letter too long: at most %(limit_value)d fit, and there are %(show_value)d.",
    "This is %(extra)d letters too long: at most %(limit_value)d fit, and there are "
    "%(show_value)d.",
    "extra",
)


def counted(error: Any) -> Any:
    """An error of a form; one about a text that is too long says how many letters are too many."""
    if not isinstance(error, ValidationError):
        return error
    lists = error.error_dict.values() if hasattr(error, "error_dict") else [error.error_list]
    for one in (one for errors in lists for one in errors):
        facts = one.params or {}
        if one.code == "max_length" and "show_value" in facts:
            one.message = TOO_LONG
            one.params = {**facts, "extra": facts["show_value"] - facts["limit_value"]}
    return error


# -- fields that say themselves what they are ------------------------------------------
class AccountField(forms.CharField):
    """A user name."""

    cleaner = staticmethod(thai.clean_address)


class CodeField(forms.CharField):
    """A code that somebody reads off a screen or a paper."""

    cleaner = staticmethod(thai.clean_code)


class EntriesField(forms.CharField):
    """One entry a line; a line that begins with ``|`` belongs to the entry above."""

    cleaner = staticmethod(thai.clean_entries)


NO_LINKS: dict[str, Callable[[str], bool]] = {
    "mailbox": thai.names_a_mailbox,
    "file": thai.names_a_file,
    "spaces": lambda typed: " " in typed,
}


class LinkField(forms.URLField):
    """A web address as people paste it: without a scheme it is https, with a space it is none."""

    default_error_messages = {
        "invalid": _("A link must be a web address that begins with http:// or https://."),
        "spaces": _("A link has no spaces. Please copy it once more, whole."),
        "mailbox": _("This is an e-mail address. Here belongs a web address, as https://…"),
        "file": _("This is the name of a file. Attach the file, or copy the link that opens it."),
    }
    default_validators = [is_link]
    widget = forms.URLInput(attrs={"placeholder": "https://"})
    cleaner = staticmethod(thai.clean_link)

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("max_length", LONGEST_LINK)
        super().__init__(assume_scheme="https", **kwargs)

    def to_python(self, value: Any) -> Any:
        """Say what is wrong with it before it is taken apart."""
        for code, is_so in NO_LINKS.items():
            if value and is_so(value.strip()):
                raise ValidationError(self.error_messages[code], code=code)
        return super().to_python(value)
