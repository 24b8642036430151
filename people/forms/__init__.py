"""Form parts that every app uses; the forms of this app's own pages stand beside."""

from people.forms.parts import (
    OnceMixin,
    PlainForm,
    PlainHelper,
    PlainModelForm,
    RowsField,
    SeenMixin,
    TextGuardMixin,
    ThaiDateField,
)

__all__ = [
    "OnceMixin",
    "PlainForm",
    "PlainHelper",
    "PlainModelForm",
    "RowsField",
    "SeenMixin",
    "TextGuardMixin",
    "ThaiDateField",
]
