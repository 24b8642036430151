"""Fixtures for all tests; an app's own stand beside its tests."""

import asyncio
import gc
from functools import partial

import pytest
from _pytest import python
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from core.catalogues import compile_messages
from indicators.catalogue.trees import forget
from people.views import health
from tests.database.emptying import empty_by_delete

pytest_plugins = ["tests.hard"]

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


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    empty_by_delete(connection)


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


def with_room(call):
    """Call with room for a thousand frames below.

    Python keeps frames in pieces of 16 KB, and asks the system for one whenever a call passes the
    end of the last: a loop that happens to stand there asks a hundred thousand times a second,
    which was a fifth of all the time of tests that render pages. A frame this large is given a
    piece in which all those below it find room.
    """
    return call()


with_room.__code__ = with_room.__code__.replace(co_stacksize=33_000)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    return with_room(partial(python.pytest_pyfunc_call, pyfuncitem))


@pytest.fixture(autouse=True)
def _nothing_kept():
    """What a process keeps of one test's database says nothing of the next one's.

    Its editions get the numbers of the last one's; how its office does was another question.
    """
    forget()
    health._found["at"] = -health.KEPT_SECONDS


@pytest.fixture
def client_for():
    """``client_for(user)``: a browser in which this person is signed in."""

    def sign_in(user, **options):
        client = Client(**options)
        client.force_login(user, backend="people.sign_in.backend.SessionBackend")
        return client

    return sign_in


def pytest_collection_finish(session):
    # Thousands of tests and modules live to the end; no search for garbage need visit them.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    refuse_split_groups(session)


def refuse_split_groups(session):
    """What shares a world or a broker must run in one process, or it is built twice and breaks."""
    if not getattr(session.config.option, "loadgroup", False):
        return
    for item in session.items:
        if item.get_closest_marker("xdist_group") and "@" not in item.nodeid:
            raise pytest.UsageError(f"xdist does not see the group of {item.nodeid}")
