"""URLs of scores."""

from django.urls import path

from indicators.scores import views as views

YEAR = "o/<slug:office>/<int:year>"
urlpatterns = [
    path(f"{YEAR}/scores/", views.scoring, name="scoring"),
    path(f"{YEAR}/scores/hand-in/", views.scores_hand_in, name="scores_hand_in"),
    path(f"{YEAR}/scores/take-back/", views.scores_take_back, name="scores_take_back"),
    path(f"{YEAR}/scores/<str:code>/", views.score_save, name="score_save"),
    path(f"{YEAR}/committee-room/", views.committee_room, name="committee_room"),
    path(f"{YEAR}/committee-room/<str:code>/", views.agree_save, name="agree_save"),
    path(f"{YEAR}/arithmetic/", views.arithmetic, name="arithmetic"),
]
