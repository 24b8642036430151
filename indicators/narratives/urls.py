"""URLs of indicators and considerations."""

from django.urls import path

from indicators.narratives.views import checklist, coverage, earlier_texts
from indicators.narratives.views import items as views

YEAR = "o/<slug:office>/<int:year>"
ITEM = f"{YEAR}/items/<str:code>"
urlpatterns = [
    path(f"{YEAR}/indicators/", views.indicator_list, name="indicator_list"),
    path(f"{YEAR}/evidence/coverage/", coverage.coverage, name="coverage"),
    path(f"{YEAR}/indicators/<str:code>/", views.indicator, name="indicator"),
    path(f"{YEAR}/indicators/<str:code>/review/", views.review_save, name="review_save"),
    path(f"{ITEM}/", views.item, name="item"),
    path(f"{ITEM}/save/", views.item_autosave, name="item_autosave"),
    path(f"{ITEM}/hand-in/", views.item_hand_in, name="item_hand_in"),
    path(f"{ITEM}/take-back/", views.item_take_back, name="item_take_back"),
    path(f"{ITEM}/history/", views.item_history, name="item_history"),
    path(f"{ITEM}/restore/", views.item_restore, name="item_restore"),
    path(f"{ITEM}/draft/", earlier_texts.draft_use, name="draft_use"),
    path(f"{ITEM}/draft/undo/", earlier_texts.draft_undo, name="draft_undo"),
    path(f"{ITEM}/draft/confirm/", earlier_texts.draft_confirm, name="draft_confirm"),
    path(f"{ITEM}/required/", checklist.checklist_add, name="checklist_add"),
    path(f"{YEAR}/required/<int:pk>/excuse/", checklist.checklist_excuse, name="checklist_excuse"),
    path(f"{ITEM}/due/", views.item_due_set, name="item_due_set"),
]
