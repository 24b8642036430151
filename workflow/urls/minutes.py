"""URLs of attendance, minutes and what follows from them."""

from django.urls import path

from workflow.urls.meetings import ONE
from workflow.views import check_in, minutes, resolution_tasks

TASK = "o/<slug:office>/<int:year>/tasks/<int:pk>/"

urlpatterns = [
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
    path(f"{TASK}reopen/", resolution_tasks.resolution_task_reopen, name="resolution_task_reopen"),
]
