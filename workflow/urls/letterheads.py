"""URLs of what an office's papers carry; they name no office, everybody has their own."""

from django.urls import path

from workflow.views import letterheads

urlpatterns = [
    path("office/papers/", letterheads.letterhead, name="letterhead"),
    path("office/papers/emblem/", letterheads.letterhead_emblem, name="letterhead_emblem"),
    path(
        "office/papers/emblem/remove/",
        letterheads.letterhead_emblem_remove,
        name="letterhead_emblem_remove",
    ),
    path("office/papers/phrases/<slug:name>/", letterheads.phrase_edit, name="phrase_edit"),
    path("office/papers/phrases/<slug:name>/usual/", letterheads.phrase_usual, name="phrase_usual"),
]
