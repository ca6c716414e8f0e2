"""A customer at their machine: the settings and lines that the site gives them, and the programs they run."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from django.test import Client

from mailsettings import links, lookup
from mailsettings.core.addresses import Address, parse_address
from mailsettings.core.endpoints import Endpoint, Protocol, Security
from mailsettings.core.settings import Ask, MailSettings
from tests.pages.browsing import get, typed

from .servers import ADDRESS, PASSWORD, MailServers, program

PATIENCE = 30


@dataclass(frozen=True)
class Customer:
    """``home`` is their home directory, where ``pass show mailbox`` knows their password."""

    servers: MailServers
    address: Address
    settings: MailSettings
    home: Path

    @classmethod
    def at(cls, servers: MailServers, address: str, home: Path) -> Customer:
        parsed = parse_address(address)
        settings = lookup.for_address(parsed)
        assert settings is not None
        (home / "bin").mkdir(parents=True)
        (home / "password").write_text(f"{PASSWORD}\n")
        password_manager = home / "bin" / "pass"
        password_manager.write_text(f'#!/bin/sh\n[ "$*" = "show mailbox" ] && exec cat {home}/password\n')
        password_manager.chmod(0o700)
        return cls(servers, parsed, settings, home)

    def endpoint(self, protocol: Protocol, security: Security | None = None) -> Endpoint:
        """The recommended endpoint of a protocol, or the one with this security."""
        found = self.settings.first(protocol, lambda endpoint: security in (None, endpoint.security))
        assert found is not None
        return found

    def user_name(self, endpoint: Endpoint) -> str:
        found = self.settings.user_name(endpoint, self.address)
        assert found is not None
        return found

    def file(self, file_name: str, protocol: Protocol | None = None) -> str:
        """A file of the site for this customer, as anybody downloads it."""
        path = links.format_path(self.settings, file_name, Ask("en", protocol, self.address))
        response = Client().get(path, HTTP_HOST="portal.example")
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return response.content.decode()

    def lines(self, guide: str, word: str, protocol: Protocol | None = None) -> str:
        """The lines that a guide's page tells them to copy: the first ones that hold ``word``."""
        client = Client()
        typed(client, str(self.address), "en")
        query = f"?protocol={protocol}" if protocol else ""
        page = get(client, f"/en/d/{self.settings.domain}/{guide}/{query}").content.decode()
        found = [unescape(re.sub("<[^>]+>", "", each)) for each in re.findall("<pre[^>]*>(.*?)</pre>", page, re.DOTALL)]
        return next(lines for lines in found if word in lines)

    def write(self, name: str, text: str) -> Path:
        """A file in the home directory that only they can read."""
        path = self.home / name
        path.touch(0o600)
        path.write_text(text)
        return path

    def run(self, name: str, *arguments: str, package: str = "", text: str = "", **environment: str) -> str:
        """What a program says; fails with all of it where the program does."""
        result = self.try_to_run(name, *arguments, package=package, text=text, **environment)
        assert result.returncode == 0, (
            f"{name} ended with {result.returncode}\n{result.stdout}\n{result.stderr}\n{self.servers.logs()}"
        )
        return result.stdout

    def try_to_run(
        self, name: str, *arguments: str, package: str = "", text: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        inherited = self.servers.environment
        return subprocess.run(
            [program(name, package or name), *arguments],
            input=text, capture_output=True, text=True, errors="replace", timeout=PATIENCE, check=False, cwd=self.home,
            env=inherited | {"HOME": str(self.home), "PATH": f"{self.home}/bin:{inherited['PATH']}"} | environment,
        )  # fmt: skip

    def curl(self, endpoint: Endpoint, *arguments: str, path: str = "/", password: str = PASSWORD, text: str = ""):
        """curl at an endpoint, logged in with the published user name: exit status 0, or 67 where that is refused."""
        # The schemes of curl(1); without the s it starts unprotected, and --ssl-reqd goes on only after STARTTLS.
        scheme = endpoint.protocol.value + ("s" if endpoint.security is Security.TLS else "")
        return self.try_to_run(
            "curl", "--silent", "--show-error", "--ssl-reqd", "--cacert", str(self.servers.ca),
            "--resolve", f"{endpoint.hostname}:{endpoint.port}:{ADDRESS}",
            "--user", f"{self.user_name(endpoint)}:{password}", *arguments,
            f"{scheme}://{endpoint.hostname}:{endpoint.port}{path}", text=text,
        )  # fmt: skip
