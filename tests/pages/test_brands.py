import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests import build

from .browsing import get, page_of, typed

pytestmark = pytest.mark.django_db
LOGO = "brands/0123456789abcdef.png"


def domain_of(brand, name):
    return build.domain(name, customer=build.customer(f"c-{name}", brand=brand))


def test_a_domains_page_has_the_face_of_its_brand(client):
    build.brand("main", is_default=True, name="Main")
    domain_of(build.brand("ava", name="AVA", support_email="help@ava.example"), "firma.com.ua")
    page = page_of(get(client, "/uk/d/firma.com.ua/"))

    assert page.title.endswith("· AVA")
    assert page.all("a", href="mailto:help@ava.example")


def test_other_pages_have_the_face_of_the_default_brand(client):
    build.brand("main", is_default=True, name="Main")
    build.brand("ava", name="AVA")

    assert page_of(get(client, "/uk/")).title.endswith("· Main")


def test_a_brands_host_has_its_face_on_every_page(client):
    build.brand("main", is_default=True, name="Main")
    build.brand("ava", name="AVA", hosts=["help.ava.example"])

    assert page_of(get(client, "/uk/", "help.ava.example")).title.endswith("· AVA")


def test_a_brands_host_knows_no_domain_of_another_brand(client):
    build.brand("main", is_default=True)
    build.brand("ava", hosts=["help.ava.example"])
    build.domain("firma.com.ua")

    asked = typed(client, "olena@firma.com.ua", host="help.ava.example")
    unknown = typed(client, "olena@unknown.com.ua", host="help.ava.example")

    assert asked.status_code == unknown.status_code == 404
    assert asked.content.decode().replace("firma.com.ua", "unknown.com.ua") == unknown.content.decode()


def test_a_brands_host_shows_its_own_domains(client):
    build.brand("main", is_default=True)
    domain_of(build.brand("ava", hosts=["help.ava.example"]), "firma.com.ua")

    assert typed(client, "olena@firma.com.ua", host="help.ava.example").status_code == 200


def test_a_brands_help_gives_away_no_other_brands_values(client):
    build.brand("main", is_default=True)
    build.brand("ava", hosts=["help.ava.example"])
    build.domain("firma.com.ua")

    page = page_of(get(client, "/uk/help/?domain=firma.com.ua", "help.ava.example"))

    assert "imap.firma.com.ua" not in page.text


def test_a_page_without_any_brand_has_the_sites_name(client):
    assert page_of(get(client, "/uk/")).title.endswith("· Skrynka")


def test_links_to_support_are_plain_words_where_there_are_no_contacts(client):
    build.domain("firma.com.ua", logins="private")
    page = page_of(get(client, "/uk/d/firma.com.ua/"))

    assert not page.all("a", href="#support")


def test_the_brands_colour_comes_as_a_style_sheet_that_may_be_kept(client):
    build.brand("ava", is_default=True, accent="#1f5fbf")
    sheets = [link["href"] for link in page_of(get(client, "/uk/")).all("link", rel="stylesheet")]
    (path,) = [href for href in sheets if href.startswith("/brand/")]

    response = get(client, path)

    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in response["Cache-Control"]
    assert "--accent:#1f5fbf" in response.content.decode()
    assert not response.cookies


def test_the_style_sheets_address_changes_with_the_colour(client):
    build.brand("ava", is_default=True, accent="#1f5fbf")
    build.brand("eva", hosts=["help.eva.example"], accent="#9f1f5f")

    def path(host):
        links = page_of(get(client, "/uk/", host)).all("link", rel="stylesheet")
        return next(link["href"] for link in links if link["href"].startswith("/brand/")).rpartition("-")[2]

    assert path("portal.example") != path("help.eva.example")


@pytest.mark.parametrize("path", ["/brand/nobody-0123456789ab.css", "/brand/plain-0123456789ab.css"])
def test_a_brand_without_a_colour_has_no_style_sheet(client, path):
    build.brand("plain")

    assert get(client, path).status_code == 404


def test_a_brands_host_has_no_style_sheet_of_another_brand(client):
    build.brand("main", is_default=True, accent="#1f5fbf")
    build.brand("ava", hosts=["help.ava.example"], accent="#1f5fbf")

    assert get(client, "/brand/main-0123456789ab.css", "help.ava.example").status_code == 404


def test_a_logo_is_served_as_a_picture_and_nothing_else(client):
    default_storage.save(LOGO, ContentFile(b"\x89PNG"))

    response = get(client, f"/media/{LOGO}")

    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response["Cache-Control"]


@pytest.mark.parametrize(
    "name",
    [
        "brands/0123456789abcdef.svg",
        "brands/../secret.png",
        "secret.png",
        "brands/",
        "brands/x.png",
        "brands/ffffffffffffffff.png",
    ],
)
def test_nothing_else_of_the_storage_is_served(client, name):
    for stored in ("brands/0123456789abcdef.svg", "secret.png", "brands/x.png"):
        default_storage.save(stored, ContentFile(b"secret"))

    assert get(client, f"/media/{name}").status_code == 404


def test_a_logo_has_the_brands_name_for_those_who_do_not_see_it(client):
    build.brand("ava", is_default=True, name="AVA", logo=LOGO)

    assert page_of(get(client, "/uk/")).all("img", src=f"/media/{LOGO}", alt="AVA")


def test_search_engines_are_kept_from_domains_links_and_files(client):
    lines = get(client, "/robots.txt").content.decode().splitlines()

    assert {"Disallow: /*/d/", "Disallow: /*/s/", "Disallow: /d/", "Disallow: /f/"} <= set(lines)
