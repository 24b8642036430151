"""A prefix typed twice: in its own box and again before the given name."""

from django import forms
from django.utils.translation import gettext_lazy as _

import thai
from core.forms import PlainModelForm


class NamesMixin(PlainModelForm):
    """Moves a prefix that stands before the given name; asks where it may belong to the name.

    ``name_is_right`` is shown once there is something to ask.
    """

    name_is_right = forms.BooleanField(
        label=_("This is the given name, whole"), required=False, widget=forms.HiddenInput
    )
    field_order = ["prefix", "given_name", "name_is_right"]

    def clean(self):
        cleaned = super().clean()
        prefix = thai.single_prefix(cleaned.get("prefix") or "")
        given = cleaned.get("given_name") or ""
        while (found := thai.prefix_in(prefix, given)) and found.sure:
            prefix, given = prefix or thai.single_prefix(found.prefix), found.name
        for name, text in (("prefix", prefix), ("given_name", given)):
            if name in cleaned:
                cleaned[name] = text
        if found and not cleaned.get("name_is_right"):
            self.add_error("given_name", _ask(found))
            self.fields["name_is_right"].widget = forms.CheckboxInput()
        return cleaned


def _ask(found):
    return forms.ValidationError(
        _(
            "The prefix “%(prefix)s” stands before the name once more. Is the name “%(name)s”? "
            "Then delete the prefix here; if not, tick the box below."
        ),
        code="prefix_twice",
        params={"prefix": found.prefix, "name": found.name},
    )
