"""The outbox in IT's window."""

from django.contrib import admin

from core.admin import LookOnlyAdmin, register_look_only
from notifications.models import Delivery


class DeliveryAdmin(LookOnlyAdmin):
    """What is waiting, sent or given up."""

    list_display = ("notification", "channel", "state", "attempts", "not_before", "last_error")
    list_filter = ("state",)


admin.site.register(Delivery, DeliveryAdmin)
register_look_only("notifications")
