"""django-guardian's object permissions with direct foreign keys: lists stay one indexed join."""

from django.db import models
from guardian.models import UserObjectPermissionBase

from indicators.models.assessment import Assessment, Item


class ItemUserPermission(UserObjectPermissionBase):
    """Who may write an item; given by the approved order."""

    content_object = models.ForeignKey(Item, models.CASCADE, related_name="user_permissions")


class AssessmentUserPermission(UserObjectPermissionBase):
    """Who may score an assessment; given by the approved order."""

    content_object = models.ForeignKey(Assessment, models.CASCADE, related_name="user_permissions")
