"""URLs of handing in, OBEC's follow-up and the office's answers."""

from django.urls import path

from workflow.followup.views import evidence, followup, submissions

ONE = "submissions/<slug:office>/<int:year>/"
YEAR = "o/<slug:office>/<int:year>/followup/"

urlpatterns = [
    path("submissions/", submissions.submission_list, name="submission_list"),
    path(ONE, submissions.submission, name="submission"),
    path(f"{ONE}open/", submissions.submission_open, name="submission_open"),
    path(
        f"{ONE}indicators/<str:code>/",
        submissions.submission_indicator,
        name="submission_indicator",
    ),
    path(
        f"{ONE}indicators/<str:code>/accept/",
        submissions.verified_score_accept,
        name="verified_score_accept",
    ),
    path(
        f"{ONE}indicators/<str:code>/accept/undo/",
        submissions.verified_score_unaccept,
        name="verified_score_unaccept",
    ),
    path(f"{ONE}evidence/<int:pk>/", evidence.submitted_evidence, name="submitted_evidence"),
    path("e/<slug:code>/", evidence.evidence_link, name="evidence_link"),
    path(f"{ONE}scores/<str:code>/", submissions.verified_score_save, name="verified_score_save"),
    path(
        f"{ONE}recommendations/new/",
        submissions.recommendation_create,
        name="recommendation_create",
    ),
    path(
        f"{ONE}recommendations/<int:pk>/edit/",
        submissions.recommendation_edit,
        name="recommendation_edit",
    ),
    path(
        f"{ONE}recommendations/<int:pk>/remove/",
        submissions.recommendation_remove,
        name="recommendation_remove",
    ),
    path(YEAR, followup.followup, name="followup"),
    path(f"{YEAR}submit/", followup.summary_submit, name="summary_submit"),
    path(f"{YEAR}take-back/", followup.summary_take_back, name="summary_take_back"),
    path(f"{YEAR}<int:pk>/answer/", followup.recommendation_answer, name="recommendation_answer"),
]
