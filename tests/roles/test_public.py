"""What needs no sign-in: the public facts of one domain, and on a brand's host those of its own domains alone."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.utils.translation import override

from mailsettings import discovery, links
from mailsettings.core.addresses import parse_address
from mailsettings.formats import formats
from tests.roles import routes as known
from tests.roles.asking import Visitor, text_of, undone

pytestmark = pytest.mark.django_db
with override("en"):
    ROUTES = known.routes()


def files(world):
    """Every file of a world: of its domain, of an address, and of its links."""
    sealed = links.seal(parse_address(world.address))
    for name in formats():
        yield f"/d/{world.domain}/{name}"
        yield f"/f/{sealed}/{name}"


def asked_by_programs(world):
    """Where programs ask for an address of a world, on a host of that world."""
    query = urlencode({"emailaddress": world.address, "Email": world.address, "Protocol": "AutodiscoverV1"})
    for path in (*discovery.PATHS, *(f"{start}{world.address}" for start in discovery.PREFIXES)):
        for host in (f"autoconfig.{world.domain}", f"autodiscover.{world.domain}", f"autoconfig.{world.mark}.example"):
            yield f"{path}?{query}", host


def test_files_and_answers_to_programs_say_what_is_public_of_one_world(home, foreign):
    visitor, told = Visitor(), 0
    for path in files(foreign):
        text = text_of(visitor.get(path))
        told += bool(foreign.found_in(text))
        # Whoever has the sealed address knows it, and the file repeats it.
        assert not foreign.found_in(text.lower().replace(foreign.address, ""), public=True), path
        assert not home.found_in(text), path
    for path, host in asked_by_programs(foreign):
        text = text_of(visitor.get(path, headers={"host": host}))
        told += bool(foreign.found_in(text))
        assert not foreign.found_in(text.lower().replace(foreign.address, ""), public=True), (path, host)
        assert not home.found_in(text), (path, host)
    assert told > len(formats())


def test_a_brands_host_has_nothing_of_another_brand(home, foreign):
    visitor, host = Visitor(), {"host": f"mail.{home.mark}.example"}
    paths = list(files(foreign))
    for route in ROUTES:
        if route.of_world:
            paths += [route.path(arguments) for arguments in known.arguments(route, foreign)]
    for path in paths:
        for ask in (visitor.get, visitor.post):
            with undone() as written:
                response = ask(path, headers=host)
            text = text_of(response).replace(path, "")
            assert response.status_code in (302, 404, 405), path
            assert not written, path
            assert not foreign.found_in(text.replace(foreign.domain, "")), path


@pytest.mark.parametrize("role", ["nobody", "customer"], indirect=True)
def test_whoever_has_a_link_reads_one_record_with_it(role, visitor, home, foreign):
    """The customer of one world opens a link into another, and gets what the link opens and nothing else of theirs."""
    for token in foreign.tokens:
        for path in (f"/en/s/{token}/", f"/en/s/{token}/guides/", f"/en/s/{token}/thunderbird/"):
            text = text_of(visitor.get(path)).lower()

            assert foreign.domain in text, path
            for secret in (f"{foreign.hidden}-c1", f"{foreign.hidden} ltd", foreign.phone, f"{foreign.hidden}-server",
                           f"reserve@{foreign.hidden}", f"{foreign.hidden} reason", f"{foreign.hidden} link",
                           f"{foreign.hidden}-support"):  # fmt: skip
                assert secret not in text, (path, secret)
            assert not home.found_in(text), path
