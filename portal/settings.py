"""Settings of the site, all from the environment or a ``.env`` beside ``manage.py``; ``.env.example`` explains each."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if env_file := env.str("ENV_FILE", default=str(BASE_DIR / ".env")):
    environ.Env.read_env(env_file)


def whole_number(name, default):
    """A number from the environment. System checks come too late for what is none: nothing could be loaded."""
    try:
        return env.int(name, default=default)
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} is not a whole number: {env.str(name)}. Write digits only, for example {name}={default}"
        ) from None


# --- What kind of run this is -----------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Put a long random value into the environment or into .env, for example the output of:"
        ' python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
    )
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# --- Where it is reached ----------------------------------------------------------------------------------------------

SITE_URL = env.str("SITE_URL", default=f"http://localhost:{env.str('PORT', default='8000')}").rstrip("/")
SITE_HOSTS = env.list("SITE_HOSTS", default=[])
SITE_NAME = env.str("SITE_NAME", default="Skrynka")
SERVED_OVER_TLS = urlsplit(SITE_URL).scheme == "https"
TRUSTED_PROXY_COUNT = whole_number("TRUSTED_PROXY_COUNT", default=0)
DNS_SERVERS = env.list("DNS_SERVERS", default=[])
TLS_ASK_SECRET = env.str("TLS_ASK_SECRET", default="")
PROFILE_SIGNING_CERT = env.str("PROFILE_SIGNING_CERT", default="")
PROFILE_SIGNING_KEY = env.str("PROFILE_SIGNING_KEY", default="")
# portal.hosts decides by what is stored; a fixed list cannot know the customers' domains.
ALLOWED_HOSTS = ["*"]
USE_X_FORWARDED_HOST = False
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- Parts ------------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "portal.apps.PortalConfig",
    "portal.apps.SkrynkaAdminConfig",
    "accounts",
    "mailsettings",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "portal.hosts.HostsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
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
                "mailsettings.signin.pages.face_of_sign_in",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

# --- Data -------------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'skrynka.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # Opening a file and setting it up costs more than most answers.
    _database["CONN_MAX_AGE"] = None
    _database["OPTIONS"] = {
        # Writers queue at BEGIN instead of failing in the middle, and readers never wait for them.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    }
elif _database["ENGINE"] == "django.db.backends.postgresql":
    _database["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}, **_database.get("OPTIONS", {})}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://cache_entries")}
if CACHES["default"]["BACKEND"].endswith("db.DatabaseCache"):
    # Django's own would count tries that meet as one, and keep a count for its default time only.
    CACHES["default"]["BACKEND"] = "accounts.cache.DatabaseCache"
    # Django's 300 would throw counts of tries away before their time; ``manage.py work`` removes what is over.
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 10_000, **CACHES["default"].get("OPTIONS", {})}
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
# A mail server that does not answer must not hold up whoever waits for the page.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"no-reply@{urlsplit(SITE_URL).hostname}")

# --- How long things are kept: manage.py work removes what is older ---------------------------------------------------

SESSION_DAYS = whole_number("SESSION_DAYS", default=14)
SESSION_COOKIE_AGE = SESSION_DAYS * 24 * 3600
LOG_DAYS = whole_number("LOG_DAYS", default=0)
LINK_DAYS = whole_number("LINK_DAYS", default=90)
ANSWER_DAYS = whole_number("ANSWER_DAYS", default=730)
WORK_SECONDS = whole_number("WORK_SECONDS", default=600)

# --- People -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "pages:mine"
# Whether the admin lets in only sessions that were proved by a second factor. A first try on localhost needs none.
ADMIN_SECOND_FACTOR = env.bool("ADMIN_SECOND_FACTOR", default=SERVED_OVER_TLS and not DEBUG)
# Letters leave after the answer: how long a mail server takes must not tell who is known here.
MAIL_IN_BACKGROUND = True

AUTHENTICATION_BACKENDS = ["mailsettings.signin.backends.PasswordBackend"]
ACCOUNT_ADAPTER = "mailsettings.signin.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "request_login_code": "mailsettings.signin.forms.RequestCodeForm",
    "reset_password": "mailsettings.signin.forms.ResetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
# Nobody registers here, but without a password among these allauth takes it away from the sign-in page too.
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# Otherwise whoever types a stranger's address has this site write to that stranger.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# Mail servers that greylist let a letter wait for some minutes.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_TIMEOUT = 20 * 60
# By a code, since a link would leave its key in logs of paths.
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "20/m/ip,3/m/key,10/h/key",
    "reset_password": "20/m/ip,3/m/key,10/h/key",
}
MFA_ADAPTER = "mailsettings.signin.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "mailsettings.signin.forms.AuthenticateForm",
    "reauthenticate": "mailsettings.signin.forms.ReauthenticateForm",
    "add_webauthn": "mailsettings.signin.forms.AddPasskeyForm",
    "authenticate_webauthn": "mailsettings.signin.forms.AuthenticatePasskeyForm",
    "login_webauthn": "mailsettings.signin.forms.LoginPasskeyForm",
    "reauthenticate_webauthn": "mailsettings.signin.forms.ReauthenticatePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Addresses are entered by staff; there is no step in which their owners would confirm them.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = SITE_NAME
# A code is good half a minute before and after its time, for clocks that are a little off.
MFA_TOTP_TOLERANCE = 1

# --- Languages --------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "uk"
LANGUAGES = [("uk", _("Ukrainian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
FORMAT_MODULE_PATH = "portal.formats"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SECURE = SERVED_OVER_TLS
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Kyiv")
USE_TZ = True

# --- Files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = str(env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
MEDIA_URL = "/media/"
MEDIA_ROOT = str(env.path("MEDIA_ROOT", default=str(BASE_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Safety -----------------------------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVED_OVER_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SERVED_OVER_TLS
SECURE_HSTS_SECONDS = whole_number("HSTS_SECONDS", default=31536000) if SERVED_OVER_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
CSRF_FAILURE_VIEW = "mailsettings.pages.errors.stale_form"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SILENCED_SYSTEM_CHECKS = [
    # HSTS covers the portal's own hosts only: their subdomains may be other people's servers.
    "security.W005",
    # For the same reason the hosts are not offered to browsers' preload lists.
    "security.W021",
]

# --- Logs -------------------------------------------------------------------------------------------------------------

LOG_FORMAT = env.str("LOG_FORMAT", default="text")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "{asctime} {levelname} {request_id} {name}: {message}", "style": "{"},
        "json": {"()": "portal.logs.JsonFormatter"},
    },
    "filters": {
        "request_id": {"()": "portal.logs.RequestId"},
        "masked_paths": {"()": "portal.logs.MaskedPaths"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_FORMAT == "json" else "text",
            "filters": ["request_id", "masked_paths"],
        },
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "django": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING"), "propagate": False},
        # Counts of what was removed: an operator wants them whatever else is logged.
        "mailsettings.work": {"level": "INFO"},
        # A pool that cannot connect would otherwise show itself only by a time-out.
        "psycopg.pool": {"handlers": ["console"], "level": "WARNING", "propagate": False},
    },
}
