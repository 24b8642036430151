"""Addresses of assignments."""

from django.urls import path

from indicators.assignments import views

YEAR = "o/<slug:office>/<int:year>"
ROW = f"{YEAR}/assignments/<slug:kind>/<str:code>"

urlpatterns = [
    path(f"{YEAR}/assignments/", views.assignment_table, name="assignment_table"),
    path(f"{YEAR}/assignments/assign/", views.assign, name="assign"),
    path(f"{YEAR}/assignments/group/", views.assign_group, name="assign_group"),
    path(f"{YEAR}/assignments/last-year/", views.assign_last_year, name="assign_last_year"),
    path(f"{ROW}/", views.assignment_transfer, name="assignment_transfer"),
    path(f"{ROW}/end/", views.assignment_end, name="assignment_end"),
]
