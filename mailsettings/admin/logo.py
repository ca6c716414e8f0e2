"""Logos: what may be uploaded, and what becomes of it."""

from __future__ import annotations

import io
import re
from hashlib import sha256

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image

MAX_BYTES = 1024 * 1024
MAX_SIDE = 4000
SHOWN_SIZE = (480, 160)
KEPT_SECONDS = 3600
DIGEST = re.compile(r"[0-9a-f]{16}\Z")


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
    return f"brands/{_digest(png)}.png"


def _digest(png: bytes) -> str:
    return sha256(png).hexdigest()[:16]


def keep(png: bytes, uploader: int) -> str:
    """Keep a prepared picture for whoever uploaded it until it is saved, for an hour; the text by which it is found."""
    digest = _digest(png)
    cache.set(f"logo:{uploader}:{digest}", png, KEPT_SECONDS)
    return digest


def kept(digest: str, uploader: int) -> bytes | None:
    """What ``keep`` was given."""
    return cache.get(f"logo:{uploader}:{digest}") if DIGEST.match(digest) else None


def store(png: bytes) -> None:
    """Keep a prepared logo. Older ones stay, because undoing a change brings them back."""
    if not default_storage.exists(name_of(png)):
        default_storage.save(name_of(png), ContentFile(png))
