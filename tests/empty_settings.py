"""The site's settings with ``tests.empty`` in place of its addresses."""

from portal.settings import *  # noqa: F403 - everything but the addresses is the site's

ROOT_URLCONF = "tests.empty"
