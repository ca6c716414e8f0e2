"""What the server in front of Django writes down of requests."""

import logging

import pytest
from gunicorn.config import Config

from portal.gunicorn import MaskingLogger

URI = "/mail/config-v1.1.xml?emailaddress=olena k@firma.com.ua"


@pytest.fixture
def said():
    """The lines of gunicorn's error log."""
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    logger = logging.getLogger("gunicorn.error")
    kept = (list(logger.handlers), list(logger.filters), logger.propagate)
    logger.addHandler(handler)
    yield lines
    logger.handlers[:], logger.filters[:], logger.propagate = kept


def test_a_request_that_fails_is_named_without_its_query(said):
    MaskingLogger(Config()).error("Error handling request %s %s", "GET", URI)

    assert said == ["Error handling request GET /mail/config-v1.1.xml?…"]


def test_a_request_that_cannot_be_read_is_named_without_its_query(said):
    MaskingLogger(Config()).warning(f"Invalid request from ip=192.0.2.1: Invalid HTTP request line: 'GET {URI}'")

    assert said == ["Invalid request from ip=192.0.2.1: Invalid HTTP request line: 'GET /mail/config-v1.1.xml?…"]


@pytest.mark.parametrize("secret", ["/s/token/iphone/", "/autodiscover/autodiscover.json/v1.0/olena@firma.com.ua"])
def test_a_request_that_fails_is_named_without_the_secret_in_its_path(said, secret):
    MaskingLogger(Config()).error("Error handling request %s", secret)

    assert "token" not in said[0]
    assert "olena" not in said[0]
