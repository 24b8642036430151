"""Personal channels: what people set for themselves, and sending to it by Apprise.

Which services may be used is the operator's choice (``CHANNEL_SCHEMES``): Apprise also knows ways
that read files or run programs of the machine it runs on. Where the address itself names a host,
only hosts of ``CHANNEL_HOSTS`` are asked, so that nobody makes this server call another one. What
follows a question mark may name files, further addresses or time limits, so only ``PARAMETERS``.
"""

import logging
import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.refusals import MoveRefused, RuleBroken
from core.sealing import Unreadable, seal, unseal
from core.types import Person
from notifications.models import PersonalChannel
from notifications.states import Service

log = logging.getLogger(__name__)

PURPOSE = "personal channel"
MOST = 5  # channels of one person
LONGEST = 1000  # characters of an address
PATIENCE = 8  # seconds that one message may take
# What may follow the question mark, by service: what the addresses that it hands out carry, and
# what Apprise adds to them. Everything else is refused: ``template`` opens files and addresses.
PARAMETERS = {
    "workflows": {"api-version", "sp", "sv", "sig", "pa"},
    "gchat": {"key", "token", "thread", "threadkey"},
    "slack": {"mode"},
    "ntfys": {"mode"},
}
# What calls a whole group or somebody else together: @everyone, <!channel>, <@id>, <users/all>.
MENTION = re.compile(r"@(?=everyone|here|channel)|<(?=[!@]|users/)", re.IGNORECASE)


class ChannelRefused(Exception):
    """The service did not take the message; the text says why, without the address."""


# -- setting ------------------------------------------------------------------------
def address_of(service: str, *, key: str = "", to: str = "", address: str = "") -> str:
    """The Apprise address that the fields of the form make."""
    if service == Service.LINE:
        return f"line://{key.strip()}/{to.strip()}"
    if service == Service.TELEGRAM:
        return f"tgram://{key.strip()}/{to.strip()}"
    return address.strip()


def problem_of(address: str) -> str:
    """Why this address cannot be used; empty when it can."""
    if len(address) > LONGEST or any(ord(char) < 32 for char in address):
        return _("This address is not understood. Please compare it with the example.")
    parsed = _parsed(address)
    if parsed is None:
        return _("This address is not understood. Please compare it with the example.")
    schemes = _schemes(_kind(parsed))
    if not schemes & set(settings.CHANNEL_SCHEMES):
        return _("This service is not offered here. Ask your administrator.")
    if foreign := sorted(set(parsed["qsd"]) - _parameters(schemes)):
        return _("Please take this out of the address: %(names)s") % {"names": ", ".join(foreign)}
    plugin = _plugin(address)
    if plugin is None:
        return _("This address is not understood. Please compare it with the example.")
    if _names_a_host(plugin) and not _is_known(plugin.host):
        return _("Messages are not sent to %(host)s. Ask your administrator.") % {
            "host": plugin.host
        }
    return ""


@transaction.atomic
def add_channel(user: Person, *, service: str, label: str, address: str) -> PersonalChannel:
    """Let messages to ``user`` go to one more place; refused when it cannot be used."""
    if problem := problem_of(address):
        raise RuleBroken(problem)
    user = get_user_model().objects.select_for_update(no_key=True).get(pk=user.pk)
    if PersonalChannel.objects.visible_to(user).count() >= MOST:
        raise RuleBroken(_("You have %(n)d channels already; take one away first.") % {"n": MOST})
    return PersonalChannel.objects.create(
        user=user,
        service=service,
        label=label.strip(),
        sealed_address=seal(address, purpose=PURPOSE),
        made_at=clock.now(),
    )


def remove_channel(channel: PersonalChannel, *, by: Person) -> None:
    """Take one's own channel away, with its address."""
    mine = PersonalChannel.objects.visible_to(by).filter(pk=channel.pk)
    if not mine.update(removed_at=clock.now(), sealed_address=""):
        raise MoveRefused(_("This channel was taken away already."))


def pause_channel(channel: PersonalChannel, *, by: Person) -> None:
    """Send nothing there until it is resumed; again is harmless."""
    mine = PersonalChannel.objects.visible_to(by).filter(pk=channel.pk, paused_at__isnull=True)
    mine.update(paused_at=clock.now())


def resume_channel(channel: PersonalChannel, *, by: Person) -> None:
    """Send there again; a refusal of before is forgotten."""
    mine = PersonalChannel.objects.visible_to(by).filter(pk=channel.pk)
    mine.update(paused_at=None, refused_at=None, refusal="")


def try_channel(channel: PersonalChannel, *, by: Person) -> None:
    """Send a word to one's own channel now; raises ``RuleBroken`` with what went wrong.

    Takes at most ``PATIENCE``: the person waits for the answer.
    """
    title = _("ESA Standards")
    try:
        send(channel, title, _("This channel works: what waits for you will be notified here."))
    except ChannelRefused as refusal:
        log.warning("channel %s: the test message was refused: %s", channel.pk, refusal)
        raise RuleBroken(
            _(
                "The message did not get through. Compare what you entered with what the service "
                "gave you, or try again later."
            )
        ) from refusal
    resume_channel(channel, by=by)


# -- sending ------------------------------------------------------------------------
def send(channel: PersonalChannel, title: str, text: str) -> None:
    """Hand one message to the channel's service; raises ``ChannelRefused``."""
    try:
        address = unseal(channel.sealed_address, purpose=PURPOSE)
    except Unreadable as error:
        raise ChannelRefused(_("the address cannot be read any more; enter it again")) from error
    if problem := problem_of(address):
        raise ChannelRefused(problem)
    apprise = _library()
    service = apprise.Apprise()
    plugin = _plugin(address)
    service.add(plugin)
    message = {"title": _quiet(title), "body": _quiet(text), "body_format": _format(plugin)}
    with apprise.LogCapture(level=apprise.logging.WARNING) as said:
        if not service.notify(**message):
            why = _last_line(said.getvalue()) or _("no answer")
            raise ChannelRefused(why.replace(address, "…")[:200])


def mark_refused(channel: PersonalChannel, why: str) -> None:
    """Remember that the service refuses for good, for the person and the administrator."""
    PersonalChannel.objects.filter(pk=channel.pk, refused_at__isnull=True).update(
        refused_at=clock.now(), refusal=why[:300]
    )


def mark_reached(channel: PersonalChannel) -> None:
    """A message got through: whatever was wrong is over."""
    PersonalChannel.objects.filter(pk=channel.pk, refused_at__isnull=False).update(
        refused_at=None, refusal=""
    )


def _quiet(text: str) -> str:
    """The text with a space of no width in every mention, so that it calls nobody else."""
    return MENTION.sub("\\g<0>\u200b", text)


def _format(plugin: Any) -> Any:
    """That the text is plain, so that Apprise escapes it where the service reads HTML.

    Not for a service that reads nothing but Markdown (Teams): escaped, its links lead nowhere.
    """
    formats = _library().NotifyFormat
    return None if plugin.notify_format == formats.MARKDOWN else formats.TEXT


def _last_line(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return lines[-1].rpartition(" - ")[2] if lines else ""


def _library() -> Any:
    import apprise  # noqa: PLC0415 - brings hundreds of services; only who needs one waits

    return apprise


def _parsed(address: str) -> dict[str, Any] | None:
    """What Apprise reads in the address, before it acts on any of it."""
    read = _library().plugins.url_to_dict
    try:
        parsed: dict[str, Any] | None = read(address)
    except (AttributeError, IndexError, TypeError, ValueError):  # as it does over half addresses
        return None
    return parsed


def _kind(parsed: dict[str, Any]) -> Any:
    """The class of the service that the address names."""
    return _library().manager_plugins.NotificationManager()[parsed["schema"]]


def _plugin(address: str) -> Any:
    apprise = _library()
    asset = apprise.AppriseAsset(
        service_timeout=PATIENCE, http_redirects=False, allow_templates=False
    )
    return apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)


def _parameters(schemes: Iterable[str]) -> set[str]:
    return {""}.union(*(PARAMETERS.get(scheme, ()) for scheme in schemes))


def _schemes(plugin: Any) -> set[str]:
    """All names by which addresses call this service."""
    found = set()
    for names in (plugin.protocol, plugin.secure_protocol):
        found |= {names} if isinstance(names, str) else set(names or ())
    return found


def _names_a_host(plugin: Any) -> bool:
    return bool(plugin.host) and any("{host}" in template for template in plugin.templates)


def _is_known(host: str) -> bool:
    """Whether the host is one of ``CHANNEL_HOSTS``, or below one that begins with a dot."""
    return any(
        host == known or (known.startswith(".") and host.endswith(known))
        for known in settings.CHANNEL_HOSTS
    )
