"""What the tests of the pages need of a browser: requests to the portal, and a page taken apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

PORTAL = "portal.example"
VOID = {"meta", "link", "input", "img", "br", "hr", "wbr", "path", "rect", "circle"}


def get(client, path, host=PORTAL, **headers):
    return client.get(path, secure=True, HTTP_HOST=host, **headers)


def post(client, data, language="uk", host=PORTAL):
    return client.post(f"/{language}/", data, secure=True, HTTP_HOST=host)


def typed(client, text, language="uk", host=PORTAL):
    """Enter ``text`` into the field and follow to the page that it leads to."""
    response = post(client, {"address": text}, language, host)
    assert response.status_code == 303
    return get(client, response["Location"], host)


@dataclass
class Page(HTMLParser):
    """A page's elements in order, as (tag, attributes), and its words."""

    html: str
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    title: str = ""

    def __post_init__(self):
        HTMLParser.__init__(self)
        self._open: list[str] = []
        self.feed(self.html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        if "title" in self._open and "svg" not in self._open:
            self.title += data
        self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())

    def attributes(self, name):
        """Every value of the attribute ``name``, on whatever element."""
        return [attributes[name] or "" for _tag, attributes in self.elements if name in attributes]

    def all(self, tag, **wanted):
        return [
            attributes
            for found, attributes in self.elements
            if found == tag
            and all(attributes.get(key.rstrip("_").replace("_", "-")) == value for key, value in wanted.items())
        ]


def page_of(response) -> Page:
    return Page(response.content.decode())
