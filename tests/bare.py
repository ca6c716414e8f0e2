"""A bare Django view, the yardstick of ``make bench``: no middleware, no database, one URL."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(SECRET_KEY="only a yardstick", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[])


def view(request):
    return HttpResponse("bare", content_type="text/plain")


urlpatterns = [path("", view)]
application = get_wsgi_application()
