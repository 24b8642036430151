"""URLs of reusing."""

from django.urls import path

from indicators.narratives.views import reusing as views

YEAR = "o/<slug:office>/<int:year>"
ITEM = f"{YEAR}/items/<str:code>"
CITATION = f"{YEAR}/citations/<int:pk>"
urlpatterns = [
    path(f"{ITEM}/bring/", views.bring, name="bring"),
    path(f"{ITEM}/bring/undo/", views.bring_undo, name="bring_undo"),
    path(f"{CITATION}/verify/", views.citation_verify, name="citation_verify"),
    path(f"{CITATION}/unverify/", views.citation_unverify, name="citation_unverify"),
]
