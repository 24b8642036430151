"""What every page's frame shows: the office, the year, the menu, the unread count."""

from django.conf import settings

from core import clock
from notifications.queries import unread_count
from people import rules
from people.states import OfficeKind, Role

# Who sees what is late in the office; what exactly, the pages say.
REMINDS = {Role.COORDINATOR, Role.DEPUTY, Role.DIRECTOR, Role.GROUP_DIRECTOR}
FIRST_PAUSE = 30  # seconds until an open page asks how many notifications are unread


def navigation(request):
    """Frame context: ``nav`` with what the signed-in person may open.

    Costs three small queries: the office, the roles (both cached on the user for the request)
    and the unread count.
    """
    frame = {"demo_mode": settings.DEMO_MODE, "reference": getattr(request, "reference", "")}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    roles = rules.roles_on(user, clock.today())
    own = roles.get(user.office_id, set())
    frame["nav"] = {
        "is_admin": Role.ADMIN in own,
        "is_coordinator": Role.COORDINATOR in own,
        "reminds": bool(own & REMINDS),
        "has_cycles": user.office is not None and user.office.kind != OfficeKind.NATIONAL,
        "is_obec": any(Role.OBEC in held for held in roles.values()),
        "unread": unread_count(user),
        "poll": {"n": 0, "pause": FIRST_PAUSE},
    }
    return frame
