"""The QR picture of the setup page's address, as a telephone opens it: it holds no values, but leads to them."""

from __future__ import annotations

from urllib.parse import unquote

from ..qr import text_of
from ..quoting import split
from ..reading import ALL_FIELDS, Published, Reader, Unreadable, same_address


def read(picture: bytes, address: str) -> tuple[Published, ...]:
    """No servers. Raises Unreadable where the code leads to another domain, or carries somebody else's address."""
    url = split(text_of(picture))
    domain = address.rpartition("@")[2]
    if url.scheme not in ("http", "https") or not url.path.endswith(f"/d/{domain}/"):
        raise Unreadable(f"leads to {url.geturl()}")
    same_address(unquote(url.fragment) or address, address)
    return ()


READER = Reader(file_name="settings-page.svg", read=read, cannot_express=ALL_FIELDS, protocols=(), needs=())
