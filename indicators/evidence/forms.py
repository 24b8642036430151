"""Forms of evidence: bringing, correcting, revising, citing, searching."""

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext_lazy as _

from core import clock
from core.forms import IdempotentMixin, PlainForm, RowsField, StaleEditForm, ThaiDateField
from core.forms.typed_text import LinkField
from indicators.evidence.blobs import MEGABYTE
from indicators.evidence.kinds import accepted, kinds_taken
from indicators.models import Blob, Standard

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

    def __init__(self, *args, user=None, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
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
    def kinds(self):
        """``(what, endings)`` of everything that is taken, each ending once."""
        return [(what, " ".join(endings)) for what, endings in kinds_taken()]

    @property
    def megabytes(self):
        """How large a file may be."""
        return settings.UPLOAD_MAX_BYTES // MEGABYTE

    @property
    def links(self):
        """The link as the domain takes it."""
        url = self.cleaned_data.get("url", "")
        return [(url, self.cleaned_data.get("link_label", ""))] if url else []


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
    """Bring a piece of evidence; without a title the first file's name serves."""

    field_order = ["files", "url", "link_label", "title", "document_date"]


class ForItemForm(PlainForm):
    """The consideration for which evidence is brought, if any."""

    item = forms.CharField(required=False, max_length=20)


class EvidenceEditForm(FactsMixin, StaleEditForm):
    """Correct title and dates; ``seen`` is when they were last corrected, if ever."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = True


class ReviseForm(IdempotentMixin, ContentsMixin, PlainForm):
    """The next revision: what stays, what comes."""

    keep_files = RowsField(queryset=None, required=False)
    keep_links = RowsField(queryset=None, required=False)
    note = forms.CharField(label=_("what changed"), required=False, max_length=300)

    def __init__(self, *args, revision, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["keep_files"].queryset = revision.files.select_related("blob", "revision")
        self.fields["keep_links"].queryset = revision.links.select_related("revision")


class CiteForm(PlainForm):
    """Cite a revision of the office's evidence."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    pages = forms.CharField(label=_("pages"), required=False, max_length=60)
    note = forms.CharField(label=_("note"), required=False, max_length=300)


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
