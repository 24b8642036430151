"""URLs of handovers."""

from django.urls import path

from indicators.handovers import views

YEAR = "o/<slug:office>/<int:year>/handovers"
urlpatterns = [
    path(f"{YEAR}/", views.handover_list, name="handover_list"),
    path(f"{YEAR}/new/", views.handover_create, name="handover_create"),
    path(f"{YEAR}/<int:pk>/", views.handover, name="handover"),
    path(f"{YEAR}/<int:pk>/file/", views.handover_download, name="handover_download"),
]
