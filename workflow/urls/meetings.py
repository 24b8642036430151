"""URLs of meetings."""

from django.urls import path

from workflow.views import invitations, meetings

ALL = "o/<slug:office>/<int:year>/meetings/"
ONE = f"{ALL}<int:pk>/"

urlpatterns = [
    path(ALL, meetings.meeting_list, name="meeting_list"),
    path(f"{ALL}new/<slug:kind>/", meetings.meeting_create, name="meeting_create"),
    path(ONE, meetings.meeting, name="meeting"),
    path(f"{ONE}edit/", meetings.meeting_edit, name="meeting_edit"),
    path(f"{ONE}cancel/", meetings.meeting_cancel, name="meeting_cancel"),
    path(f"{ONE}invitation/", invitations.meeting_invitation, name="meeting_invitation"),
    path(f"{ONE}calendar/", invitations.meeting_calendar_file, name="meeting_calendar"),
]
