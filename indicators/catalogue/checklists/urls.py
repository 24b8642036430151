"""URLs of the evidence that considerations require."""

from django.urls import path

from indicators.catalogue.checklists import views

YEAR = "o/<slug:office>/<int:year>"
ROW = f"{YEAR}/required/<int:pk>"
urlpatterns = [
    path(f"{ROW}/remove/", views.checklist_remove, name="checklist_remove"),
    path(f"{ROW}/restore/", views.checklist_restore, name="checklist_restore"),
    path(f"{ROW}/expect/", views.checklist_expect, name="checklist_expect"),
    path(f"{YEAR}/citations/<int:pk>/tick/", views.checklist_tick, name="checklist_tick"),
    path(f"{YEAR}/citations/<int:pk>/untick/", views.checklist_untick, name="checklist_untick"),
]
