"""How one is reached: digest, personal channels, calendar address, the unread badge."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.refusals import RuleBroken
from core.views import Asking, ask, idempotent, page_of, posted, was_asked
from notifications import channels, contact_settings, queries, reading
from notifications.forms import BadgeForm, ChannelForm, DigestForm, LineForm, NotificationFilterForm
from notifications.models import Notification, PersonalChannel

# Seconds between two questions of an open page: often at first, then less, at last every 5 minutes.
PAUSES = (30, 30, 60, 60, 120, 120, 300)


@require_http_methods(["GET", "POST"])
def channel_list(request):
    """Every way one is reached; POST adds a personal channel."""
    form = ChannelForm(posted(request))
    if form.is_valid():
        facts = form.cleaned_data
        return idempotent(
            request,
            form,
            lambda: _add(request, facts["service"], facts["label"], facts["whole"]),
            reverse("notifications:channel_list"),
        )
    if url := form.sent_before(request.user):
        return redirect(url)
    return _page(request, form)


def _add(request, service, label, address):
    channels.add_channel(request.user, service=service, label=label, address=address)
    messages.success(request, _("The channel was added. Send a test message to see that it works."))
    return reverse("notifications:channel_list")


def _page(request, form, status=200):
    context = {
        "form": form,
        "channels": queries.channels_of(request.user),
        "digest_form": DigestForm(initial={"wanted": request.user.digest_by_email}),
        "feed": queries.calendar_feed_of(request.user),
        "site": settings.SITE_URL,
    }
    return render(request, "notifications/channel_list.html", context, status=status)


def _load(request, pk):
    return get_object_or_404(PersonalChannel.objects.visible_to(request.user), pk=pk)


@require_POST
def channel_try(request, pk):
    """Send a word there now; it may take some seconds."""
    try:
        channels.try_channel(_load(request, pk), by=request.user)
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The test message was sent. Look whether it has arrived."))
    return redirect("notifications:channel_list")


@require_POST
def channel_pause(request, pk):
    """Nothing goes there for a while."""
    channels.pause_channel(_load(request, pk), by=request.user)
    return redirect("notifications:channel_list")


@require_POST
def channel_resume(request, pk):
    """Messages go there again."""
    channels.resume_channel(_load(request, pk), by=request.user)
    return redirect("notifications:channel_list")


@require_http_methods(["GET", "POST"])
def channel_remove(request, pk):
    """Ask once, then take it away for good."""
    channel = _load(request, pk)
    if not was_asked(request):
        return ask(request, _removing(channel))
    channels.remove_channel(channel, by=request.user)
    messages.success(request, _("The channel was taken away."))
    return redirect("notifications:channel_list")


def _removing(channel):
    return Asking(
        question=_("Take “%(channel)s” away?") % {"channel": channel.label},
        follows=[
            _("Nothing is sent there any more."),
            _("Its key is forgotten: to use it again, it must be typed again. Pausing keeps it."),
        ],
        button=_("Take the channel away"),
        back=reverse("notifications:channel_list"),
    )


@require_POST
def digest_set(request):
    """The daily digest by e-mail, or not."""
    form = DigestForm(request.POST)
    if form.is_valid():
        contact_settings.set_digest(request.user, wanted=form.cleaned_data["wanted"])
        messages.success(request, _("Saved."))
    return redirect("notifications:channel_list")


@require_http_methods(["GET", "POST"])
def feed_renew(request):
    """A new private calendar address; asks once when that voids an earlier one."""
    if queries.calendar_feed_of(request.user) and not was_asked(request):
        return ask(request, _voiding(_("Make a new address?"), _("Make a new address")))
    if request.method == "GET":  # nothing to ask about: the page has the button
        return redirect("notifications:channel_list")
    contact_settings.renew_feed(request.user)
    messages.success(request, _("Your calendar address is ready. An earlier one is void."))
    return redirect("notifications:channel_list")


@require_http_methods(["GET", "POST"])
def feed_revoke(request):
    """Ask once, then no calendar address any more."""
    if not was_asked(request):
        return ask(request, _voiding(_("Void the address?"), _("Void the address")))
    contact_settings.revoke_feed(request.user)
    messages.success(request, _("The calendar address is void."))
    return redirect("notifications:channel_list")


def _voiding(question, button):
    return Asking(
        question=question,
        follows=[
            _("Calendars that use the present address show nothing new any more."),
            _("The present address cannot be brought back."),
        ],
        button=button,
        back=reverse("notifications:channel_list"),
    )


# -- leaving the digests by the link in a mail ------------------------------------------
@csrf_exempt  # mail programs post without a session (RFC 8058); the token is what counts
@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def unsubscribe(request, token):
    """Asks once, then no digest is mailed any more; what waits stands in the application."""
    person = queries.person_unsubscribing(token)
    if person is None:
        raise Http404
    if request.method == "POST":
        contact_settings.set_digest(person, wanted=False)
    context = {"done": request.method == "POST"}
    return render(request, "notifications/unsubscribe.html", context)


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
        "unread": queries.unread_count(request.user),
        "poll": {"n": asked + 1, "pause": PAUSES[min(asked, len(PAUSES) - 1)]},
    }
    response = render(request, "notifications/_badge.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


# -- what one was notified ----------------------------------------------------------------
@require_GET
def notification_list(request):
    """What one was notified, unread first."""
    form = NotificationFilterForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = page_of(request, queries.notifications_found(request.user, words))
    context = {"page": page, "form": form, "filtered": bool(words)}
    return render(request, "notifications/notification_list.html", context)


@require_POST
def notification_open(request, pk):
    """Mark read and go where it, or the chosen line of it, leads; only inside this site."""
    notification = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    reading.mark_read(notification, by=request.user)
    form = LineForm(request.POST)
    url = _url_of(notification, form.cleaned_data["line"] if form.is_valid() else None)
    inside = url_has_allowed_host_and_scheme(url, None)
    return redirect(url if url and inside else "notifications:notification_list")


def _url_of(notification, line):
    """The address of one line, found by its place; of the whole when it has no such line."""
    if line is not None and line < len(notification.lines):
        return notification.lines[line]["url"]
    return notification.url


@require_POST
def notification_read_all(request):
    """Mark everything read."""
    reading.mark_all_read(by=request.user)
    return redirect("notifications:notification_list")
