"""What belongs to a brand and is no page: its colours as a style sheet, its logo, and robots.txt."""

from __future__ import annotations

import re

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import Brand

from .colour import accents

LOGO = re.compile(r"brands/[0-9a-f]{16}\.png\Z")
FOREVER = "public, max-age=31536000, immutable"


@require_safe
def brand_css(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """The accent of both themes. ``digest`` changes with the colours, so the answer may be kept forever."""
    brand = get_object_or_404(Brand, slug=slug)
    if not brand.accent:
        raise Http404
    found = accents(brand.accent)
    css = (
        f":root{{--accent:{found.light};--on-accent:{found.on_light}}}\n"
        f"@media(prefers-color-scheme:dark){{:root{{--accent:{found.dark};--on-accent:{found.on_dark}}}}}\n"
    )
    return HttpResponse(css, content_type="text/css; charset=utf-8", headers={"Cache-Control": FOREVER})


@require_safe
def logo(request: HttpRequest, name: str) -> FileResponse:
    """A brand's logo, whose name is made of its content."""
    if not LOGO.match(name) or not default_storage.exists(name):
        raise Http404
    response = FileResponse(default_storage.open(name), content_type="image/png")
    response["Cache-Control"] = FOREVER
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines read the instructions and articles, not domains, links and files."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in ("/*/d/", "/*/s/", "/d/", "/f/", "/admin/"))]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
