"""One office with an administrator, and another office that must see nothing of it."""

from tests.factories.one_office import admin, group, office, staff, stranger  # noqa: F401 - fixtures
from tests.notifications.conftest import _due_mail, revalidation, sink  # noqa: F401 - fixtures
