"""What the texts in the body of a proposal are called on screen: its own, the duties, the memo."""

from django.utils.translation import gettext_lazy as _

FIELD_LABELS = {
    "reason": _("Reason"),
    "text": _("Text"),
    "power": _("Power relied on"),
    "preface": _("Preface"),
    "basic_info": _("Part 1: basic information"),
    "conclusion": _("Part 3: conclusion"),
    "development": _("Directions for development"),
}

DUTY_LABELS = {
    "adviser": _("Duties of the advisers"),
    "steering": _("Duties of the steering committee"),
    "working": _("Duties of the working committees"),
    "supervisor": _("Duties of the supervisors"),
    "collector": _("Duties of the data collectors"),
}
MEMO_LABELS = {
    "subject": _("Subject of the memo"),
    "to": _("Addressed to"),
    "origin": _("Origin of the matter"),
    "facts": _("Facts and considerations"),
    "request": _("Request"),
}
