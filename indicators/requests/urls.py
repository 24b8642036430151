"""URLs of requests."""

from django.urls import path

from indicators.requests import views

YEAR = "o/<slug:office>/<int:year>"
ONE = f"{YEAR}/requests/<int:pk>"
urlpatterns = [
    path(f"{YEAR}/requests/", views.request_list, name="request_list"),
    path(f"{YEAR}/items/<str:code>/requests/", views.request_ask, name="request_ask"),
    path(f"{ONE}/", views.request_page, name="request"),
    path(f"{ONE}/done/", views.request_finish, name="request_finish"),
    path(f"{ONE}/accept/", views.request_accept, name="request_accept"),
    path(f"{ONE}/unaccept/", views.request_unaccept, name="request_unaccept"),
    path(f"{ONE}/send-back/", views.request_send_back, name="request_send_back"),
    path(f"{ONE}/hand-on/", views.request_hand_on, name="request_hand_on"),
    path(f"{ONE}/withdraw/", views.request_withdraw, name="request_withdraw"),
    path(f"{ONE}/restore/", views.request_restore, name="request_restore"),
]
