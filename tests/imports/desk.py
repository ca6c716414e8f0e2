"""A file brought to the desk, as a person brings it."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile

IMPORT = "/admin/import/"


def upload(desk, content, name="list.csv", **values):
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return desk.post(IMPORT, {"file": file, **values})


def shown(desk, content, **values):
    """The preview of a file."""
    response = upload(desk, content, **values)
    assert response.status_code == 302, response.context["form"].errors
    return desk.get(response["Location"])


def save(desk, preview, **values):
    fingerprint = preview.context["form"].initial["fingerprint"]
    return desk.post(preview.wsgi_request.path, {"fingerprint": fingerprint, "reason": "a list", **values})
