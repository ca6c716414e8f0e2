"""The environment of programs that tests start: nothing of the developer's, neither variables nor a ``.env``."""

import os


def environment(**values: str) -> dict[str, str]:
    """What the site needs to start with its own settings, and ``values`` on top of it."""
    return {
        "PATH": os.environ["PATH"],
        "ENV_FILE": os.devnull,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SECRET_KEY": "only for tests, never for a site " + "k" * 20,
    } | values
