"""One's own pages: profile, language, notifications."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core import clock
from core.refusals import RuleBroken
from core.views import posted
from people import members, queries
from people.forms.profile import LanguageForm, ProfileForm
from people.roles.queries import own_waiting
from people.views.language import remember_language


@require_http_methods(["GET", "POST"])
def profile(request):
    """One's own name, e-mail, telephone, language; links to password and second factor."""
    # A copy: the form writes on its instance, and the frame shows who is signed in.
    who = queries.own_details(request.user)
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
        "sso_name": settings.OIDC_SERVER and settings.OIDC_NAME,
        "grants": queries.roles_now(who, day),
        "acting": queries.acting_now(who, day),
        "waiting": own_waiting(request.user, day),
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
