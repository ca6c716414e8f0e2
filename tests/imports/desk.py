"""A file brought to the desk, as a person brings it."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.admin.desk import Desk, page

IMPORT = "/admin/import/"


def upload(desk: Desk, content: str | bytes, name: str = "list.csv", **values: Any) -> Any:
    """What the form answers to a file."""
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return desk.post(IMPORT, {"file": file, **values})


def shown(desk: Desk, content: str | bytes, **values: Any) -> Any:
    """The preview of a file."""
    response = upload(desk, content, **values)
    assert response.status_code == 302, response.context["form"].errors
    return desk.get(response["Location"])


def save(desk: Desk, preview: Any, **values: Any) -> Any:
    """Save what a preview shows."""
    fingerprint = preview.context["form"].initial["fingerprint"]
    return desk.post(preview.wsgi_request.path, {"fingerprint": fingerprint, "reason": "a list", **values})


def exported(desk: Desk, kind: str, filters: str = "", way: str = "csv") -> Any:
    """The file of a list that is filtered so."""
    response = desk.post(page(kind, "export"), {"filters": filters, "way": way})
    assert response.status_code == 200
    return response
