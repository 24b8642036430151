"""Addresses of the indicators app, gathered from its subjects."""

from indicators.assignments import urls as assignments
from indicators.catalogue import urls as catalogue
from indicators.evidence import urls as evidence
from indicators.narratives import urls as narratives
from indicators.projects import urls as projects
from indicators.scores import urls as scores
from indicators.search import urls as search

app_name = "indicators"
urlpatterns = [
    *catalogue.urlpatterns,
    *assignments.urlpatterns,
    *projects.urlpatterns,
    *narratives.urlpatterns,
    *evidence.urlpatterns,
    *scores.urlpatterns,
    *search.urlpatterns,
]
