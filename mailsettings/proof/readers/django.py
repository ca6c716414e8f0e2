"""Lines of a Django project's settings. Source: Django's mail settings: ``MAILERS``, and those of earlier releases."""

from __future__ import annotations

import ast
from typing import Any

from ..quoting import filled, lines, same_sender
from ..reading import Published, Unreadable, sending
from ..reading import whole_number as port
from ..vocabulary import STARTTLS, TLS, UNPROTECTED

# Names of earlier releases for the options of a mailer.
OLDER = {
    "EMAIL_HOST": "host", "EMAIL_PORT": "port", "EMAIL_USE_SSL": "use_ssl", "EMAIL_USE_TLS": "use_tls",
    "EMAIL_HOST_USER": "username",
}  # fmt: skip


def read(document: bytes, address: str) -> tuple[Published, ...]:
    """The mailer that each way of writing makes; the file may hold either or both."""
    try:
        module = ast.parse("\n".join(lines(document)))
    except SyntaxError as error:
        raise Unreadable(f"no Python: {error}") from error
    values = {ast.unparse(node.targets[0]): _value(node.value) for node in module.body if isinstance(node, ast.Assign)}
    same_sender(_text(values.get("DEFAULT_FROM_EMAIL")), address)
    older = {option: values[name] for name, option in OLDER.items() if name in values}
    newer = _inner(_inner(values.get("MAILERS"), "default"), "OPTIONS")
    found = [_server(options, address) for options in (newer, older) if isinstance(options, dict) and options]
    if not found:
        raise Unreadable("no mailer")
    if len({*found}) > 1:
        raise Unreadable("the two ways say different things")
    return (found[0],)


def _server(options: dict[str, Any], address: str) -> Published:
    if options.get("use_ssl") and options.get("use_tls"):
        raise Unreadable("use_ssl and use_tls exclude each other")
    return Published(
        protocol="smtp",
        hostname=_text(options.get("host")),
        port=port(str(options.get("port", 25))),
        security=TLS if options.get("use_ssl") is True else STARTTLS if options.get("use_tls") is True else UNPROTECTED,
        user_name=filled(_text(options.get("username")), address),
    )


def _value(node: ast.expr) -> Any:
    """A literal as it is, a dictionary with what in it is one, and None for what is computed."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {ast.literal_eval(key): _value(value) for key, value in pairs if isinstance(key, ast.Constant)}
    return node.value if isinstance(node, ast.Constant) else None


def _inner(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


READER = sending("django.txt", read)
