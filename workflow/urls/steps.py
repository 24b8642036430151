"""URLs of steps."""

from django.urls import path

from workflow.views import steps

STEP = "o/<slug:office>/<int:year>/steps/<int:kind>/"

urlpatterns = [
    path(STEP, steps.step, name="step"),
    path(f"{STEP}plan/", steps.step_plan, name="step_plan"),
    path(f"{STEP}open/", steps.step_open, name="step_open"),
    path(f"{STEP}finish/", steps.step_finish, name="step_finish"),
    path(f"{STEP}reopen/", steps.step_reopen, name="step_reopen"),
]
