"""Forms of evidence: bringing, correcting, revising, citing, searching."""

from django import forms
from django.core import signing
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from core.forms import (
    DIGITS_OF_A_KEY,
    IdempotentMixin,
    PlainForm,
    RowsField,
    SentOrderMixin,
    StaleEditForm,
    ThaiDateField,
)
from core.forms.typed_text import LinkField
from core.templatetags.thai import thai_date_short
from indicators.catalogue.trees import considerations_of
from indicators.evidence.blobs import largest
from indicators.evidence.bringing import Joinable
from indicators.evidence.kinds import accepted, kinds_taken
from indicators.models import Blob, Evidence, Standard, Upload
from indicators.states import UploadPurpose, UploadState

KEPT_SALT = "indicators.kept-files"
MAX_FILES = 10


class FilesInput(forms.ClearableFileInput):
    """A file field that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Zero or more files; each is judged when it is stored, not here."""

    def __init__(self, **kwargs):
        kwargs.setdefault(
            "widget",
            FilesInput(attrs={"multiple": True, "accept": accepted(), "class": "form-control"}),
        )
        super().__init__(required=False, **kwargs)

    def clean(self, data, initial=None):
        """The list of files; empty file inputs send nothing."""
        files = [file for file in (data or []) if file]
        if len(files) > MAX_FILES:
            raise forms.ValidationError(
                _("At most %(count)d files at once."), params={"count": MAX_FILES}
            )
        return files


class UploadsField(SentOrderMixin, forms.ModelMultipleChoiceField):
    """Files that came in pieces for this form, by the tokens of their uploads."""


class PiecesField(SentOrderMixin, RowsField):
    """Pieces of evidence, in the order in which they were chosen."""


def keep_token(user, files):
    """Names and blobs that were stored already, sealed for the form's second try."""
    return signing.dumps(
        {"user": user.pk, "files": [[name, blob.pk] for name, blob in files]}, salt=KEPT_SALT
    )


class ContentsMixin(forms.Form):
    """Files, one link, and the files that an earlier try of the same form brought."""

    files = FilesField(label=_("files"))  # type: ignore[assignment] # Django names sent files so, too
    url = LinkField(label=_("or a link"), required=False)
    link_label = forms.CharField(label=_("what the link shows"), required=False, max_length=255)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    # What came in pieces for this form (``indicators/evidence/tus/``).
    uploads = UploadsField(queryset=None, required=False, to_field_name="token")

    def __init__(self, *args, user=None, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        mine = Upload.objects.visible_to(user) if user else Upload.objects.none()
        whole = mine.filter(state=UploadState.DONE, purpose=UploadPurpose.FORM)
        self.fields["uploads"].queryset = whole.select_related("blob")
        if "url" in self.fields:
            self.fields["url"].widget.attrs.update(inputmode="url")

    def clean_kept(self):
        """``(name, blob)`` of files stored before; a token of somebody else is worth nothing."""
        if not (token := self.cleaned_data["kept"]):
            return []
        try:
            sealed = signing.loads(token, salt=KEPT_SALT, max_age=60 * 60 * 12)
        except signing.BadSignature:
            return []
        if sealed["user"] != self.user.pk:
            return []
        blobs = Blob.objects.filter(office=self.user.office_id).in_bulk(
            [pk for _name, pk in sealed["files"]]
        )
        return [(name, blobs[pk]) for name, pk in sealed["files"] if pk in blobs]

    @property
    def accept(self):
        """The endings that are taken, for the browser's dialog."""
        return accepted()

    @property
    def stored(self):
        """``(name, blob)`` of the files that are here already, whichever way they came."""
        whole = self.cleaned_data.get("uploads") or []
        return [*(self.cleaned_data.get("kept") or []), *((row.name, row.blob) for row in whole)]

    @property
    def kinds(self):
        """Everything that is taken, each ending once."""
        return kinds_taken()

    @property
    def largest(self):
        """How large a file may be."""
        return largest()

    @property
    def links(self):
        """The link as the domain takes it."""
        url = self.cleaned_data.get("url", "")
        return [(url, self.cleaned_data.get("link_label", ""))] if url else []

    def require_contents(self, *brought):
        """Say at the files, beside what else is wrong, that neither they nor a link came."""
        if not (any(brought) or self.links or {"files", "url"} & self.errors.keys()):
            self.add_error("files", gettext("Bring at least one file or link."))


class FactsMixin(forms.Form):
    """What is known about the document."""

    title = forms.CharField(label=_("title"), required=False, max_length=300)
    document_date = ThaiDateField(label=_("date of the document"), required=False)
    covers_from = ThaiDateField(label=_("covers from"), required=False)
    covers_to = ThaiDateField(label=_("covers to"), required=False)

    def clean_document_date(self):
        """A document that proves something was written already."""
        day = self.cleaned_data["document_date"]
        if day and day > clock.today():
            raise forms.ValidationError(_("The document's date lies in the future."))
        return day

    def clean(self):
        """A period runs forward."""
        cleaned = super().clean()
        begin, end = cleaned.get("covers_from"), cleaned.get("covers_to")
        if begin and end and end < begin:
            self.add_error("covers_to", _("The period ends before it begins."))
        return cleaned


class EvidenceForm(IdempotentMixin, FactsMixin, ContentsMixin, PlainForm):
    """Bring evidence; each file is a piece of its own, titled by its name, unless they belong
    together.
    """

    together = forms.BooleanField(
        label=_("These files belong together: one piece of evidence"), required=False
    )
    field_order = ["files", "url", "link_label", "together", "title", "document_date"]

    def clean(self):
        """One title names one piece of evidence."""
        cleaned = super().clean()
        several = len(cleaned.get("files") or []) + len(self.stored) > 1
        if several and cleaned.get("title") and not cleaned.get("together"):
            self.add_error(
                "title",
                _(
                    "Each file becomes a piece of evidence of its own, titled by its name. Leave "
                    "the title empty, or say that they belong together."
                ),
            )
        return cleaned


class OfferedField(PiecesField):
    """Pieces of evidence that a page offered; what is gone since is passed over."""

    def clean(self, value):
        """Those that are there still."""
        numbers = [text for text in map(str, value or ()) if text.isascii() and text.isdigit()]
        known = [text for text in numbers if len(text) <= DIGITS_OF_A_KEY]
        there = {str(pk) for pk in self.queryset.filter(pk__in=known).values_list("pk", flat=True)}
        return super().clean([text for text in known if text in there])


class JoinForm(PlainForm):
    """Pieces of evidence that belong together, and the title of the one they become.

    ``offered`` are those that could be ticked: they are offered again after a refusal.
    """

    pieces = PiecesField(queryset=None, required=True)
    offered = OfferedField(queryset=None, required=False)
    title = forms.CharField(label=_("title"), max_length=300)
    item = forms.CharField(required=False, max_length=20)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        kept = Evidence.objects.visible_to(user).kept().select_related("office")
        self.fields["pieces"].queryset = self.fields["offered"].queryset = kept
        self.fields["pieces"].error_messages["required"] = _(
            "Choose at least two that belong together."
        )

    @property
    def rows(self) -> list[Joinable]:
        """What was offered, and the ticks as they were."""
        ticked = [str(pk) for pk in self["pieces"].value() or ()]
        found = self.fields["offered"].clean([*(self["offered"].value() or ()), *ticked])
        return [Joinable(row.pk, row.title, str(row.pk) in ticked) for row in found]


class SeparateForm(PlainForm):
    """Which pieces of evidence were joined."""

    pieces = forms.CharField(max_length=2000)
    item = forms.CharField(required=False, max_length=20)

    def clean_pieces(self):
        """Their primary keys."""
        parts = self.cleaned_data["pieces"].split(".")
        if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            raise forms.ValidationError(_("These were not joined."))
        return [int(part) for part in parts]


class ForItemForm(PlainForm):
    """The consideration for which evidence is brought, and the row of its checklist, if any."""

    item = forms.CharField(required=False, max_length=20)
    row = forms.IntegerField(min_value=1, required=False)


class BeginUploadForm(PlainForm):
    """What a client says of an upload that it begins (``Upload-Metadata``)."""

    filename = forms.CharField(max_length=1000)
    item = forms.CharField(required=False, max_length=20)
    row = forms.IntegerField(min_value=1, required=False)  # of the item's checklist
    purpose = forms.ChoiceField(required=False, choices=UploadPurpose.choices)

    def clean_purpose(self):
        """Evidence, unless a form waits for the file."""
        return self.cleaned_data["purpose"] or UploadPurpose.EVIDENCE

    def sentences(self):
        """What is wrong, for a client that shows no fields."""
        return [error for errors in self.errors.values() for error in errors]


class EvidenceEditForm(FactsMixin, StaleEditForm):
    """Correct title and dates; ``seen`` is when they were last corrected, if ever."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True


class ReviseForm(IdempotentMixin, ContentsMixin, PlainForm):
    """The next revision: what stays, what comes."""

    keep_files = RowsField(queryset=None, required=False)
    keep_links = RowsField(queryset=None, required=False)
    note = forms.CharField(
        label=_("what changed and why"),
        max_length=300,
        error_messages={"required": _("Say what changed and why: the older revision stays.")},
    )

    def __init__(self, *args, revision, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["keep_files"].queryset = revision.files.select_related("blob", "revision")
        self.fields["keep_links"].queryset = revision.links.select_related("revision")


class CompareForm(PlainForm):
    """Which two revisions; without a choice the newest and the one before it."""

    old = forms.TypedChoiceField(label=_("older revision"), coerce=int, required=False)
    new = forms.TypedChoiceField(label=_("newer revision"), coerce=int, required=False)

    def __init__(self, data, *, revisions, **kwargs):
        usual = {"old": revisions[1].number, "new": revisions[0].number}
        super().__init__({name: data.get(name) or usual[name] for name in usual}, **kwargs)
        self.usual = usual
        for name in usual:
            self.fields[name].choices = [(row.number, _named(row)) for row in revisions]

    @property
    def chosen(self) -> tuple[int, int]:
        """Two different numbers, the older one first."""
        chosen = {self.cleaned_data["old"], self.cleaned_data["new"]} if self.is_valid() else set()
        if len(chosen) < 2:
            chosen = set(self.usual.values())
        return min(chosen), max(chosen)


def _named(revision):
    """Of which day and by whom a revision is, so that nobody has to know it by its number."""
    day = thai_date_short(revision.created_at)
    return f"{revision.number} · {day} · {revision.created_by.full_name}"


class CiteForm(PlainForm):
    """Cite a revision of the office's evidence."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    pages = forms.CharField(label=_("pages"), required=False, max_length=60)
    note = forms.CharField(label=_("note"), required=False, max_length=300)
    row = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)


class CiteInForm(PlainForm):
    """In which further consideration a piece of evidence is cited."""

    item = forms.ChoiceField(label=_("consideration"))
    pages = forms.CharField(label=_("pages"), required=False, max_length=60)
    note = forms.CharField(label=_("note"), required=False, max_length=300)

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = considerations_of(edition)


class EvidenceFilterForm(PlainForm):
    """What the list shows."""

    q = forms.CharField(label=_("search"), required=False, max_length=200)
    standard = forms.ModelChoiceField(
        label=_("standard"),
        queryset=Standard.objects.none(),
        required=False,
        empty_label=_("All standards"),
    )
    show = forms.ChoiceField(
        label=_("show"),
        required=False,
        choices=[
            ("", _("All evidence")),
            ("mine", _("Brought by me")),
            ("uncited", _("Not cited this year")),
            ("removed", _("Removed")),
        ],
    )

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["standard"].queryset = Standard.objects.filter(edition=edition)
