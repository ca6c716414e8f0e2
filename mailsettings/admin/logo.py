"""Logos: what may be uploaded, and what becomes of it."""

from __future__ import annotations

import io
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image

MAX_BYTES = 1024 * 1024
MAX_SIDE = 4000
SHOWN_SIZE = (480, 160)


def prepare(upload: UploadedFile) -> bytes:
    """An uploaded PNG or WebP as a PNG of at most 480×160 without anything else in it; raises ValidationError.

    Only the pixels of the first frame survive: no metadata, no profile, nothing that was appended to the file.
    """
    if upload.size > MAX_BYTES:
        raise ValidationError(_("The picture is larger than 1 MB. Save it smaller and try again."), code="too_big")
    upload.seek(0)
    try:
        with Image.open(upload, formats=["PNG", "WEBP"]) as picture:
            if max(picture.size) > MAX_SIDE:
                raise ValidationError(_("The picture is more than 4000 pixels wide or high."), code="too_big")
            return _as_png(picture)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError(_("This is not a PNG or WebP picture that can be read."), code="bad_picture") from error


def _as_png(picture: Image.Image) -> bytes:
    pixels = picture.convert("RGBA")
    pixels.thumbnail(SHOWN_SIZE, Image.Resampling.LANCZOS)
    pixels.info.clear()
    written = io.BytesIO()
    pixels.save(written, "PNG", optimize=True)
    return written.getvalue()


def name_of(png: bytes) -> str:
    """The stored name of a logo: the same picture, the same name."""
    return f"brands/{sha256(png).hexdigest()[:16]}.png"


def store(png: bytes) -> None:
    """Keep a prepared logo. Older ones stay, because undoing a change brings them back."""
    if not default_storage.exists(name_of(png)):
        default_storage.save(name_of(png), ContentFile(png))
