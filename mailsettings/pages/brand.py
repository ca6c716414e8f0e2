"""What belongs to a brand and is no page: its colours as a style sheet, its logo, and robots.txt."""

from __future__ import annotations

import re

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.models import Brand
from mailsettings.core.colour import accents

LOGO = re.compile(r"brands/[0-9a-f]{16,64}\.(?P<kind>png|webp)\Z")
FOREVER = "public, max-age=31536000, immutable"
UNSEARCHED = ("/*/d/", "/*/s/", "/d/", "/f/", "/language/", "/admin/", "/accounts/")


@require_safe
def brand_css(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """The accent of both themes. ``digest`` changes with the colours, so the answer may be kept forever."""
    host_brand = getattr(request, "brand", None)
    brand = Brand.objects.filter(slug=slug).exclude(accent="").first()
    if brand is None or (host_brand and host_brand.slug != slug):
        raise Http404
    found = accents(brand.accent)
    css = (
        f":root{{--accent:{found.light};--on-accent:{found.on_light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{--accent:{found.dark};--on-accent:{found.on_dark}}}}}\n"
    )
    return HttpResponse(css, content_type="text/css; charset=utf-8", headers={"Cache-Control": FOREVER})


@require_safe
def logo(request: HttpRequest, name: str) -> FileResponse:
    """A brand's logo, whose name is made of its content; nothing else that lies in the storage."""
    match = LOGO.match(name)
    if not match or not default_storage.exists(name):
        raise Http404
    response = FileResponse(default_storage.open(name), content_type=f"image/{match['kind']}")
    response["Cache-Control"] = FOREVER
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines read the instructions and articles, not domains, links and files."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in UNSEARCHED)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
