"""Addresses of the first page and of what waits for oneself."""

from django.urls import path

from workflow.todos import views

urlpatterns = [
    path("", views.home, name="home"),
    path("todos/", views.todo_list, name="todo_list"),
]
