"""URLs of the reports app."""

from django.urls import path

from reports.documents.views import documents, papers, previews
from reports.verification import views as verification

app_name = "reports"
CYCLE = "o/<slug:office>/<int:year>/"
YEAR = f"{CYCLE}documents/"
VERSION = f"{CYCLE}papers/<slug:kind>/v<int:version>/"
MEETING = f"{CYCLE}meetings/<int:pk>/papers/<slug:kind>/"
urlpatterns = [
    path(YEAR, documents.document_list, name="document_list"),
    path(f"{YEAR}request/", documents.document_request, name="document_request"),
    path(f"{YEAR}<int:pk>/", documents.document, name="document"),
    path(f"{YEAR}<int:pk>/status/", documents.document_status, name="document_status"),
    path(f"{YEAR}<int:pk>/retry/", documents.document_retry, name="document_retry"),
    path(f"{YEAR}<int:pk>/download/", documents.document_download, name="document_download"),
    path(f"{YEAR}<int:pk>/<int:page>.png", previews.document_page, name="document_page"),
    path(f"{YEAR}sha256/<slug:sha256>/", documents.document_by_hash, name="document_by_hash"),
    path(f"{CYCLE}papers/<slug:kind>/preview/", previews.preview, name="preview"),
    path(f"{CYCLE}previews/<slug:token>/", previews.preview_status, name="preview_status"),
    path(
        f"{CYCLE}previews/<slug:token>/<int:page>.png", previews.preview_page, name="preview_page"
    ),
    path(VERSION, papers.version_paper, name="version_paper"),
    path(f"{VERSION}request/", papers.version_paper_request, name="version_paper_request"),
    path(MEETING, papers.meeting_paper, name="meeting_paper"),
    path(f"{MEETING}request/", papers.meeting_paper_request, name="meeting_paper_request"),
    path(f"{MEETING}preview/", previews.meeting_preview, name="meeting_preview"),
    path(
        "submissions/<slug:office>/<int:year>/papers/<slug:kind>/",
        documents.submitted_paper,
        name="submitted_paper",
    ),
    path("office/papers/certificate/", verification.certificate, name="certificate"),
    path("verify/", verification.verify_entry, name="verify_entry"),
    path("verify/<slug:code>/", verification.verify, name="verify"),
]
