"""A provider of single sign-on in this very process: allauth's own, with people of another house.

Both houses share the database of the test, so the provider says of a person what ``CLAIMS`` holds.
"""

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.urls import include, path

CLAIMS = {}


class ProviderAdapter(DefaultOIDCAdapter):
    """Says what the test wants said."""

    def get_claims(self, purpose, user, client, scopes, email=None, **kwargs):
        claims = super().get_claims(purpose, user, client, scopes, email=email, **kwargs)
        return claims | CLAIMS


urlpatterns = [
    path("", include("esa_standards.urls")),
    path("", include("allauth.idp.urls")),
]
