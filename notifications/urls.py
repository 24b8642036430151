"""Addresses of notifications and of how one is reached."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("profile/channels/", views.channel_list, name="channel_list"),
    path("profile/channels/<int:pk>/try/", views.channel_try, name="channel_try"),
    path("profile/channels/<int:pk>/pause/", views.channel_pause, name="channel_pause"),
    path("profile/channels/<int:pk>/resume/", views.channel_resume, name="channel_resume"),
    path("profile/channels/<int:pk>/remove/", views.channel_remove, name="channel_remove"),
    path("profile/digest/", views.digest_set, name="digest_set"),
    path("profile/calendar/", views.feed_renew, name="feed_renew"),
    path("profile/calendar/revoke/", views.feed_revoke, name="feed_revoke"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("notifications/badge/", views.notification_badge, name="notification_badge"),
    path("notifications/", views.notification_list, name="notification_list"),
    path("notifications/read/", views.notification_read_all, name="notification_read_all"),
    path("notifications/<int:pk>/open/", views.notification_open, name="notification_open"),
]
