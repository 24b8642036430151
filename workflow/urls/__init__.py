"""URLs of the workflow app, one module per subject."""

from workflow.urls import (
    chasing,
    cycles,
    home,
    letterheads,
    meetings,
    minutes,
    proposals,
    steps,
    submissions,
)

app_name = "workflow"
urlpatterns = [
    *home.urlpatterns,
    *cycles.urlpatterns,
    *steps.urlpatterns,
    *proposals.urlpatterns,
    *meetings.urlpatterns,
    *minutes.urlpatterns,
    *submissions.urlpatterns,
    *letterheads.urlpatterns,
    *chasing.urlpatterns,
]
