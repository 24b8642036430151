"""Every address of the product; tests/journeys holds a table of who may open which."""

from allauth.account.decorators import secure_admin_login
from allauth.account.views import logout
from django.contrib import admin
from django.urls import include, path

from people.views.sign_in import to_password_change

# One door: the admin's own sign-in knows neither second factors nor the limit on guessing, nor does
# its own page for a new password; its signing out leaves pages in the browser's cache.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign] # as allauth says
admin.site.password_change = to_password_change  # type: ignore[assignment, method-assign]
admin.site.logout = logout  # type: ignore[method-assign]

urlpatterns = [
    path("", include("workflow.urls")),
    path("", include("indicators.urls")),
    path("", include("people.urls")),
    path("", include("notifications.urls")),
    path("", include("reports.urls")),
    path("accounts/", include("people.account_urls")),
    # For IT only: state and history are read-only there.
    path("it/", admin.site.urls),
]
handler400 = "esa_standards.errors.bad_request"
handler403 = "esa_standards.errors.forbidden"
handler404 = "esa_standards.errors.not_found"
handler500 = "esa_standards.errors.server_error"
