"""One office, somebody who is notified, and a stand-in for a service."""

import pytest

from notifications import outbox
from notifications.models import Delivery, Notification
from tests.factories.one_office import admin, group, office, staff, stranger  # noqa: F401 - fixtures
from tests.notifications.servers import AT, OpenStill, Sink, open_todos


@pytest.fixture
def revalidation(settings):
    """Notifications are true as long as a test keeps their todos open."""
    settings.NOTIFICATION_REVALIDATION = f"{OpenStill.__module__}.{OpenStill.__name__}"
    open_todos.clear()


@pytest.fixture(name="due_mail")
def _due_mail(request):
    """Notify ``staff`` of one thing that is due at ``AT``; the delivery of its mail."""

    def one(key="k1", title="ขอเชิญรับทราบวาระร่วม", **fields):
        fields = {
            "recipient": request.getfixturevalue("staff"),
            "url": "/cycles/",
            "kind": "news",
            **fields,
        }
        outbox.notify([Notification(key=key, title=title, **fields)])
        Delivery.objects.filter(notification__key=key).update(not_before=AT)
        return Delivery.objects.get(notification__key=key)

    return one


@pytest.fixture
def sink(settings):
    settings.CHANNEL_SCHEMES = ["json"]
    settings.CHANNEL_HOSTS = ["127.0.0.1"]
    sink = Sink()
    yield sink
    sink.server.shutdown()
    sink.server.server_close()
