"""``make bench``: how many times an empty view each answer costs, side by side in one run.

Gunicorns with the site's own configuration (one worker, one thread, a connection kept open) serve the site on a file
database and the yardsticks: for what programs ask a bare Django view, for pages an empty view behind the site's own
middleware. Rounds of requests to both alternate; a figure is the median of the rounds' ratios, so that whatever else
the machine does in the meantime weighs on both sides. ``hot``: any address of a domain that the worker knows.
``cold``: every request asks for another domain, which the worker has not met.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from urllib.parse import quote

ROOT = Path(__file__).parents[1]
ROUNDS, REQUESTS = 15, 60
# Method, path, host, body and, if any, a cookie.
Request = tuple[str, str, str, str | None] | tuple[str, str, str, str | None, str]
# A request for the mailbox of that number, so that none need be like the one before.
Numbered = Callable[[int], Request]
OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/outlook"
POX = f"""<?xml version="1.0"?><Autodiscover xmlns="{OUTLOOK}/requestschema/2006"><Request>
<EMailAddress>%s</EMailAddress><AcceptableResponseSchema>{OUTLOOK}/responseschema/2006a</AcceptableResponseSchema>
</Request></Autodiscover>"""
DOMAINS_IN_A_PLAN = 5_000
DOMAINS_OF_A_CUSTOMER = 10
SERVERS = 20
FIRST_NAMES = ("Олена", "Петро", "Марія", "Іван", "Оксана", "Андрій", "Наталія")
SURNAMES = ("Коваленко", "Шевченко", "Бондар", "Ткаченко", "Кравчук", "Олійник", "Гнатюк", "Мельник", "Савчук")
SMALL = 100
LOOKUPS_AT_ONCE = 500


def environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "ENV_FILE": os.devnull,
        "SECRET_KEY": "only for the benchmark, never for a site",
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
        "STATIC_ROOT": str(folder / "static"),
        "CACHE_URL": "locmemcache://",
        "SITE_URL": "http://localhost",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }


def load(domains: int, mailboxes: int) -> None:
    """Fill the database with ``domains`` domains of ``mailboxes`` mailboxes each, through plans."""
    import django

    django.setup()
    from django.core.management import call_command

    from accounts.models import Brand, ChangeSet
    from mailsettings import changes
    from mailsettings.models import MailServer
    from tests.build import ENDPOINTS, endpoint_rows

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    plan = changes.Plan()
    servers = [MailServer(name=f"s{number}", is_default=number == 1) for number in range(1, SERVERS + 1)]
    # The small one has the oldest rows, which a list with the newest first meets last.
    brands = [Brand(slug=slug, name=slug.title(), is_default=slug == "main") for slug in ("main", "large", "small")]
    for row in (*brands, *servers, *(row for server in servers for row in endpoint_rows(ENDPOINTS, server=server))):
        plan.add(row)
    changes.apply(plan, ChangeSet(source="demo"))
    for first in range(0, domains, DOMAINS_IN_A_PLAN):
        numbers = range(first, min(first + DOMAINS_IN_A_PLAN, domains))
        changes.apply(_plan(numbers, mailboxes, servers, brands), ChangeSet(source="demo", ticket=f"T-{first}"))
    # A site that is used for years has as many change sets as people saved forms.
    saved = ChangeSet.objects.bulk_create(
        ChangeSet(source="admin", ticket=f"T-{number}", reason="Перенесення", first_record=f"d{number}.example")
        for number in range(domains)
    )
    changes.words_of_log(saved)


def _plan(numbers: range, mailboxes: int, servers, brands):
    """Domains of ten to a customer, the customers of three brands, with mailboxes of which some have a name."""
    from accounts.models import Customer
    from mailsettings import changes
    from mailsettings.models import Domain, DomainName, Mailbox

    main, large, small = brands
    plan = changes.Plan()
    for number in numbers:
        if number % DOMAINS_OF_A_CUSTOMER == 0:
            customer = Customer(
                ref=f"c{number}",
                name=f"ТОВ «Фірма {number} {SURNAMES[number % len(SURNAMES)]}»",
                brand=small if number < 200 else (None, large, main)[number // 10 % 3],
                email=f"office{number}@firma.example",
                phone=f"+380 44 {number:07}",
            )
            plan.add(customer)
        domain = Domain(customer=customer, server=servers[number % SERVERS])
        plan.add(domain)
        plan.add(DomainName(domain=domain, name=f"d{number}.example", is_primary=True))
        for box in range(mailboxes):
            which = number * mailboxes + box
            name = f"{FIRST_NAMES[which % 7]} {SURNAMES[which // 7 % 9]}" if box % 2 else ""
            plan.add(
                Mailbox(
                    domain=domain, local_part=f"m{box}", name=name,
                    kind="forwarder" if which % 11 == 0 else "mailbox",
                    status="suspended" if which % 997 == 0 else "active",
                )
            )  # fmt: skip
    return plan


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


def seconds(connection: http.client.HTTPConnection, request: Numbered, numbers: Iterator[int]) -> float:
    """How long REQUESTS requests take; exits unless every answer is 200."""
    prepared = [request(next(numbers)) for _ in range(REQUESTS)]
    started = time.perf_counter()
    for method, path, host, body, *cookie in prepared:
        headers = {"Host": host} | ({"Cookie": cookie[0]} if cookie else {})
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            sys.exit(f"{method} {path} at {host} answered {response.status}")
    return time.perf_counter() - started


def carried_address(connection: http.client.HTTPConnection, address: str) -> str:
    """The cookie by which a browser carries an address that was typed."""
    form = {"Host": "localhost", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/uk/", body=f"address={quote(address)}", headers=form)
    response = connection.getresponse()
    response.read()
    return response.headers["Set-Cookie"].partition(";")[0]


def compare(
    title: str,
    yardstick: http.client.HTTPConnection,
    site: http.client.HTTPConnection,
    path: str,
    request: Numbered,
    numbers: Iterator[int],
) -> None:
    """Print how many times the yardstick at ``path`` a request to the site costs."""

    def empty(_number: int) -> Request:
        return ("GET", path, "localhost", None)

    seconds(yardstick, empty, count())
    seconds(site, request, numbers)
    ratios, per_request = [], []
    for _ in range(ROUNDS):
        nothing = seconds(yardstick, empty, count())
        taken = seconds(site, request, numbers)
        ratios.append(taken / nothing)
        per_request.append(taken / REQUESTS * 1000)
    print(f"  {title:26} {median(ratios):6.2f}   ({median(per_request):.2f} ms)", flush=True)


CONFIG = "/mail/config-v1.1.xml"


def of_domain(number: int) -> dict[str, Request]:
    """What programs ask about domain and mailbox of that number."""
    domain, address = f"d{number}.example", f"m{number % 10}@d{number}.example"
    return {
        "autoconfig, host only": ("GET", CONFIG, f"autoconfig.{domain}", None),
        "autoconfig, address": (
            "GET", f"{CONFIG}?emailaddress={quote(address)}", f"autoconfig.{domain}", None,
        ),
        "Autodiscover POX": ("POST", "/autodiscover/autodiscover.xml", f"autodiscover.{domain}", POX % address),
        "Apple profile, domain": ("GET", f"/d/{domain}/apple.mobileconfig", "localhost", None),
    }  # fmt: skip


def of_address(number: int) -> dict[str, Request]:
    """What programs ask about one domain for one of its addresses after the other."""
    from mailsettings.core.addresses import parse_address
    from mailsettings.links import seal

    address = f"m{number}@d1.example"
    return of_domain(1) | {
        "autoconfig, address": (
            "GET", f"{CONFIG}?emailaddress={quote(address)}", "autoconfig.d1.example", None,
        ),
        "Autodiscover POX": ("POST", "/autodiscover/autodiscover.xml", "autodiscover.d1.example", POX % address),
        "Apple profile, address": (
            "GET", f"/f/{seal(parse_address(address))}/apple.mobileconfig", "localhost", None,
        ),
        "certificate question": ("GET", "/tls/ask?domain=autoconfig.d1.example", "localhost", None),
    }  # fmt: skip


def other_domains(domains: int) -> Iterator[int]:
    """Every domain once, in no order."""
    numbers = list(range(2, domains))
    random.Random(1).shuffle(numbers)
    return iter(numbers)


def programs(site: http.client.HTTPConnection, env: dict[str, str], domains: int) -> None:
    print("times a bare Django view, hot:")
    unmet = other_domains(domains)
    with served("tests.bare:application", env) as bare:
        for title in of_address(0):
            compare(title, bare, site, "/", lambda number, title=title: of_address(number)[title], count())
        print("times a bare Django view, cold:")
        for title in of_domain(0):
            compare(title, bare, site, "/", lambda number, title=title: of_domain(number)[title], unmet)


def pages(site: http.client.HTTPConnection, env: dict[str, str]) -> None:
    cookie = carried_address(site, "m1@d1.example")
    wanted: dict[str, Request] = {
        "setup page": ("GET", "/uk/d/d1.example/", "localhost", None),
        "setup page, address": ("GET", "/uk/d/d1.example/", "localhost", None, cookie),
        "guide": ("GET", "/uk/d/d1.example/thunderbird/", "localhost", None),
        "guide, address": ("GET", "/uk/d/d1.example/thunderbird/", "localhost", None, cookie),
        "start page": ("GET", "/uk/", "localhost", None),
    }
    print("times an empty view behind the same middleware:")
    with served("tests.empty:application", env | {"DJANGO_SETTINGS_MODULE": "tests.empty_settings"}) as empty:
        for title, request in wanted.items():
            compare(title, empty, site, "/uk/", lambda _number, request=request: request, count())


LOOKUPS = """
import sys, time, random
import django; django.setup()
from mailsettings import lookup
names = [f"d{number}.example" for number in range(int(sys.argv[1]))]
choose = random.Random(1)
for _line in sys.stdin:
    asked = [choose.choice(names) for _ in range(int(sys.argv[2]))]
    started = time.perf_counter()
    for name in asked:
        lookup.memory.drop(name)
        lookup.for_domain(name)
    print(time.perf_counter() - started, flush=True)
"""


def lookups(small: dict[str, str], large: dict[str, str], domains: int) -> None:
    """Print how many times a lookup in the small database one in the large database costs, forgetting the domain."""

    def start(env: dict[str, str], size: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", LOOKUPS, str(size), str(LOOKUPS_AT_ONCE)],
            cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def ask(process: subprocess.Popen[str]) -> float:
        print(file=process.stdin, flush=True)
        return float(process.stdout.readline())

    few, many = start(small, SMALL), start(large, domains)
    for process in (few, many):
        for _ in range(5):
            ask(process)
    pairs = [(ask(few), ask(many)) for _ in range(ROUNDS)]
    few.kill(), many.kill()
    times, each = median(b / a for a, b in pairs), median(b for _a, b in pairs) / LOOKUPS_AT_ONCE * 1000
    print(f"a lookup, times one at {SMALL} domains:")
    print(f"  {'domain not met before':26} {times:6.2f}   ({each:.3f} ms)")


def signatures(folder: Path) -> None:
    """Print how long a signature around a profile takes."""
    from mailsettings import signing
    from tests.signing.certificates import KEYS, Authority

    print("a signature around a profile of 3 kB:")
    for kind in KEYS:
        signer = signing.load(*map(str, Authority().issue(folder, kind))).signer
        taken = []
        for _ in range(ROUNDS * 10):
            started = time.perf_counter()
            signer.sign(b"x" * 3000)
            taken.append(time.perf_counter() - started)
        print(f"  {kind:26} {median(taken) * 1000:6.2f} ms")


def filled(folder: Path, domains: int, mailboxes: int) -> dict[str, str]:
    """The environment of a database with that many rows; filled unless it is there already."""
    env = environment(folder)
    if not (folder / "filled").exists():
        subprocess.run(
            [sys.executable, "-c", f"from tests import bench; bench.load({domains}, {mailboxes})"],
            cwd=ROOT, env=env, check=True,
        )  # fmt: skip
        (folder / "filled").touch()
    return env


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--domains", type=int, default=10_000)
    parser.add_argument("--mailboxes", type=int, default=10, help="of each domain")
    parser.add_argument("--keep", type=Path, help="a folder for the databases, to be used again by the next run")
    sizes = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    folder = sizes.keep or Path(tempfile.mkdtemp())
    try:
        small, large = folder / "small", folder / f"{sizes.domains}-{sizes.mailboxes}"
        for each in (small, large):
            each.mkdir(parents=True, exist_ok=True)
        few, many = filled(small, SMALL, sizes.mailboxes), filled(large, sizes.domains, sizes.mailboxes)
        os.environ.update(many)
        import django

        django.setup()
        from tests.bench_desk import desk

        print(f"{sizes.domains} domains, {sizes.domains * sizes.mailboxes} mailboxes, SQLite")
        with served("portal.wsgi", many) as site:
            programs(site, many, sizes.domains)
            pages(site, many)
        lookups(few, many, sizes.domains)
        signatures(folder)
        desk()
    finally:
        if not sizes.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
