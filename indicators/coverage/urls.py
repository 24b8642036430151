"""URLs of coverage."""

from django.urls import path

from indicators.coverage import views

urlpatterns = [
    path("o/<slug:office>/<int:year>/evidence/coverage/", views.coverage, name="coverage"),
]
