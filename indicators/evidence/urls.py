"""URLs of evidence and its files."""

from django.urls import path

from indicators.evidence.views import citations, files, joining, revisions, uploads
from indicators.evidence.views import evidence as views

YEAR = "o/<slug:office>/<int:year>"
ONE = f"{YEAR}/evidence/<int:pk>"
urlpatterns = [
    path(f"{YEAR}/evidence/", views.evidence_list, name="evidence_list"),
    path(f"{YEAR}/evidence/new/", views.evidence_create, name="evidence_create"),
    path(f"{YEAR}/evidence/join/", joining.evidence_join, name="evidence_join"),
    path(f"{ONE}/", views.evidence, name="evidence"),
    path(f"{ONE}/separate/", joining.evidence_separate, name="evidence_separate"),
    path(f"{ONE}/edit/", views.evidence_edit, name="evidence_edit"),
    path(f"{ONE}/revise/", views.evidence_revise, name="evidence_revise"),
    path(f"{ONE}/compare/", revisions.evidence_compare, name="evidence_compare"),
    path(f"{ONE}/cite/", citations.evidence_cite, name="evidence_cite"),
    path(f"{ONE}/remove/", views.evidence_remove, name="evidence_remove"),
    path(f"{ONE}/restore/", views.evidence_restore, name="evidence_restore"),
    path(f"{YEAR}/items/<str:code>/evidence/", citations.evidence_pick, name="evidence_pick"),
    path(f"{YEAR}/items/<str:code>/cite/", citations.cite, name="cite"),
    path(
        f"{YEAR}/citations/<int:pk>/withdraw/",
        citations.citation_withdraw,
        name="citation_withdraw",
    ),
    path(
        f"{YEAR}/citations/<int:pk>/restore/",
        citations.citation_restore,
        name="citation_restore",
    ),
    path(f"{YEAR}/uploads/", uploads.upload_begin, name="upload_begin"),
    path(f"{YEAR}/uploads/<slug:token>/", uploads.upload, name="upload"),
    path("files/<int:pk>/", files.file_download, name="file_download"),
    path("files/<int:pk>/preview/", files.file_preview, name="file_preview"),
]
