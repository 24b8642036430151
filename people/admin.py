"""People in IT's window; other apps' ways into an account are closed there."""

from django.contrib import admin

from core.admin import LookOnlyAdmin, register_look_only
from people.models import User

THEIRS = "allauth."


class PersonAdmin(LookOnlyAdmin):
    """Without the password's hash."""

    exclude = ("password",)
    list_display = ("username", "full_name", "office", "is_active", "is_staff")
    list_filter = ("office", "is_active", "is_staff")
    search_fields = ("username", "search_text")


admin.site.register(User, PersonAdmin)
register_look_only("people")

# allauth offers addresses to be edited (a way into somebody's account) and shows the keys of
# second factors; both belong to the person alone. Django's groups could be written, and here
# rights come from roles and orders only.
for theirs in list(admin.site._registry):
    if theirs.__module__.startswith(THEIRS) or theirs._meta.app_label == "auth":
        admin.site.unregister(theirs)
