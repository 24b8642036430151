"""Addresses of years, their six steps, their progress and their history."""

from django.urls import path

from workflow.steps.views import cycles, history, progress, steps

YEAR = "o/<slug:office>/<int:year>/"
STEP = f"{YEAR}steps/<int:kind>/"

urlpatterns = [
    path("cycles/", cycles.cycle_list, name="cycle_list"),
    path("cycles/new/", cycles.cycle_create, name="cycle_create"),
    path(YEAR, cycles.cycle, name="cycle"),
    path(f"{YEAR}progress/", progress.progress, name="progress"),
    path(f"{YEAR}history/", history.history, name="history"),
    path(f"{YEAR}history/export/", history.history_export, name="history_export"),
    path(STEP, steps.step, name="step"),
    path(f"{STEP}plan/", steps.step_plan, name="step_plan"),
    path(f"{STEP}open/", steps.step_open, name="step_open"),
    path(f"{STEP}finish/", steps.step_finish, name="step_finish"),
    path(f"{STEP}reopen/", steps.step_reopen, name="step_reopen"),
]
