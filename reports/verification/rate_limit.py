"""The rate limit on guessing verification codes: counts questions for codes that nobody was given.

Known codes are never counted, so an office of sixty behind one address checks as many papers as
it likes. The counts stand in the cache that all processes share, beside those of the sign-in. Two
questions at the same moment may count as one; against 10¹² codes that is nothing.
"""

import ipaddress
import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

WINDOW = 600  # seconds
PER_ADDRESS = 30  # a bad day of mistyping for a whole office
# Many addresses guess together: then each may miss only so often before it has to wait.
EVERYBODY, PER_ADDRESS_THEN = 300, 3


def is_reached(request: HttpRequest) -> bool:
    """Whether this address must wait; then it hears nothing, of known codes neither."""
    counts = cache.get_many([_own_key(request), _common_key()])
    own: int = counts.get(_own_key(request), 0)
    everybody: int = counts.get(_common_key(), 0)
    return own >= (PER_ADDRESS if everybody < EVERYBODY else PER_ADDRESS_THEN)


def count_miss(request: HttpRequest) -> None:
    """One more question for a code that no paper bears."""
    for key in (_own_key(request), _common_key()):
        cache.set(key, cache.get(key, 0) + 1, WINDOW)


def _common_key() -> str:
    return f"verify:missed:{int(time.time() // WINDOW)}"


def _own_key(request: HttpRequest) -> str:
    """No address stands in the cache as it is."""
    digest = salted_hmac(__name__, _network(request)).hexdigest()[:20]
    return f"{_common_key()}:{digest}"


def _network(request: HttpRequest) -> str:
    """The asking address; of IPv6 the part that a household or office shares."""
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):  # a socket without addresses: all count as one
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)  # a server that listens on :: names visitors of IPv4 so
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
