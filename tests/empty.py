"""An empty view behind all of the site's own middleware, the yardstick of ``make bench`` for pages."""

from django.conf.urls.i18n import i18n_patterns
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path


def view(request):
    return HttpResponse()


urlpatterns = i18n_patterns(path("", view))
application = get_wsgi_application()
