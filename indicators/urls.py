"""Addresses of the indicators app, gathered from its subjects."""

from indicators.assignments import urls as assignments
from indicators.catalogue import urls as catalogue
from indicators.catalogue.checklists import urls as checklists
from indicators.evidence import urls as evidence
from indicators.handovers import urls as handovers
from indicators.narratives import urls as narratives
from indicators.narratives.inbox import urls as inbox
from indicators.narratives.reuse import urls as reuse
from indicators.projects import urls as projects
from indicators.renditions import urls as renditions
from indicators.requests import urls as requests
from indicators.scores import urls as scores
from indicators.search import urls as search
from indicators.threads import urls as threads

app_name = "indicators"
urlpatterns = [
    *catalogue.urlpatterns,
    *assignments.urlpatterns,
    *projects.urlpatterns,
    *narratives.urlpatterns,
    *requests.urlpatterns,
    *evidence.urlpatterns,
    *reuse.urlpatterns,
    *inbox.urlpatterns,
    *checklists.urlpatterns,
    *handovers.urlpatterns,
    *renditions.urlpatterns,
    *scores.urlpatterns,
    *search.urlpatterns,
    *threads.urlpatterns,
]
