"""Debian's Thunderbird without a window, told what to do over Marionette.

Its own modules look for the settings of an address, log in and send, as its account setup does. Every host name is this
machine to it, its web requests go to the ports given here, and what it would ask the DNS is answered here, so that it
reaches nobody else.
"""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from .servers import program

PATIENCE = 60.0
SETUP = """
const modules = "resource:///modules/";
const load = name => ChromeUtils.importESModule(modules + name + ".sys.mjs");
const {AccountConfig} = load("accountcreation/AccountConfig");
const find = async address => {
  const domain = address.split("@")[1];
  const {FindConfig} = load("accountcreation/FindConfig");
  const search = FindConfig.parallelAutoDiscovery(domain, address, new AbortController().signal);
  const config = (await search.next()).value;
  if (config) AccountConfig.replaceVariables(config, "Somebody", address, "");
  return config;
};
"""
REACH = """
const [ports, mx, sayAddress] = args;
Services.prefs.setStringPref("network.socket.forcePort", ports);
Services.prefs.setBoolPref("mailnews.auto_config.fetchFromISP.sendEmailAddress", sayAddress);
const {DNS} = ChromeUtils.importESModule("resource:///modules/DNS.sys.mjs");
DNS.lookup = async (name, type) => type == DNS.MX && mx ? [{host: mx, prio: 10}] : [];
"""
# Answers with the AccountConfig that was found, or null.
FIND = """
const [address] = args;
return JSON.parse(JSON.stringify(await find(address)));
"""
# Answers with what Autodiscover alone says.
AUTODISCOVER = """
const [address] = args;
const {fetchConfigFromExchange} = load("accountcreation/ExchangeAutoDiscover");
const signal = new AbortController().signal;
const config = await fetchConfigFromExchange(address.split("@")[1], address, signal, null, null, async () => {});
AccountConfig.replaceVariables(config, "Somebody", address, "");
return JSON.parse(JSON.stringify(config));
"""
# Logs in to the incoming server of a protocol, makes the account, and sends oneself a letter through its SMTP server.
USE = """
const [address, type, password, letter] = args;
const config = await find(address);
config.incoming = [config.incoming, ...config.incomingAlternatives].find(server => server.type == type);
config.incoming.password = config.outgoing.password = password;
const {ConfigVerifier} = load("accountcreation/ConfigVerifier");
const window = Services.wm.getMostRecentWindow("mail:3pane").msgWindow;
await new ConfigVerifier(window, new AbortController().signal).verifyConfig(config, false);
const {CreateInBackend} = load("accountcreation/CreateInBackend");
const account = await CreateInBackend.createAccountInBackend(config);
const {MailServices} = load("MailServices");
const outgoing = MailServices.outgoingServer.getServerByKey(account.defaultIdentity.smtpServerKey);
const path = PathUtils.join(PathUtils.profileDir, "letter");
await IOUtils.writeUTF8(path, letter);
const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
file.initWithPath(path);
const to = MailServices.headerParser.makeFromDisplayAddress(address);
try {
  return await new Promise((resolve, reject) => outgoing.sendMailMessage(
    file, to, [], account.defaultIdentity, address, password, null, false, "<letter@firma.example>",
    {onSendStart() {}, onSendStop: (uri, status, info, message) => status ? reject(message) : resolve("sent")},
  ));
} finally {
  MailServices.accounts.removeAccount(account, false);
  MailServices.outgoingServer.deleteServer(outgoing);
}
"""


class ThunderbirdError(Exception):
    """What Thunderbird's own code raised."""


class Thunderbird:
    """One running Thunderbird; each call runs in its chrome and answers with what the script returns."""

    def __init__(self, connection: socket.socket, nobody: int) -> None:
        self._nobody = nobody
        self._stream = connection.makefile("rwb")
        self._sent = 0
        self._receive()
        self._command("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"timeouts": {"script": 40_000}}}})
        self._command("Marionette:SetContext", {"value": "chrome"})
        self.reach()

    def find(self, address: str) -> dict[str, Any] | None:
        """The AccountConfig that Thunderbird finds for an address; None where it finds none."""
        return self._run(SETUP + FIND, address)

    def autodiscover(self, address: str) -> dict[str, Any]:
        """The AccountConfig that Thunderbird reads out of an Autodiscover answer; raises ThunderbirdError."""
        return self._run(SETUP + AUTODISCOVER, address)

    def reach(self, http: int | None = None, https: int | None = None, mx: str = "", say_address: bool = True) -> None:
        """From now on the web is at these ports, or nowhere, every domain has this MX, and requests say the address."""
        ports = f"80={http or self._nobody};443={https or self._nobody}"
        self._run(REACH, ports, mx, say_address)

    def use(self, address: str, protocol: str, password: str, letter: str) -> None:
        """Find the settings, log in with ``protocol``, make the account, and send a letter; raises ThunderbirdError."""
        self._run(SETUP + USE, address, protocol, password, letter)

    def trust(self, authority: Path) -> None:
        certificate = x509.load_pem_x509_certificate(authority.read_bytes()).public_bytes(Encoding.DER)
        script = """
        Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB).addCertFromBase64(args[0], "C,,");
        """
        self._run(script, base64.b64encode(certificate).decode())

    def quit(self) -> None:
        self._command("Marionette:Quit", {"flags": ["eForceQuit"]})

    def _run(self, script: str, *arguments: str | bool) -> Any:
        wrapped = (
            f"const args = [...arguments], done = args.pop(); (async () => {{{script}}})()"
            ".then(value => done({value: value ?? null}), error => done({error: `${error} ${error?.stack}`}));"
        )
        answer = self._command(
            "WebDriver:ExecuteAsyncScript",
            {"script": wrapped, "args": arguments, "newSandbox": True, "sandbox": "system"},
        )["value"]
        if "error" in answer:
            raise ThunderbirdError(answer["error"])
        return answer["value"]

    def _command(self, name: str, parameters: dict[str, Any]) -> Any:
        """Marionette's protocol 3: [0, id, name, parameters] and [1, id, error, result], each behind its length."""
        self._sent += 1
        message = json.dumps([0, self._sent, name, parameters]).encode()
        self._stream.write(b"%d:%s" % (len(message), message))
        self._stream.flush()
        _, _, error, result = self._receive()
        if error:
            raise ThunderbirdError(error)
        return result

    def _receive(self) -> Any:
        length = b""
        while (character := self._stream.read(1)) != b":":
            assert character, "Thunderbird closed the connection"
            length += character
        return json.loads(self._stream.read(int(length)))


@contextmanager
def running(folder: Path) -> Iterator[Thunderbird]:
    """A Thunderbird with a new profile in ``folder``, to which nobody answers until it is told whom to reach."""
    profile = folder / "profile"
    profile.mkdir()
    with socket.socket() as probe, socket.socket() as closed:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        # Bound and not listening: whoever connects is refused, and nobody else gets the port.
        closed.bind(("127.0.0.1", 0))
        nobody = closed.getsockname()[1]
        probe.close()
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _preferences(port, nobody).items()
        ]
        (profile / "user.js").write_text("\n".join(lines))
        with (folder / "output").open("w") as output:
            process = subprocess.Popen(
                [program("thunderbird", "thunderbird"), "--headless", "--marionette", "--profile", str(profile),
                 "--no-remote", "--remote-allow-system-access"],
                stdout=output, stderr=output, env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
            )  # fmt: skip
            try:
                with _connection(port, process, folder) as connection:
                    thunderbird = Thunderbird(connection, nobody)
                    yield thunderbird
                    thunderbird.quit()
                process.wait(PATIENCE)
            finally:
                process.kill()
                process.wait()


def _connection(port: int, process: subprocess.Popen, folder: Path) -> socket.socket:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        except OSError:
            alive = process.poll() is None and time.monotonic() < deadline
            assert alive, f"Thunderbird did not start\n{(folder / 'output').read_text(errors='replace')}"
            time.sleep(0.1)


def _preferences(port: int, nobody: int) -> dict[str, Any]:
    return {
        "marionette.port": port,
        "network.dns.forceResolve": "127.0.0.1",
        "network.socket.forcePort": f"80={nobody};443={nobody}",
        "network.trr.mode": 5,
        "mailnews.auto_config_url": f"http://127.0.0.1:{nobody}/",
        "mail.provider.enabled": False,
        "mail.spotlight.firstRunDone": True,
        "mailnews.start_page.enabled": False,
        "app.update.disabledForTesting": True,
        "app.normandy.enabled": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "extensions.update.enabled": False,
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "services.settings.server": f"http://127.0.0.1:{nobody}/",
        "toolkit.telemetry.enabled": False,
    }
