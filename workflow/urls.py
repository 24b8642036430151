"""Addresses of the workflow app, gathered from its subjects."""

from workflow.followup import urls as followup
from workflow.meetings import urls as meetings
from workflow.papers import urls as papers
from workflow.reminders import urls as reminders
from workflow.steps import urls as steps
from workflow.todos import urls as todos

app_name = "workflow"
urlpatterns = [
    *todos.urlpatterns,
    *steps.urlpatterns,
    *papers.urlpatterns,
    *meetings.urlpatterns,
    *followup.urlpatterns,
    *reminders.urlpatterns,
]
