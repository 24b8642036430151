"""One office with an administrator."""

from tests.factories.one_office import admin, office  # noqa: F401 - fixtures
