"""Fixtures of the workflow app."""

from tests.factories.one_cycle import cast, cycle, office, opened  # noqa: F401 - fixtures
