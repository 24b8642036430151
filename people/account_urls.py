"""allauth under accounts/, without its own pages for e-mail addresses and signing up."""

from django.urls import include, path, re_path

from people.views import sign_in

urlpatterns = [
    path("login/", sign_in.SignInView.as_view(), name="account_login"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.NewPasswordView.as_view(),
        name="account_reset_password_from_key",
    ),
    # First match wins: these hide allauth's pages and keep the names that allauth reverses.
    path("signup/", sign_in.no_such_page, name="account_signup"),
    path("email/", sign_in.no_such_page, name="account_email"),
    path("confirm-email/", sign_in.no_such_page),
    path("confirm-email/<str:key>/", sign_in.no_such_page),
    path("password/set/", sign_in.no_such_page),
    path("login/code/confirm/", sign_in.no_such_page),
    path("3rdparty/signup/", sign_in.no_such_page, name="socialaccount_signup"),
    path("3rdparty/login/error/", sign_in.no_such_page, name="socialaccount_login_error"),
    path("3rdparty/login/cancelled/", sign_in.no_such_page, name="socialaccount_login_cancelled"),
    path("3rdparty/", sign_in.LinkedAccountsView.as_view(), name="socialaccount_connections"),
    path("oidc/<slug:provider_id>/login/", sign_in.sso_login, name="openid_connect_login"),
    path(
        "oidc/<slug:provider_id>/login/callback/",
        sign_in.sso_callback,
        name="openid_connect_callback",
    ),
    path("sessions/", sign_in.no_such_page, name="usersessions_list"),
    path("", include("allauth.urls")),
]
