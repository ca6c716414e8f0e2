"""``make bench``: how many times an empty view each answer costs, side by side in one run.

Gunicorns with the site's own configuration (one worker, one thread, a connection kept open) serve the site on a file
database and the yardsticks: for what programs ask a bare Django view, for pages an empty view behind the site's own
middleware. Rounds of requests to both alternate; a figure is the median of the rounds' ratios, so that whatever else
the machine does in the meantime weighs on both sides.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import quote

ROOT = Path(__file__).parents[1]
ROUNDS, REQUESTS = 15, 60
# Method, path, host, body and, if any, a cookie.
Request = tuple[str, str, str, str | None] | tuple[str, str, str, str | None, str]
OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/outlook"
POX = f"""<?xml version="1.0"?><Autodiscover xmlns="{OUTLOOK}/requestschema/2006"><Request>
<EMailAddress>m1@d1.example</EMailAddress><AcceptableResponseSchema>{OUTLOOK}/responseschema/2006a</AcceptableResponseSchema>
</Request></Autodiscover>"""


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "SECRET_KEY": "only for the benchmark, never for a site",
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
        "STATIC_ROOT": str(folder / "static"),
        "CACHE_URL": "locmemcache://",
        "SITE_URL": "http://localhost",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }


def load(domains: int, mailboxes: int) -> None:
    """Fill the database with ``domains`` domains of ``mailboxes`` mailboxes each, through a plan."""
    import django

    django.setup()
    from django.core.management import call_command

    from accounts.models import ChangeSet, Customer
    from mailsettings import changes
    from mailsettings.models import Domain, DomainName, Mailbox, MailServer
    from tests.build import ENDPOINTS, endpoint_rows

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    plan = changes.Plan()
    server, customer = MailServer(name="s1", is_default=True), Customer(ref="c1")
    for row in (server, customer, *endpoint_rows(ENDPOINTS, server=server)):
        plan.add(row)
    for number in range(domains):
        domain = Domain(customer=customer, server=server)
        plan.add(domain)
        plan.add(DomainName(domain=domain, name=f"d{number}.example", is_primary=True))
        for box in range(mailboxes):
            plan.add(Mailbox(domain=domain, local_part=f"m{box}"))
    changes.apply(plan, ChangeSet(source="demo"))


@contextmanager
def served(application: str, env: dict[str, str]) -> Iterator[http.client.HTTPConnection]:
    """``application`` behind gunicorn, as one open connection to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "portal/gunicorn.py", "--workers", "1", "--threads", "1",
         "--max-requests", "0", "--log-level", "error", application],
        cwd=ROOT, env=env | {"HOST": "127.0.0.1", "PORT": str(port), "ACCESS_LOG": "0"},
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    sys.exit(f"{application} did not start")
                time.sleep(0.05)
        yield http.client.HTTPConnection("127.0.0.1", port)
    finally:
        process.terminate()
        process.wait()


def seconds(
    connection: http.client.HTTPConnection, method: str, path: str, host: str, body: str | None, cookie: str = ""
) -> float:
    """How long REQUESTS requests take; exits unless every answer is 200."""
    headers = {"Host": host} | ({"Cookie": cookie} if cookie else {})
    started = time.perf_counter()
    for _ in range(REQUESTS):
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            sys.exit(f"{method} {path} answered {response.status}")
    return time.perf_counter() - started


def carried_address(connection: http.client.HTTPConnection, address: str) -> str:
    """The cookie by which a browser carries an address that was typed."""
    form = {"Host": "localhost", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/uk/", body=f"address={quote(address)}", headers=form)
    response = connection.getresponse()
    response.read()
    return response.headers["Set-Cookie"].partition(";")[0]


def compare(
    title: str, yardstick: http.client.HTTPConnection, site: http.client.HTTPConnection, path: str, request: Request
) -> None:
    """Print how many times the yardstick at ``path`` a request to the site costs."""
    seconds(yardstick, "GET", path, "localhost", None)
    seconds(site, *request)
    ratios, per_request = [], []
    for _ in range(ROUNDS):
        empty = seconds(yardstick, "GET", path, "localhost", None)
        taken = seconds(site, *request)
        ratios.append(taken / empty)
        per_request.append(taken / REQUESTS * 1000)
    print(f"  {title:26} {median(ratios):6.2f}   ({median(per_request):.2f} ms)", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--domains", type=int, default=10_000)
    parser.add_argument("--mailboxes", type=int, default=10, help="of each domain")
    sizes = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        os.environ.update(env)
        load(sizes.domains, sizes.mailboxes)
        from mailsettings.core.addresses import parse_address
        from mailsettings.links import seal

        sealed = seal(parse_address("m1@d1.example"))
        config = "/mail/config-v1.1.xml"
        answers: list[tuple[str, Request]] = [
            ("autoconfig, host only", ("GET", config, "autoconfig.d1.example", None)),
            ("autoconfig, address", ("GET", f"{config}?emailaddress=m1%40d1.example", "autoconfig.d1.example", None)),
            ("Autodiscover POX", ("POST", "/autodiscover/autodiscover.xml", "autodiscover.d1.example", POX)),
            ("Apple profile, domain", ("GET", "/d/d1.example/apple.mobileconfig", "localhost", None)),
            ("Apple profile, address", ("GET", f"/f/{sealed}/apple.mobileconfig", "localhost", None)),
            ("certificate question", ("GET", "/tls/ask?domain=autoconfig.d1.example", "localhost", None)),
        ]
        print(f"{sizes.domains} domains, {sizes.domains * sizes.mailboxes} mailboxes, SQLite")
        with served("portal.wsgi", env) as site:
            print("times a bare Django view:")
            with served("tests.bare:application", env) as bare:
                for title, request in answers:
                    compare(title, bare, site, "/", request)
            cookie = carried_address(site, "m1@d1.example")
            pages: list[tuple[str, Request]] = [
                ("setup page", ("GET", "/uk/d/d1.example/", "localhost", None)),
                ("setup page, address", ("GET", "/uk/d/d1.example/", "localhost", None, cookie)),
                ("guide", ("GET", "/uk/d/d1.example/thunderbird/", "localhost", None)),
                ("guide, address", ("GET", "/uk/d/d1.example/thunderbird/", "localhost", None, cookie)),
                ("start page", ("GET", "/uk/", "localhost", None)),
            ]
            print("times an empty view behind the same middleware:")
            with served("tests.empty:application", env | {"DJANGO_SETTINGS_MODULE": "tests.empty_settings"}) as empty:
                for title, request in pages:
                    compare(title, empty, site, "/uk/", request)


if __name__ == "__main__":
    main()
