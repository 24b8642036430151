"""Django admin is IT's window: it looks, and changes nothing that has a history.

People, roles, groups and offices are managed in the product's own screens, by domain functions
that check, record and tell. A row changed here would bypass all three.
"""

from typing import ClassVar

from django.apps import apps
from django.contrib import admin
from django.db import models

from core.models import Event


class LookOnlyAdmin(admin.ModelAdmin):
    """Lists and shows rows; no add, no change, no delete, no bulk action."""

    actions = None
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}  # as Django 6
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class EventAdmin(LookOnlyAdmin):
    """The history, newest first."""

    list_display = ("office", "number", "at", "actor", "verb", "target_label")
    list_filter = ("office", "verb")
    ordering = ("-at",)


# Caches and tokens tell IT nothing.
HIDDEN = {"cacheentry", "submittedform"}


def register_look_only(label):
    """Register every model of one app for looking only, but for those it registered itself."""
    for model in apps.get_app_config(label).get_models():
        if model._meta.model_name not in HIDDEN and not admin.site.is_registered(model):
            admin.site.register(model, LookOnlyAdmin)


admin.site.register(Event, EventAdmin)
register_look_only("core")
for config in apps.get_app_configs():
    if getattr(config, "only_looked_at", False):  # apps without an admin module of their own
        register_look_only(config.label)
