"""What a strict Content-Security-Policy forbids in a page, found without a browser."""

from __future__ import annotations

from html.parser import HTMLParser


class Forbidden(HTMLParser):
    """What a strict Content-Security-Policy forbids in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in values):
            self.found.append(f"inline <{tag}>")
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.found.append(f"<{tag} {name}>")
            if name in ("src", "href", "action") and (value or "").partition(":")[0] in ("javascript", "data", "http"):
                self.found.append(f"<{tag} {name}={value}>")
