"""Logs: one line of JSON per record where asked for, and the number of the request that a line belongs to."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

# The number that a reader of an error page can name to support; empty outside of requests.
request_id: ContextVar[str] = ContextVar("request_id", default="")


# What follows these in a path is a secret of whoever asked: personal links, and addresses, sealed or not.
SECRET_PATHS = re.compile(r"/((?:(?:uk|en)/)?[sf]/|(?i:autodiscover/autodiscover\.json/v1\.0/))[^/\s?\"']+")


def mask(text: str) -> str:
    """A path, or a message with paths in it, as it may be logged."""
    return SECRET_PATHS.sub(r"/\1…", text)


class MaskedPaths(logging.Filter):
    """Takes secrets out of messages: Django names the path of every request that it refuses or that breaks."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask(record.getMessage()), ()
        return True


class RequestId(logging.Filter):
    """Lets every record say which request it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        return True


class JsonFormatter(logging.Formatter):
    """A record as one JSON object: time, level, logger, request, message, and the traceback where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request": getattr(record, "request_id", ""),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
