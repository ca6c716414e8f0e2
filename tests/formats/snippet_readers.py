"""Readers of the text snippets, one for each syntax, written from the programs' own documentation.

Each takes a document and says what its program would do. A value that the program would expand, execute or cut short is
an AssertionError.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Server:
    """``tls`` is "tls" or "starttls" only where the program refuses to log in without it."""

    host: str
    port: int
    tls: str
    user: str
    auth: str = ""


@dataclass(frozen=True)
class Seen:
    incoming: Server | None = None
    outgoing: Server | None = None
    sender: str | None = None


def mbsync(document: str) -> Seen:
    """mbsync(1): keywords and arguments; an empty line ends a section; a backslash keeps the next character."""
    account, *others = document.split("\n\n")
    sections = [[_mbsync_line(line) for line in part.splitlines() if not line.startswith("#")] for part in others]
    assert [section[0][0] for section in sections] == ["IMAPStore", "MaildirStore", "Channel"]
    lines = dict(_mbsync_line(line) for line in account.splitlines() if not line.startswith("#"))
    assert lines["PassCmd"] == "pass show mailbox"
    tls = {"IMAPS": "tls", "STARTTLS": "starttls"}[lines["TLSType"]]
    return Seen(Server(lines["Host"], int(lines["Port"]), tls, lines["User"], lines.get("AuthMechs", "")))


def _mbsync_line(line: str) -> tuple[str, str]:
    keyword, _, rest = line.partition(" ")
    value, quoted, rest_of = "", False, iter(rest)
    for character in rest_of:
        if character == "\\":
            value += next(rest_of)
        elif character == '"':
            quoted = not quoted
        else:
            assert quoted or character not in " \t#", line
            value += character
    assert not quoted, line
    return keyword, value


def msmtp(document: str) -> Seen:
    """msmtp(1): a command and the rest of its line, of which one pair of double quotes is taken off."""
    lines = {}
    for line in document.splitlines():
        assert len(line.encode()) < 500
        if not line.startswith("#"):
            command, _, rest = line.partition(" ")
            lines.setdefault(command, rest[1:-1] if len(rest) > 1 and rest[0] == rest[-1] == '"' else rest)
    assert lines["tls"] == "on"
    assert lines["passwordeval"] == "pass show mailbox"
    assert not re.search(r"%[UHCM]|[?*\[]", lines["from"])
    tls = {"off": "tls", "on": "starttls"}[lines["tls_starttls"]]
    auth = "" if lines["auth"] == "on" else lines["auth"]
    return Seen(None, Server(lines["host"], int(lines["port"]), tls, lines["user"], auth), lines["from"])


def neomutt(document: str) -> Seen:
    """neomuttrc(5): ``set`` lines; within double quotes a backslash keeps what would be expanded or end them."""
    lines = {}
    for line in document.splitlines():
        if not line.startswith("#"):
            name, value = re.fullmatch(r"set (\w+) = (.*)", line).groups()
            lines[name] = "COMMAND" if value == '"`pass show mailbox`"' else _neomutt_value(value)
    assert lines["ssl_force_tls"] == "yes"
    assert lines["imap_pass"] == lines["smtp_pass"] == "COMMAND"
    servers = []
    for side, url in (("imap", lines["folder"]), ("smtp", lines["smtp_url"])):
        parts = urlsplit(url)
        tls = {side: "starttls", f"{side}s": "tls"}[parts.scheme]
        auth = lines.get(f"{side}_authenticators", "")
        servers.append(Server(parts.hostname, parts.port, tls, lines[f"{side}_user"], auth))
    return Seen(*servers, lines["from"])


def _neomutt_value(text: str) -> str:
    if not text.startswith('"'):
        return text
    value, rest = "", iter(text[1:])
    for character in rest:
        if character == "\\":
            following = next(rest)
            assert following not in "cCrRnNtTfFeE01234567"
            value += following
        elif character == '"':
            assert not list(rest), text
            return value
        else:
            assert character not in "`$", text
            value += character
    raise AssertionError(f"no end of {text}")


def fetchmail(document: str) -> Seen:
    """fetchmail(1): words and strings; a string ends at the next double quote, whatever stands before it."""
    tokens = []
    for line in document.splitlines():
        if not line.lstrip().startswith("#"):
            found = re.findall(r'"([^"]*)"|(\S+)', line)
            assert re.sub(r'"[^"]*"|\S+', "", line).strip() == ""
            tokens += [_fetchmail_string(string) if string or not word else word for string, word in found]
    assert tokens[0] == "poll"
    assert {"sslcertck", "keep"} <= set(tokens)
    assert tokens[tokens.index("sslproto") + 1] == "tls1.2+"
    following = dict(pairwise(tokens))
    assert ("uidl" in tokens) is (following["protocol"] == "pop3")
    tls = "tls" if "ssl" in tokens else "starttls"
    server = Server(tokens[1], int(following["service"]), tls, following["user"], following.get("auth", ""))
    return Seen(server)


_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|0([0-7]{1,3})|([1-9][0-9]{0,2})|(.))")


def _fetchmail_string(text: str) -> str:
    def meant(match: re.Match[str]) -> str:
        hexadecimal, octal, decimal, single = match.groups()
        if single:
            return {"n": "\n", "t": "\t", "b": "\b", "r": "\r"}.get(single, single)
        return chr(int(hexadecimal, 16) if hexadecimal else int(octal, 8) if octal else int(decimal))

    return _ESCAPE.sub(meant, text)


def wordpress(document: str) -> Seen:
    """Constants that a line defines."""
    values = {}
    for line in _php_lines(document):
        name, value = re.fullmatch(r"define\( '(\w+)', (.*) \);", line).groups()
        values[name] = _php_value(value)
    assert values["WPMS_ON"] is values["WPMS_SMTP_AUTH"] is values["WPMS_MAIL_FROM_FORCE"] is True
    assert values["WPMS_MAILER"] == "smtp"
    assert values["WPMS_SMTP_PASS"] == "ENVIRONMENT"
    tls = {"ssl": "tls", "tls": "starttls"}[values["WPMS_SSL"]]
    server = Server(values["WPMS_SMTP_HOST"], values["WPMS_SMTP_PORT"], tls, values["WPMS_SMTP_USER"])
    return Seen(None, server, values["WPMS_MAIL_FROM"])


def phpmailer(document: str) -> Seen:
    """Properties that a line sets, and methods that it calls."""
    values = {}
    for line in _php_lines(document):
        found = re.fullmatch(r"\$mail->(\w+) = (.*);", line) or re.fullmatch(r"\$mail->(\w+)\((.+)\);", line)
        if found:
            values[found[1]] = _php_value(found[2])
    assert "$mail->isSMTP();" in document
    assert values["SMTPAuth"] is True
    assert values["Password"] == "ENVIRONMENT"
    assert values["setFrom"] == values["addAddress"]
    tls = {"PHPMailer::ENCRYPTION_SMTPS": "tls", "PHPMailer::ENCRYPTION_STARTTLS": "starttls"}[values["SMTPSecure"]]
    return Seen(None, Server(values["Host"], values["Port"], tls, values["Username"]), values["setFrom"])


def _php_lines(document: str) -> Iterator[str]:
    assert "?>" not in "".join(line for line in document.splitlines() if line.startswith("//"))
    return (line for line in document.splitlines() if line and not line.startswith("//"))


def _php_value(text: str) -> str | int | bool:
    if text == "true":
        return True
    if text.isdecimal():
        return int(text)
    if re.fullmatch(r"getenv\( ?'SMTP_PASSWORD' ?\)", text):
        return "ENVIRONMENT"
    if not text.startswith("'"):
        return text
    value, rest = "", iter(text[1:])
    for character in rest:
        if character == "\\":
            following = next(rest)
            value += following if following in "'\\" else f"\\{following}"
        elif character == "'":
            assert not list(rest), text
            return value
        else:
            value += character
    raise AssertionError(f"no end of {text}")


def laravel(document: str) -> Seen:
    """phpdotenv 5; a variable within a value would be put in its place."""
    values = {}
    for line in document.splitlines():
        if not line.startswith("#"):
            name, _, value = line.partition("=")
            values[name] = _dotenv_value(value)
    host, port = values["MAIL_HOST"], int(values["MAIL_PORT"])
    assert values["MAIL_MAILER"] == "smtp"
    assert "MAIL_PASSWORD" not in values
    tls = {"smtps": "tls", "smtp": ""}[values["MAIL_SCHEME"]]
    if url := values.get("MAIL_URL"):
        parts = urlsplit(url)
        assert (parts.scheme, parts.hostname, parts.port) == (values["MAIL_SCHEME"], host, port)
        tls = "starttls" if parts.query == "require_tls=true" else ""
    return Seen(None, Server(host, port, tls, values["MAIL_USERNAME"]), values["MAIL_FROM_ADDRESS"])


def _dotenv_value(text: str) -> str:
    if not text.startswith('"'):
        assert not re.search(r"[\s\"'#$\\]", text), text
        return text
    value, rest = "", iter(text[1:])
    for character in rest:
        if character == "\\":
            following = next(rest)
            assert following in '"\\$', text
            value += following
        elif character == '"':
            assert not list(rest), text
            return value
        else:
            assert character != "$", text
            value += character
    raise AssertionError(f"no end of {text}")


def django(document: str) -> Seen:
    """Assignments of a Python module."""
    values = _python_values(document)
    assert values["EMAIL_HOST_PASSWORD"] == "ENVIRONMENT"
    assert values["SERVER_EMAIL"] == "DEFAULT_FROM_EMAIL"
    tls = "tls" if values.get("EMAIL_USE_SSL") else "starttls" if values.get("EMAIL_USE_TLS") else ""
    assert not (values.get("EMAIL_USE_SSL") and values.get("EMAIL_USE_TLS"))
    server = Server(values["EMAIL_HOST"], values["EMAIL_PORT"], tls, values["EMAIL_HOST_USER"])
    return Seen(None, server, values["DEFAULT_FROM_EMAIL"])


def django_mailers(document: str) -> Seen:
    """Assignments of a Python module, of which MAILERS is a dictionary."""
    values = _python_values(document)
    options = values["MAILERS"]["default"]["OPTIONS"]
    assert options["password"] == "ENVIRONMENT"
    tls = "tls" if options.get("use_ssl") else "starttls" if options.get("use_tls") else ""
    assert not (options.get("use_ssl") and options.get("use_tls"))
    server = Server(options["host"], options["port"], tls, options["username"])
    return Seen(None, server, values["DEFAULT_FROM_EMAIL"])


def _python_values(document: str) -> dict:
    known = {"os.environ['SMTP_PASSWORD']": "ENVIRONMENT", "DEFAULT_FROM_EMAIL": "DEFAULT_FROM_EMAIL"}

    class Known(ast.NodeTransformer):
        def visit(self, node):
            text = ast.unparse(node) if isinstance(node, ast.Subscript | ast.Name) else ""
            return ast.Constant(known[text]) if text in known else self.generic_visit(node)

    assigned = [node for node in ast.parse(document).body if isinstance(node, ast.Assign)]
    return {node.targets[0].id: ast.literal_eval(Known().visit(node.value)) for node in assigned}


def printer(document: str) -> Seen:
    """A person: names before the first colon."""
    lines = dict(line.split(": ", 1) for line in document.splitlines() if ": " in line)
    values = list(lines.values())
    assert len(values) == 7
    host, port, security, authentication, user, _password, sender = values
    tls = {"SSL/TLS": "tls", "STARTTLS": "starttls"}[security.partition(" ")[0]]
    auth = "" if authentication == "SMTP AUTH" else "cram-md5"
    return Seen(None, Server(host, int(port), tls, user, auth), sender)


READERS = {
    "mbsync.txt": mbsync, "msmtp.txt": msmtp, "neomutt.txt": neomutt, "fetchmail.txt": fetchmail,
    "wordpress.txt": wordpress, "phpmailer.txt": phpmailer, "laravel.txt": laravel, "django.txt": django,
    "django-mailers.txt": django_mailers, "printer.txt": printer,
}  # fmt: skip
