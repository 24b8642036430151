"""URLs of the people app."""

from django.urls import path

from people.views import health, held, members, offices, profile, roles

app_name = "people"
urlpatterns = [
    path("people/", members.person_list, name="person_list"),
    path("people/new/", members.person_create, name="person_create"),
    path("people/<int:pk>/", members.person, name="person"),
    path("people/<int:pk>/edit/", members.person_edit, name="person_edit"),
    path("people/<int:pk>/deactivate/", members.person_deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate/", members.person_reactivate, name="person_reactivate"),
    path("people/<int:pk>/password/", members.person_password, name="person_password"),
    path("people/<int:pk>/invite/", members.person_invite, name="person_invite"),
    path("people/<int:pk>/roles/new/", roles.role_grant, name="role_grant"),
    path("people/roles/<int:pk>/end/", roles.role_end, name="role_end"),
    path("people/<int:pk>/acting/new/", roles.acting_create, name="acting_create"),
    path("people/acting/<int:pk>/end/", roles.acting_end, name="acting_end"),
    path("people/groups/", offices.group_list, name="group_list"),
    path("people/groups/new/", offices.group_create, name="group_create"),
    path("people/groups/<int:pk>/", offices.group_edit, name="group_edit"),
    path("people/office/", offices.office_edit, name="office_edit"),
    path("people/undelivered/", offices.undelivered_list, name="undelivered_list"),
    path("people/undelivered/<int:pk>/retry/", offices.undelivered_retry, name="undelivered_retry"),
    path("people/held/", held.held_list, name="held_list"),
    path("people/held/release/", held.held_release, name="held_release"),
    path("people/held/drop/", held.held_drop, name="held_drop"),
    path("people/health/", health.health, name="health"),
    path("healthz", health.healthz, name="healthz"),
    path("profile/", profile.profile, name="profile"),
    path("language/", profile.language_set, name="language_set"),
]
