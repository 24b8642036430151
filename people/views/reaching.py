"""How one is reached: digest, personal channels, calendar address, the unread badge."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.domain import personal_channels, reaching
from people.domain.mail import unsubscribing
from people.forms.reaching import BadgeForm, ChannelForm, DigestForm
from people.models import CalendarFeed, PersonalChannel, User
from people.refusals import RuleBroken
from people.views.loading import once_only, posted

# Seconds between two questions of an open page: often at first, then less, at last every 5 minutes.
PAUSES = (30, 30, 60, 60, 120, 120, 300)


@require_http_methods(["GET", "POST"])
def channel_list(request):
    """Every way one is reached; POST adds a personal channel."""
    form = ChannelForm(posted(request))
    if form.is_valid():
        facts = form.cleaned_data
        return once_only(
            request,
            form,
            lambda: _add(request, facts["service"], facts["label"], facts["whole"]),
            reverse("people:channel_list"),
        )
    if url := form.sent_before(request.user):
        return redirect(url)
    return _page(request, form)


def _add(request, service, label, address):
    personal_channels.add_channel(request.user, service=service, label=label, address=address)
    messages.success(request, _("The channel was added. Send a test message to see that it works."))
    return reverse("people:channel_list")


def _page(request, form, status=200):
    context = {
        "form": form,
        "channels": list(PersonalChannel.objects.visible_to(request.user)),
        "digest_form": DigestForm(initial={"wanted": request.user.digest_by_email}),
        "feed": CalendarFeed.objects.filter(user=request.user).first(),
        "site": settings.SITE_URL,
    }
    return render(request, "people/channel_list.html", context, status=status)


def _load(request, pk):
    return get_object_or_404(PersonalChannel.objects.visible_to(request.user), pk=pk)


@require_POST
def channel_try(request, pk):
    """Send a word there now; it may take some seconds."""
    try:
        personal_channels.try_channel(_load(request, pk), by=request.user)
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The test message was sent. Look whether it has arrived."))
    return redirect("people:channel_list")


@require_POST
def channel_pause(request, pk):
    """Nothing goes there for a while."""
    personal_channels.pause_channel(_load(request, pk), by=request.user)
    return redirect("people:channel_list")


@require_POST
def channel_resume(request, pk):
    """Messages go there again."""
    personal_channels.resume_channel(_load(request, pk), by=request.user)
    return redirect("people:channel_list")


@require_POST
def channel_remove(request, pk):
    """Take it away for good."""
    personal_channels.remove_channel(_load(request, pk), by=request.user)
    messages.success(request, _("The channel was taken away."))
    return redirect("people:channel_list")


@require_POST
def digest_set(request):
    """The daily digest by e-mail, or not."""
    form = DigestForm(request.POST)
    if form.is_valid():
        reaching.set_digest(request.user, wanted=form.cleaned_data["wanted"])
        messages.success(request, _("Saved."))
    return redirect("people:channel_list")


@require_POST
def feed_renew(request):
    """A new private calendar address."""
    reaching.renew_feed(request.user)
    messages.success(request, _("Your calendar address is ready. An earlier one is void."))
    return redirect("people:channel_list")


@require_POST
def feed_revoke(request):
    """No calendar address any more."""
    reaching.revoke_feed(request.user)
    messages.success(request, _("The calendar address is void."))
    return redirect("people:channel_list")


# -- leaving the digests by the link in a mail ------------------------------------------
@csrf_exempt  # mail programs post without a session (RFC 8058); the token is what counts
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request, token):
    """Asks once, then no digest is mailed any more; what waits stands in the application."""
    person = User.objects.active().filter(pk=unsubscribing(token)).first()
    if person is None:
        raise Http404
    if request.method == "POST":
        reaching.set_digest(person, wanted=False)
    context = {"done": request.method == "POST"}
    return render(request, "people/unsubscribe.html", context)


# -- the badge --------------------------------------------------------------------------
@login_not_required  # a page that was left open must not be sent to the sign-in by its badge
@require_GET
def notification_badge(request):
    """The number of unread notifications, and when the page asks again."""
    if not request.user.is_authenticated:
        return HttpResponse(status=204)
    form = BadgeForm(request.GET)
    asked = (form.cleaned_data["n"] or 0) if form.is_valid() else 0
    context = {
        "unread": request.user.notifications.unread().count(),
        "poll": {"n": asked + 1, "pause": PAUSES[min(asked, len(PAUSES) - 1)]},
    }
    response = render(request, "people/_badge.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
