"""What an office's papers carry: emblem, lines around signatures, standing phrases."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.refusals import RuleBroken, StaleEdit
from core.views import Asking, ask, offer_undo, posted, require, was_asked
from indicators.evidence.views.files import file_response
from people.loading import own_office
from workflow import rules
from workflow.papers import letterheads, phrases, queries
from workflow.papers.forms.letterheads import (
    EmblemForm,
    EmblemRemoveForm,
    LinesForm,
    PhraseForm,
    SampleForm,
    SeenPhraseForm,
)
from workflow.papers.phrases import edits

EDIT = "workflow:phrase_edit"


# -- loading ------------------------------------------------------------------------
def _read(request):
    """The person's office, for who may see how its papers are worded."""
    office = own_office(request)
    require(rules.may_read_letterhead(request.user, office.pk, clock.today()))
    return office


def _edit(request):
    """The person's office, for who may change what its papers carry."""
    office = own_office(request)
    require(rules.may_edit_letterhead(request.user, office.pk, clock.today()))
    return office


def _phrase(name):
    if name not in phrases.PHRASES:
        raise Http404
    return phrases.PHRASES[name]


# -- the page -----------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def letterhead(request):
    """Everything the office's papers carry; saves the lines around signatures."""
    office = _edit(request) if request.method == "POST" else _read(request)
    form = LinesForm(posted(request)) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            letterheads.save_lines(
                office, version=form.cleaned_data["seen"], by=request.user, **form.lines()
            )
        except StaleEdit as refusal:
            _say_stale(form, refusal, letterheads.letterhead_of(office).version)
            return _page(request, office, lines=form, status=refusal.status)
        messages.success(request, _("Saved."))
        return redirect("workflow:letterhead")
    return _page(request, office, lines=form)


def _page(request, office, *, lines=None, emblem=None, status=200):
    row = letterheads.letterhead_of(office)
    context = {
        "office": office,
        "letterhead": row,
        "lines": lines or LinesForm.of(row),
        "emblem_form": emblem or EmblemForm.of(row),
        "groups": queries.phrase_groups(office),
        "events": queries.letterhead_events(office),
        "may_edit": rules.may_edit_letterhead(request.user, office.pk, clock.today()),
        "may_settings": rules.is_admin(request.user, office.pk, clock.today()),
    }
    return render(request, "workflow/papers/letterhead.html", context, status=status)


def _say_stale(form, refusal, seen):
    """Show what stands there now; the form sent again is meant."""
    form.add_error(None, refusal.message)
    for name, text in refusal.theirs.items():
        form.add_error(name, _("What stands there now: “%(text)s”") % {"text": text or "–"})
    form.stand_on(seen)


# -- the emblem ---------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def letterhead_emblem(request):
    """The emblem, re-encoded, for the office's own people; POST replaces it."""
    if request.method == "POST":
        return _replace_emblem(request, _edit(request))
    row = letterheads.letterhead_of(own_office(request))
    if row.emblem is None:
        raise Http404
    return file_response(request, row.emblem, "emblem.jpg", picture=True)


def _replace_emblem(request, office):
    form = EmblemForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, office, emblem=form)
    picture, version = form.cleaned_data["emblem"], form.cleaned_data["seen"]
    try:
        letterheads.set_emblem(office, picture, version=version, by=request.user)
    except StaleEdit as refusal:
        _say_stale(form, refusal, letterheads.letterhead_of(office).version)
        return _page(request, office, emblem=form, status=refusal.status)
    except RuleBroken as refusal:
        form.add_error("emblem", refusal.message)
        return _page(request, office, emblem=form, status=refusal.status)
    messages.success(request, _("The papers carry this emblem from now on."))
    return redirect("workflow:letterhead")


@require_http_methods(["GET", "POST"])
def letterhead_emblem_remove(request):
    """Ask once, then leave the emblem's place blank."""
    office, form = _edit(request), EmblemRemoveForm(request.POST)
    if not was_asked(request):
        return ask(request, _removing_emblem(letterheads.letterhead_of(office)))
    if not form.is_valid():
        return redirect("workflow:letterhead")
    letterheads.remove_emblem(office, version=form.cleaned_data["seen"], by=request.user)
    messages.success(request, _("The emblem's place stays blank on the papers."))
    return redirect("workflow:letterhead")


def _removing_emblem(letterhead):
    return Asking(
        question=_("Remove the emblem?"),
        follows=[
            _("Its place stays blank on the office's papers."),
            _("To have it again, the picture must be sent again."),
        ],
        button=_("Remove the emblem"),
        back=reverse("workflow:letterhead"),
        sent={"seen": letterhead.version},
    )


# -- phrases ------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def phrase_edit(request, name):
    """One phrase: its wording, the fields it may use, and a sample; keeps the office's own."""
    phrase, office = _phrase(name), _read(request)
    standing = phrases.template_of(office, name)
    if request.method == "GET":
        form = PhraseForm(initial={"text": standing, "seen": standing}, name=name, office=office)
        return _phrase_page(request, office, phrase, form, standing)
    _edit(request)
    form = PhraseForm(request.POST, name=name, office=office)
    wanted = SampleForm(request.POST)
    if wanted.is_valid():  # nothing is kept
        form.is_valid()
        return _phrase_page(request, office, phrase, form, wanted.cleaned_data["text"])
    if form.is_valid() and _kept(request, office, form):
        return redirect(f"{reverse('workflow:letterhead')}#{name}")
    return _phrase_page(request, office, phrase, form, form.data.get("text", standing))


def _kept(request, office, form):
    """Whether the wording was kept; otherwise the form says what stands there now."""
    text, seen = form.cleaned_data["text"], form.cleaned_data["seen"]
    try:
        edits.save_phrase(office, form.name, text, seen=seen, by=request.user)
    except StaleEdit as refusal:
        _say_stale(form, refusal, refusal.theirs["text"])
        return False
    messages.success(request, _("New drafts begin with this wording."))
    return True


def _phrase_page(request, office, phrase, form, text):
    context = vars(queries.phrase_reading(office, form.name, typed=text)) | {
        "office": office,
        "name": form.name,
        "phrase": phrase,
        "form": form,
        # Only where the form itself, which says it too, is not drawn anew.
        "problems": form.errors.get("text", ()) if request.htmx else (),
        "may_edit": rules.may_edit_letterhead(request.user, office.pk, clock.today()),
    }
    return render(request, "workflow/papers/letterhead_phrase.html", context)


@require_POST
def phrase_usual(request, name):
    """Go back to the usual wording; undone by keeping the office's own again."""
    phrase, office, form = _phrase(name), _edit(request), SeenPhraseForm(request.POST)
    if not form.is_valid():
        return redirect("workflow:phrase_edit", name)
    own = phrases.template_of(office, name)
    edits.save_phrase(office, name, phrase.default, seen=form.cleaned_data["seen"], by=request.user)
    said, url = _("New drafts begin with the usual wording."), reverse(EDIT, args=[name])
    offer_undo(request, said, url, text=own, seen=phrase.default)
    return redirect("workflow:letterhead")  # its top: the message with the button
