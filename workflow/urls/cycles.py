"""URLs of cycles and their history."""

from django.urls import path

from workflow.views import cycles, history

urlpatterns = [
    path("cycles/", cycles.cycle_list, name="cycle_list"),
    path("cycles/new/", cycles.cycle_create, name="cycle_create"),
    path("o/<slug:office>/<int:year>/", cycles.cycle, name="cycle"),
    path("o/<slug:office>/<int:year>/history/", history.history, name="history"),
    path(
        "o/<slug:office>/<int:year>/history/export/", history.history_export, name="history_export"
    ),
]
