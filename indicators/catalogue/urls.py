"""URLs of the catalogue."""

from django.urls import path

from indicators.catalogue import views as views

urlpatterns = [
    path("standards/", views.edition_list, name="edition_list"),
    path("standards/import/", views.edition_import, name="edition_import"),
    path("standards/<slug:code>/<int:version>/", views.edition, name="edition"),
    path(
        "standards/<slug:code>/<int:version>/verify/", views.edition_verify, name="edition_verify"
    ),
    path(
        "standards/<slug:code>/<int:version>/unverify/",
        views.edition_unverify,
        name="edition_unverify",
    ),
]
