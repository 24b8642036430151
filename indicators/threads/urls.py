"""URLs of discussions and their comments."""

from django.urls import path

from indicators.threads.views import threads as views

YEAR = "o/<slug:office>/<int:year>"
ONE = f"{YEAR}/threads/<int:pk>"
urlpatterns = [
    path(f"{YEAR}/items/<str:code>/threads/", views.item_thread, name="item_thread"),
    path(f"{YEAR}/evidence/<int:pk>/threads/", views.evidence_thread, name="evidence_thread"),
    path(f"{YEAR}/threads/people/", views.mention_people, name="mention_people"),
    path(f"{ONE}/", views.thread, name="thread"),
    path(f"{ONE}/resolve/", views.thread_resolve, name="thread_resolve"),
    path(f"{ONE}/reopen/", views.thread_reopen, name="thread_reopen"),
    path(f"{YEAR}/comments/<int:pk>/withdraw/", views.comment_withdraw, name="comment_withdraw"),
    path(f"{YEAR}/comments/<int:pk>/restore/", views.comment_restore, name="comment_restore"),
]
