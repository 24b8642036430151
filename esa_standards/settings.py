"""Settings: one module, everything by environment variables.

docs/operator.md lists every variable; a test holds the two together.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from esa_standards import logs
from esa_standards.settings_files import *  # noqa: F403 - one name for all settings

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

# -- where things lie ---------------------------------------------------------
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
BLOB_ROOT = DATA_DIR / "blobs"
DOCUMENT_ROOT = DATA_DIR / "documents"
# Pictures of pages: made anew when they are asked for, so no backup needs them.
PREVIEW_ROOT = DATA_DIR / "pages"
FONT_ROOT = DATA_DIR / "fonts"
# Certificates that offices sign with, under keys derived from SECRET_KEY; roots that are trusted.
CERTIFICATE_ROOT = DATA_DIR / "certificates"
TRUST_ROOT = DATA_DIR / "trusted-roots"

# -- security -----------------------------------------------------------------
# No default: without a key the start fails. script/server makes one in DATA_DIR.
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Set SECRET_KEY or SECRET_KEY_FILE (docs/operator.md says how), "
        "or start with script/server, which makes a key of its own."
    )
# Of the history's hashes; without it, this file, which `prepare` makes. Never SECRET_KEY.
# The former keys only check what was written under them.
HISTORY_KEY = env.str("HISTORY_KEY", default="")
HISTORY_FORMER_KEYS = env.list("HISTORY_FORMER_KEYS", default=[])
HISTORY_KEY_PATH = DATA_DIR / "history.key"
DEBUG = env.bool("DEBUG", default=False)
DEMO_MODE = env.bool("DEMO_MODE", default=False)
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="demo-2560-skn2")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# HTTPS=off only for loopback and tests: cookies lose their Secure flag.
HTTPS = env.bool("HTTPS", default=True)
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
# Browsers take a cookie of this name over HTTPS only, and from no other site of the same domain.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_FAILURE_VIEW = "esa_standards.errors.csrf_failure"
SESSION_COOKIE_AGE = 60 * 60 * 24
# Machines in an office are shared: who leaves one is signed out after so long.
IDLE_MINUTES = env.int("IDLE_MINUTES", default=60)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# -- applications -------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "esa_standards.apps.LeanStaticFilesConfig",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "template_partials",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "esa_standards",
    "core",
    "notifications",
    "people",
    "indicators",
    "workflow",
    "reports",
    "demo",
]
MIDDLEWARE = [
    "esa_standards.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "esa_standards.middleware.PageGZipMiddleware",
    "esa_standards.middleware.ReferenceMiddleware",
    "esa_standards.middleware.HealthMiddleware",
    "esa_standards.middleware.LanguageMiddleware",
    "esa_standards.middleware.TextGuardMiddleware",
    "esa_standards.middleware.SignInMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.sign_in.middleware.SessionUseMiddleware",
    # The sign-in before what reads bodies: a stranger's upload is refused before it is read.
    "esa_standards.middleware.SignInRequiredMiddleware",
    "people.sign_in.middleware.SecondFactorMiddleware",
    "esa_standards.bodies.BodyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "esa_standards.middleware.WriterMiddleware",
    "esa_standards.middleware.RefusalMiddleware",
    "esa_standards.middleware.SavedMiddleware",
]
ROOT_URLCONF = "esa_standards.urls"
WSGI_APPLICATION = "esa_standards.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "people.context.navigation",
            ],
            "builtins": [
                "core.templatetags.thai",
                "core.templatetags.site",
                "template_partials.templatetags.partials",
            ],
        },
    }
]
FORM_RENDERER = "core.forms.renderer.WholeTextRenderer"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# -- databases ----------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'esa.sqlite3'}")}
# Counts failed sign-ins: every process must see the same count (core/models/cache.py).
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "people_cache",
        # More than strangers can fill from a thousand addresses: counts are not pushed out.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        "options": "-c statement_timeout=30000 -c lock_timeout=10000 -c timezone=UTC"
    }

# -- people -------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
# Whose history it is: core stands below people and knows offices by this name only.
OFFICE_MODEL = "people.Office"
AUTHENTICATION_BACKENDS = [
    "people.sign_in.backend.SignInBackend",  # who may sign in; the others are for sessions, rights
    "people.sign_in.backend.SessionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian's stand-in user: nobody without an account has rights here
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"people.sign_in.passwords.{name}"}
    for name in ("LongEnough", "NotOneself", "NotCommon", "NotOnlyDigits")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workflow:home"
ACCOUNT_ADAPTER = "people.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "people.forms.sign_in.SignInForm",
    "reset_password": "people.forms.sign_in.ForgottenPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Attempts to sign in are counted in people/sign_in/limits.py; these are for the second step and
# for links to one address.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "10/5m/key",
    "reset_password": "5/m/key",
    "reset_password_from_key": None,
}
# Networks from which many people sign in through one address, such as the offices' own: there
# wrong passwords are counted ten times as generously.
SIGN_IN_TRUSTED_RANGES = env.list("SIGN_IN_TRUSTED_RANGES", default=[])
# Whose words in X-Forwarded-For are believed: the web servers in front, counted from this one.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PROXY_COUNT", default=1 if HTTPS else 0)
# Whether an address has an account here is not said to who asks.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# An administrator of the office wrote the address; it needs no proof before a second factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "ESA Standards"
MFA_ADAPTER = "people.adapter.SecondFactorAdapter"
code_forms = {"activate_totp": "Activate", "authenticate": "Code", "reauthenticate": "CodeAgain"}
MFA_FORMS = {step: f"people.forms.second_factor.{name}Form" for step, name in code_forms.items()}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

# -- single sign-on by OpenID Connect; off without a server --------------------
OIDC_SERVER = env.str("OIDC_SERVER", default="").rstrip("/")
OIDC_NAME = env.str("OIDC_NAME", default="OpenID Connect")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
SOCIALACCOUNT_ADAPTER = "people.adapter.SingleSignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # by rules of our own: people/sign_in/sso.py
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True  # whoever sits at an open screen links nothing
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "office",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_SERVER},
            }
        ]
        if OIDC_SERVER
        else [],
    }
}
if OIDC_SERVER:
    # Browsers apply form-action to where a form leads in the end: the provider's page to sign in.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] += [
        "/".join(OIDC_SERVER.split("/")[:3]),
        *env.list("OIDC_ORIGINS", default=[]),
    ]

# -- language and time --------------------------------------------------------
LANGUAGE_CODE = "th"
LANGUAGES = [("th", _("Thai")), ("en", _("English"))]
AREAS = "site people catalogue indicators workflow meetings reminders reports"
LOCALE_PATHS = [BASE_DIR / "locale" / area for area in AREAS.split()]
TIME_ZONE = "Asia/Bangkok"
USE_TZ = True
# The demonstration lives in another year: `manage.py demo` writes this file. 0 everywhere else.
DEMO_CLOCK = DATA_DIR / "demo-clock"
CLOCK_OFFSET_DAYS = env.int(
    "CLOCK_OFFSET_DAYS", default=int(DEMO_CLOCK.read_text()) if DEMO_CLOCK.exists() else 0
)

# -- static files -------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("fonts", FONT_ROOT)]
# In a fresh clone the folder of fonts is not there before `prepare` makes it: no reason to warn.
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no page of another site needs our files
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# -- files people bring -------------------------------------------------------
# Most of them stand in settings_files.py.
# With everything else that is not whole yet (core/files/temporary.py); the sweeper looks there.
FILE_UPLOAD_TEMP_DIR = str(DATA_DIR / "tmp")

# -- tasks --------------------------------------------------------------------
# Celery only wakes workers: what is owed stands in the database, a sweep finds it.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://localhost")
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_ALWAYS_EAGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
if CELERY_BROKER_URL.startswith("filesystem"):
    _broker_folder = str(DATA_DIR / "broker")
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": _broker_folder,
        "data_folder_out": _broker_folder,
        "control_folder": str(DATA_DIR / "broker-control"),
        "polling_interval": 0.2,  # seconds: somebody waits for the preview of a page
    }
else:
    # A black-holed broker may cost a person's click less than two seconds, not forty. Longer than
    # the second for which a worker waits at its queue.
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "socket_timeout": 1.3,
        "socket_connect_timeout": 1,
        "max_retries": 0,
    }
# A paper whose worker has shown no progress for so long is taken over by another worker.
RENDER_LEASE_SECONDS = env.int("RENDER_LEASE_SECONDS", default=120)
LIBREOFFICE = env.str("LIBREOFFICE", default="soffice")  # shows Office files; empty: none
CELERY_BEAT_SCHEDULER = "esa_standards.beat:HeartbeatScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 30  # seconds
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")
CELERY_BEAT_SCHEDULE = {
    "plan-reminders": {"task": "workflow.tasks.plan_reminders", "schedule": 60.0},
    "answer-password-requests": {"task": "people.tasks.answer_password_requests", "schedule": 60.0},
    "deliver-notifications": {
        "task": "notifications.tasks.deliver_notifications",
        "schedule": 60.0,
    },
    "render-documents": {"task": "reports.tasks.render_documents", "schedule": 60.0},
    "finish-uploads": {"task": "indicators.tasks.finish_uploads", "schedule": 60.0},
    "prepare-handovers": {"task": "indicators.tasks.prepare_handovers", "schedule": 60.0},
    "scan-files": {"task": "indicators.tasks.scan_files", "schedule": 60.0},
    "draw-files": {"task": "indicators.tasks.draw_files", "schedule": 60.0},
    "read-files": {"task": "indicators.tasks.read_files", "schedule": 60.0},
    "sweep-files": {"task": "indicators.tasks.sweep_files", "schedule": 3600.0},
    "check-files": {"task": "indicators.tasks.check_files", "schedule": 604_800.0},
    "check-papers": {"task": "reports.tasks.check_papers", "schedule": 604_800.0},
    "check-damaged-papers": {
        "task": "reports.tasks.check_papers",
        "schedule": 3600.0,  # one that was put back is served again within the hour
        "kwargs": {"only_damaged": True},
    },
}

# -- mail ---------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default="esa-standards@localhost")
# Asked before anything is sent: what of it is still true, of this person, today?
NOTIFICATION_REVALIDATION = "workflow.reminders.revalidation.Revalidation"
# What the page about the site's health asks besides database, broker, worker and outbox.
HEALTH_CHECKS = [
    "notifications.health.broker",
    "core.health.beat",
    "core.health.worker",
    "notifications.health.outbox",
    "reports.documents.health.render_queue",
    "indicators.evidence.health.files",
    "indicators.evidence.health.store",
    "indicators.evidence.health.scanner",
    "indicators.renditions.health.files_to_show",
    "reports.documents.health.stored_papers",
]
# Personal channels: which of Apprise's services people may choose, by their schemes, and which
# hosts may be asked where an address names one. A leading dot allows what lies below.
CHANNEL_SCHEMES = env.list(
    "CHANNEL_SCHEMES",
    default="line tgram workflows msteams discord slack gchat wxteams pover ntfys".split(),
)
CHANNEL_HOSTS = env.list(
    "CHANNEL_HOSTS",
    default=[".logic.azure.com", ".api.powerplatform.com", ".webhook.office.com", "ntfy.sh"],
)
# Where links in mail lead; a worker has no request to take it from.
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")

# -- logs ---------------------------------------------------------------------
LOGGING = logs.configuration(
    form=env.str("LOG_FORMAT", default="line"), level=env.str("LOG_LEVEL", default="INFO")
)
