"""Django admin is IT's window: it looks, and changes nothing that has a history.

People, roles, groups and offices are managed in the product's own screens, by domain functions
that check, record and tell. A row changed here would bypass all three.
"""

from django.apps import apps
from django.contrib import admin


class LookOnlyAdmin(admin.ModelAdmin):
    """Lists and shows rows; no add, no change, no delete, no bulk action."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class PersonAdmin(LookOnlyAdmin):
    """Without the password's hash."""

    exclude = ("password",)
    list_display = ("username", "full_name", "office", "is_active", "is_staff")
    list_filter = ("office", "is_active", "is_staff")
    search_fields = ("username", "search_text")


class EventAdmin(LookOnlyAdmin):
    """The history, newest first."""

    list_display = ("office", "number", "at", "actor", "verb", "target_label")
    list_filter = ("office", "verb")
    ordering = ("-at",)


class DeliveryAdmin(LookOnlyAdmin):
    """What is waiting, sent or given up."""

    list_display = ("notification", "channel", "state", "attempts", "not_before", "last_error")
    list_filter = ("state",)


SPECIAL = {"user": PersonAdmin, "event": EventAdmin, "delivery": DeliveryAdmin}
# Caches and tokens tell IT nothing.
HIDDEN = {"cacheentry", "submittedform"}
THEIRS = ("account", "mfa", "auth")


def register_look_only(label):
    """Register every model of one app for looking only."""
    for model in apps.get_app_config(label).get_models():
        name = model._meta.model_name
        if name not in HIDDEN and not admin.site.is_registered(model):
            admin.site.register(model, SPECIAL.get(name, LookOnlyAdmin))


register_look_only("people")

# allauth offers addresses to be edited (a way into somebody's account) and shows the keys of
# second factors; both belong to the person alone. Django's groups could be written, and here
# rights come from roles and orders only.
for theirs in [model for model in admin.site._registry if model._meta.app_label in THEIRS]:
    admin.site.unregister(theirs)
