"""URLs of the first page, the own list and the progress of a year."""

from django.urls import path

from workflow.views import home, progress

urlpatterns = [
    path("", home.home, name="home"),
    path("todos/", home.todo_list, name="todo_list"),
    path("o/<slug:office>/<int:year>/progress/", progress.progress, name="progress"),
]
