"""URLs of the inbox: putting in belongs to the office, sorting to a year."""

from django.urls import path

from indicators.evidence.views import uploads
from indicators.narratives.views import inbox as views

OFFICE = "o/<slug:office>/inbox"
YEAR = "o/<slug:office>/<int:year>/inbox"
urlpatterns = [
    path(f"{OFFICE}/", views.inbox, name="inbox"),
    path(f"{OFFICE}/uploads/", uploads.upload_begin_for_form, name="inbox_upload_begin"),
    path(f"{OFFICE}/uploads/<slug:token>/", uploads.upload, name="inbox_upload"),
    path(f"{OFFICE}/<int:pk>/address/", views.inbox_address, name="inbox_address"),
    path(f"{OFFICE}/<int:pk>/set-aside/", views.inbox_set_aside, name="inbox_set_aside"),
    path(f"{OFFICE}/<int:pk>/unsort/", views.inbox_unsort, name="inbox_unsort"),
    path(f"{YEAR}/", views.inbox_sort, name="inbox_sort"),
    path(f"{YEAR}/for/<str:code>/", views.inbox_sort, name="inbox_sort_code"),
    path(f"{YEAR}/<int:pk>/cite/", views.inbox_cite, name="inbox_cite"),
]
