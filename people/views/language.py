"""The cookie that esa_standards.middleware.LanguageMiddleware reads."""

from django.conf import settings

A_YEAR = 365 * 24 * 60 * 60


def remember_language(response, language):
    """Keep the chosen language in this browser; returns the response."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
