"""URLs of chasing: lateness, reminders, the schedule, the private calendar."""

from django.urls import path

from workflow.views import chasing, feed

YEAR = "o/<slug:office>/<int:year>/"

urlpatterns = [
    path(f"{YEAR}lateness/", chasing.lateness, name="lateness"),
    path(f"{YEAR}reminders/", chasing.reminder_list, name="reminder_list"),
    path(f"{YEAR}reminders/nudge/", chasing.reminder_nudge, name="reminder_nudge"),
    path(f"{YEAR}reminders/word/", chasing.reminder_word, name="reminder_word"),
    path("office/reminders/", chasing.reminder_schedule, name="reminder_schedule"),
    path("office/reminders/rest-days/", chasing.rest_day_add, name="rest_day_add"),
    path(
        "office/reminders/rest-days/<int:pk>/remove/",
        chasing.rest_day_remove,
        name="rest_day_remove",
    ),
    path("calendar/<str:token>.ics", feed.calendar_feed, name="calendar_feed"),
]
