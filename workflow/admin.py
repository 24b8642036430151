"""Django admin: IT looks, and changes nothing."""

from core.admin import register_look_only

register_look_only("workflow")
