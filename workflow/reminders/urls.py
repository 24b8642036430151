"""URLs of reminders: lateness, reminders, the schedule, the private calendar."""

from django.urls import path

from workflow.reminders import views

YEAR = "o/<slug:office>/<int:year>/"

urlpatterns = [
    path(f"{YEAR}lateness/", views.lateness, name="lateness"),
    path(f"{YEAR}reminders/", views.reminder_list, name="reminder_list"),
    path(f"{YEAR}reminders/nudge/", views.reminder_nudge, name="reminder_nudge"),
    path(f"{YEAR}reminders/messages/", views.personal_message_send, name="personal_message_send"),
    path("office/reminders/", views.reminder_schedule, name="reminder_schedule"),
    path("office/reminders/rest-days/", views.rest_day_add, name="rest_day_add"),
    path(
        "office/reminders/rest-days/<int:pk>/remove/",
        views.rest_day_remove,
        name="rest_day_remove",
    ),
    path("calendar/<str:token>.ics", views.calendar_feed, name="calendar_feed"),
]
