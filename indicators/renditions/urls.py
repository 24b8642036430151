"""URLs of files that are looked at."""

from django.urls import path

from indicators.renditions import views

urlpatterns = [
    path(
        "o/<slug:office>/<int:year>/evidence/<int:pk>/files/<int:file>/",
        views.evidence_file,
        name="evidence_file",
    ),
    path("files/<int:pk>/pages/<int:page>/", views.file_page, name="file_page"),
    path("files/<int:pk>/thumbnail/", views.file_thumbnail, name="file_thumbnail"),
]
