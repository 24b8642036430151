"""URLs of assignments and supporting projects."""

from django.urls import path

from indicators.views import assignments, projects

YEAR = "o/<slug:office>/<int:year>"
ROW = f"{YEAR}/assignments/<slug:kind>/<str:code>"

urlpatterns = [
    path(f"{YEAR}/assignments/", assignments.assignment_table, name="assignment_table"),
    path(f"{YEAR}/assignments/assign/", assignments.assign, name="assign"),
    path(f"{YEAR}/assignments/group/", assignments.assign_group, name="assign_group"),
    path(f"{YEAR}/assignments/last-year/", assignments.assign_last_year, name="assign_last_year"),
    path(f"{ROW}/", assignments.assignment_transfer, name="assignment_transfer"),
    path(f"{ROW}/end/", assignments.assignment_end, name="assignment_end"),
    path(f"{YEAR}/projects/", projects.project_list, name="project_list"),
    path(f"{YEAR}/projects/new/", projects.project_create, name="project_create"),
    path(f"{YEAR}/projects/<int:pk>/", projects.project_edit, name="project_edit"),
    path(f"{YEAR}/projects/<int:pk>/remove/", projects.project_remove, name="project_remove"),
    path(f"{YEAR}/projects/<int:pk>/restore/", projects.project_restore, name="project_restore"),
]
