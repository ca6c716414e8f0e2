"""Every address of the site that views answer. What mail programs ask is answered before, by ``portal.hosts``."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path

from mailsettings.pages import brand, errors, start
from mailsettings.signin import pages as signin

urlpatterns = [
    path("", start.root, name="root"),
    re_path(r"^language/(?P<code>uk|en)/$", start.choose_language, name="choose_language"),
    path("brand/<slug:slug>-<slug:digest>.css", brand.brand_css, name="brand_css"),
    path("media/<path:name>", brand.logo, name="logo"),
    path("robots.txt", brand.robots),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include(signin.urls())),
    path("admin/", admin.site.urls),
    *i18n_patterns(path("", include("mailsettings.pages.urls"))),
]
handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
# What allauth answers to whoever tries too often.
handler429 = errors.too_often
handler500 = errors.server_error
