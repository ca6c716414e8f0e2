"""Settings under which the tests run: the site's own, with a key, a database of their own and nothing that waits."""

import os

# What a developer wrote into .env for a site of their own is no business of the tests, nor of what they start.
os.environ["ENV_FILE"] = os.devnull
os.environ.setdefault("SECRET_KEY", "a-key-for-tests-only-" + "x" * 40)
os.environ.setdefault("SITE_URL", "https://portal.example")
os.environ.setdefault("CACHE_URL", "locmemcache://")
os.environ.setdefault("EMAIL_URL", "memorymail://")
# The tests of the desk sign in without a form; what the second factor guards has tests of its own.
os.environ.setdefault("ADMIN_SECOND_FACTOR", "0")

from portal.settings import *  # noqa: F403 (the site's settings, all of them)

MAIL_IN_BACKGROUND = False
# Nothing is collected for the tests, and nothing of what somebody collected here is read.
STATIC_ROOT = None
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
