"""The WSGI application: ``gunicorn portal.wsgi``."""

import os

from django.core.wsgi import get_wsgi_application

from .incoming import readable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = readable(get_wsgi_application())
