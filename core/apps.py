from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("History")

    def ready(self):
        post_migrate.connect(guard_history, sender=self, dispatch_uid="guard_history")


def guard_history(*, using, plan=(), **kwargs):
    """Have the database refuse changes of what is written once; not while it is turned back."""
    from core.history.guards import install  # noqa: PLC0415 - models are not loaded before

    if not any(backwards for _migration, backwards in plan):
        install(connections[using])
