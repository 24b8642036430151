"""URLs of the indicators app, one module per subject."""

from indicators.urls import assignments, catalogue, evidence, items, scores

app_name = "indicators"
urlpatterns = [
    *catalogue.urlpatterns,
    *assignments.urlpatterns,
    *items.urlpatterns,
    *evidence.urlpatterns,
    *scores.urlpatterns,
]
