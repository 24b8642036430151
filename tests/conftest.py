"""Fixtures for all tests; an app's own stand beside its tests."""

import asyncio

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from esa_standards.messages import compile_messages
from indicators.domain.trees import forget

# By the clock of a busy machine an example proves nothing; what must be quick is measured apart.
hypothesis_settings.register_profile("ours", deadline=None)
hypothesis_settings.load_profile("ours")


def pytest_configure(config):
    compile_messages(settings.LOCALE_PATHS)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Tests with real processes share one broker, so they run one after the other."""
    for item in items:
        if item.get_closest_marker("real"):
            item.add_marker(pytest.mark.xdist_group("real"))


@pytest.fixture(autouse=True)
def _thai():
    """A test that switches the language leaves none behind."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """The journeys' browser keeps a loop in its thread, which no other test may meet.

    With a loop Django opens connections of its own, and what signs files runs none beside it.
    """
    loop = None if item.get_closest_marker("journey") else asyncio._get_running_loop()
    if loop is not None:
        asyncio._set_running_loop(None)
    outcome = yield
    if loop is not None:
        asyncio._set_running_loop(loop)
    return outcome


@pytest.fixture(autouse=True)
def _no_tree_kept():
    """A new test's database gives its editions the numbers of the last test's."""
    forget()


@pytest.fixture
def client_for():
    """``client_for(user)``: a browser in which this person is signed in."""

    def sign_in(user, **options):
        client = Client(**options)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def pytest_collection_finish(session):
    """What shares a world or a broker must run in one process, or it is built twice and breaks."""
    if not getattr(session.config.option, "loadgroup", False):
        return
    for item in session.items:
        if item.get_closest_marker("xdist_group") and "@" not in item.nodeid:
            raise pytest.UsageError(f"xdist does not see the group of {item.nodeid}")
