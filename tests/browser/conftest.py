"""The site as visitors have it: gunicorn, a file database with the demo data, and Debian's Chromium."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests import apart
from tests.dns_server import serving

from . import people
from .people import PASSWORD

ROOT = Path(__file__).parents[2]
CHROMIUM = Path("/usr/bin/chromium")
# One label is nearly as long as DNS allows once it is written in A-labels.
LONG_DOMAIN = "найкращапоштаукраїнськоїфірми.укр"
SERVER = "Сервери з іменами доменів"
# A server whose change concerns more domains than staff save without a question.
SHARED = "Сервер багатьох доменів"
SHARED_DOMAINS = 51


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(item.fspath).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    if not CHROMIUM.exists():
        pytest.fail("Chromium is missing, and these tests need it: apt-get install chromium")
    return {
        "executable_path": str(CHROMIUM),
        "args": ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
                 "--disable-background-networking", "--disable-component-update"],
    }  # fmt: skip


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> str:
    """The address of a running site with the demo data; staff sign in as ``tester`` with PASSWORD."""
    with serving(people.MX) as (_server, address):
        yield from serve(tmp_path_factory.mktemp("site"), DNS_SERVERS=address)


def serve(folder: Path, **more: str) -> Iterator[str]:
    """Run a site with the demo data out of ``folder``, under some more settings; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = apart.environment() | {
        "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
        "CACHE_URL": "locmemcache://",
        "SITE_URL": f"http://localhost:{port}",
        "SITE_HOSTS": "127.0.0.1",
        "MEDIA_ROOT": str(folder),
        "STATIC_ROOT": str(folder / "static"),
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        **more,
    }

    def manage(*arguments):
        subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL
        )

    manage("migrate")
    manage("collectstatic", "--noinput")
    manage("demo")
    more = folder / "more.json"
    shared = [{"name": f"d{number}.many.example", "server": SHARED} for number in range(SHARED_DOMAINS)]
    endpoint = {"protocol": "imap", "hostname": "imap.{domain}", "port": 993, "security": "tls"}
    long = {"ref": "long", "email": "office@long.example", "domains": [{"name": LONG_DOMAIN, "server": SERVER}]}
    brands, customers = people.records(SERVER)
    more.write_text(
        json.dumps(
            {
                "brands": brands,
                "servers": [{"name": SHARED, "endpoints": [endpoint]}],
                "customers": [long, {"ref": "many", "domains": shared}, *customers],
            }
        )
    )
    manage("apply", str(more))
    manage("createsuperuser", "--noinput", "--username", "tester", "--email", "tester@hoster.example")
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "portal/gunicorn.py", "portal.wsgi"],
            cwd=ROOT, env=env, stdout=log, stderr=log,
        )  # fmt: skip
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            assert server.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, "the site did not start"
            time.sleep(0.05)
    yield env["SITE_URL"]
    server.terminate()
    server.wait()


@pytest.fixture
def visitor(site, context):
    """A page on which nothing may go wrong unseen: no script error, no CSP violation, no request to anybody else."""
    page = context.new_page()
    wrong = watched(page, site)
    yield page
    assert not wrong, wrong


def watched(page, site: str) -> list[str]:
    """What goes wrong on a page from now on."""
    wrong: list[str] = []
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    page.on("pageerror", lambda error: wrong.append(f"script error: {error}"))
    page.on(
        "console",
        lambda message: (
            wrong.append(f"console: {message.text}")
            if message.type == "error" and "status of 4" not in message.text
            else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            wrong.append(f"foreign request: {request.url}")
            if urlsplit(request.url).netloc != urlsplit(site).netloc
            else None
        ),
    )
    return wrong


@pytest.fixture(scope="session")
def staff(browser, site):
    everybody = people.Staff(browser, site)
    yield everybody
    everybody.close()


@pytest.fixture
def desk_of(site, staff):
    """Opens a page in the browser of somebody who is signed in with a role; watched like a visitor's."""
    pages, wrong = [], []

    def opened(role: str):
        page = staff.browser_of(role).new_page()
        pages.append(page)
        wrong.append(watched(page, site))
        return page

    yield opened
    for page in pages:
        page.close()
    assert not any(wrong), wrong
