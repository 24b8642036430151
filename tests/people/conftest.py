"""One office with an administrator, and another office that must see nothing of it."""

import pytest

from people.domain import outbox
from people.models import Delivery, Notification
from people.states import Role
from tests.factories.people import make_group, make_office, make_person
from tests.people.servers import AT, OpenStill, Sink, open_todos


@pytest.fixture
def office(db):
    return make_office("skn2")


@pytest.fixture
def group(office):
    return make_group(office, "g1", name="กลุ่มอำนวยการ")


@pytest.fixture
def admin(office):
    return make_person(office, Role.ADMIN, given_name="ผู้ดูแล", username="admin")


@pytest.fixture
def staff(office, group):
    return make_person(office, given_name="กานดา", email="kanda@example.org", work_group=group)


@pytest.fixture
def stranger(db):
    """Administrator of another office."""
    return make_person(make_office("skn1"), Role.ADMIN, username="stranger")


@pytest.fixture
def truth(settings):
    """Notifications are true as long as a test keeps their todos open."""
    settings.NOTIFICATION_TRUTH = f"{OpenStill.__module__}.{OpenStill.__name__}"
    open_todos.clear()


@pytest.fixture
def tell(staff):
    """Tell ``staff`` one thing that is due at ``AT``; the delivery of its mail."""

    def one(key="k1", title="ขอเชิญรับทราบวาระร่วม", **fields):
        fields = {"recipient": staff, "url": "/cycles/", "kind": "news", **fields}
        outbox.tell([Notification(key=key, title=title, **fields)])
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
