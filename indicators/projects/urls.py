"""Addresses of supporting projects."""

from django.urls import path

from indicators.projects import views

YEAR = "o/<slug:office>/<int:year>"
urlpatterns = [
    path(f"{YEAR}/projects/", views.project_list, name="project_list"),
    path(f"{YEAR}/projects/new/", views.project_create, name="project_create"),
    path(f"{YEAR}/projects/<int:pk>/", views.project_edit, name="project_edit"),
    path(f"{YEAR}/projects/<int:pk>/remove/", views.project_remove, name="project_remove"),
    path(f"{YEAR}/projects/<int:pk>/restore/", views.project_restore, name="project_restore"),
]
