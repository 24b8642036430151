"""How often somebody may try to sign in.

Strangers to an account are counted together, by account, and the more they try, the longer they
wait. A device of the account's own has a count of its own, so nobody keeps somebody else out by
guessing. Who tries many accounts is counted by network, more generously within the ranges that
the operator trusts. Attempts that succeed are taken back, so an office fills no count by work.
"""

import ipaddress

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest

from people.sign_in.devices import device_of
from people.sign_in.names import account_of, counted_as

RATES = {
    "account": "10/5m/key,30/1h/key,100/1d/key",
    "device": "10/5m/key,40/1h/key",
    "network": "30/5m/key,120/1h/key",
    "trusted": "300/5m/key",
    "link": "10/5m/key,30/1h/key",
    "trusted_link": "60/5m/key",
}
NOWHERE = "::"  # the connection has no address, as on a socket that lies in a folder


class Attempt:
    """What an attempt was counted under; taken back when it succeeds."""

    def __init__(self) -> None:
        self.counted: list[ratelimit.RateLimitUsage] = []

    def count(self, request: HttpRequest, rate: str, key: str) -> bool:
        """Whether one more is allowed under ``key``."""
        usage = ratelimit.consume(
            request, app="people", action=rate, config=RATES, key=f"sign-in:{key}"
        )
        if usage is not None:
            self.counted.append(usage)
        return usage is not None

    def take_back(self) -> None:
        """It counts for nothing any more."""
        for usage in self.counted:
            usage.rollback()
        self.counted = []


def begin(request: HttpRequest, typed: str) -> Attempt | None:
    """Count an attempt to sign in as ``typed``; None when it must wait."""
    attempt, account = Attempt(), account_of(typed)
    if account is not None and (device := device_of(request, account)):
        return attempt if attempt.count(request, "device", f"{account.pk}:{device}") else None
    network, trusted = network_of(request)
    if not attempt.count(request, "trusted" if trusted else "network", network):
        return None
    name = f"id:{account.pk}" if account is not None else f"name:{counted_as(typed)}"
    if not attempt.count(request, "account", name):
        attempt.take_back()
        return None
    return attempt


def may_ask_for_link(request: HttpRequest) -> bool:
    """Whether this network may ask for one more link to choose a password."""
    network, trusted = network_of(request)
    return Attempt().count(request, "trusted_link" if trusted else "link", f"link:{network}")


def network_of(request: HttpRequest) -> tuple[str, bool]:
    """The asking network (of IPv6 what a household shares), and whether it is trusted."""
    address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    trusted = str(address) == NOWHERE or any(
        address in ipaddress.ip_network(text, strict=False)
        for text in settings.SIGN_IN_TRUSTED_RANGES
    )
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False)), trusted
    return str(address), trusted
