"""One's own pages: profile, language, notifications."""

from django.conf import settings
from django.contrib import messages
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people import clock
from people.domain import members, notifications
from people.forms.profile import LanguageForm, NotificationFilterForm, ProfileForm
from people.forms.reaching import LineForm
from people.models import Acting, Notification, RoleGrant, User
from people.refusals import RuleBroken
from people.views.language import remember_language
from people.views.loading import page_of, posted


@require_http_methods(["GET", "POST"])
def profile(request):
    """One's own name, e-mail, telephone, language; links to password and second factor."""
    # A copy: the form writes on its instance, and the frame shows who is signed in.
    who = User.objects.select_related("office", "work_group").get(pk=request.user.pk)
    form = ProfileForm(posted(request), instance=who)
    if form.is_valid():
        try:
            members.update_person(request.user, by=request.user, **form.facts())
        except RuleBroken as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved."))
            return remember_language(redirect("people:profile"), form.cleaned_data["language"])
    day = clock.today()
    context = {
        "form": form,
        "who": who,
        "grants": list(RoleGrant.objects.on(day).filter(user=who)),
        "acting": list(Acting.objects.on(day).filter(user=who)),
    }
    return render(request, "people/profile.html", context)


@require_POST
def language_set(request):
    """Switch the language of the pages and of the mail."""
    form = LanguageForm(request.POST)
    there = settings.LOGIN_REDIRECT_URL
    if not form.is_valid():
        return redirect(there)
    members.update_person(request.user, by=request.user, language=form.cleaned_data["language"])
    back = form.cleaned_data["next"]
    # A word without a slash would be taken for the name of a page.
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, None):
        there = back
    return remember_language(redirect(there), form.cleaned_data["language"])


@require_GET
def notification_list(request):
    """What one was told, unread first."""
    form = NotificationFilterForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    told = Notification.objects.visible_to(request.user)
    if words:
        told = told.saying(words)
    told = told.annotate(
        is_read=ExpressionWrapper(Q(read_at__isnull=False), output_field=BooleanField())
    )
    page = page_of(request, told.order_by("is_read", "-created_at", "-pk"))
    context = {"page": page, "form": form, "filtered": bool(words)}
    return render(request, "people/notification_list.html", context)


@require_POST
def notification_open(request, pk):
    """Mark read and go where it, or the chosen line of it, leads; only inside this site."""
    told = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    notifications.mark_read(told, by=request.user)
    form = LineForm(request.POST)
    url = _url_of(told, form.cleaned_data["line"] if form.is_valid() else None)
    inside = url_has_allowed_host_and_scheme(url, None)
    return redirect(url if url and inside else "people:notification_list")


def _url_of(told, line):
    """The address of one line, told by its place; of the whole when it has no such line."""
    if line is not None and line < len(told.lines):
        return told.lines[line]["url"]
    return told.url


@require_POST
def notification_read_all(request):
    """Mark everything read."""
    notifications.mark_all_read(by=request.user)
    return redirect("people:notification_list")
