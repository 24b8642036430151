"""Addresses of meetings: calling, attendance, minutes and what follows from them."""

from django.urls import path

from workflow.meetings.views import check_in, invitations, meetings, minutes, resolution_tasks

ALL = "o/<slug:office>/<int:year>/meetings/"
ONE = f"{ALL}<int:pk>/"
TASK = "o/<slug:office>/<int:year>/tasks/<int:pk>/"

urlpatterns = [
    path(ALL, meetings.meeting_list, name="meeting_list"),
    path(f"{ALL}new/<slug:kind>/", meetings.meeting_create, name="meeting_create"),
    path(ONE, meetings.meeting, name="meeting"),
    path(f"{ONE}edit/", meetings.meeting_edit, name="meeting_edit"),
    path(f"{ONE}cancel/", meetings.meeting_cancel, name="meeting_cancel"),
    path(f"{ONE}invitation/", invitations.meeting_invitation, name="meeting_invitation"),
    path(f"{ONE}calendar/", invitations.meeting_calendar_file, name="meeting_calendar"),
    path(f"{ONE}attendance/", minutes.meeting_attendance, name="meeting_attendance"),
    path(f"{ONE}attendance/all/", minutes.meeting_attendance_all, name="meeting_attendance_all"),
    path(f"{ONE}attendance/invite/", minutes.meeting_invite, name="meeting_invite"),
    path(f"{ONE}attendance/excuse/", minutes.meeting_excuse, name="meeting_excuse"),
    path(f"{ONE}room/", check_in.meeting_room, name="meeting_room"),
    path(f"{ONE}room/open/", check_in.meeting_room_open, name="meeting_room_open"),
    path(f"{ONE}room/close/", check_in.meeting_room_close, name="meeting_room_close"),
    path(f"{ONE}room/count/", check_in.meeting_room_count, name="meeting_room_count"),
    path(f"{ONE}check-in/", check_in.meeting_check_in, name="meeting_check_in"),
    path(f"{ONE}minutes/", minutes.meeting_minutes, name="meeting_minutes"),
    path(f"{ONE}hold/", minutes.meeting_hold, name="meeting_hold"),
    path(f"{ONE}reopen/", minutes.meeting_reopen, name="meeting_reopen"),
    path(f"{ONE}confirm/", minutes.meeting_confirm, name="meeting_confirm"),
    path(f"{ONE}tasks/", resolution_tasks.resolution_task_add, name="resolution_task_add"),
    path(TASK, resolution_tasks.resolution_task, name="resolution_task"),
    path(f"{TASK}remove/", resolution_tasks.resolution_task_remove, name="resolution_task_remove"),
    path(
        f"{TASK}restore/", resolution_tasks.resolution_task_restore, name="resolution_task_restore"
    ),
    path(f"{TASK}reopen/", resolution_tasks.resolution_task_reopen, name="resolution_task_reopen"),
]
