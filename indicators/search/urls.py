"""The address of the search."""

from django.urls import path

from indicators.search import views

urlpatterns = [path("search/", views.find, name="find")]
