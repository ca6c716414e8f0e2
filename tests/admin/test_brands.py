import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Brand, Change
from mailsettings.admin import logo
from tests import build
from tests.admin.desk import BRAND, changed, entered, errors, operator, page

pytestmark = pytest.mark.django_db


def picture(size=(800, 200), kind="PNG", colour="#1f5fbf", **options) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, kind, **options)
    return written.getvalue()


def upload(content, name="logo.png", content_type="image/png", **values):
    brand = Brand.objects.first() or build.brand()
    desk = operator()
    path = page(BRAND, "change", brand.pk)
    data = changed(entered(desk.get(path)), values)
    return desk.post(path, data | {"new_logo": SimpleUploadedFile(name, content, content_type)})


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_logo_is_kept_as_a_small_png_named_after_its_content(kind):
    upload(picture(kind=kind))

    name = Brand.objects.get().logo
    stored = default_storage.open(name).read()
    assert name == logo.name_of(stored)
    with Image.open(io.BytesIO(stored)) as kept:
        assert (kept.format, kept.size) == ("PNG", (480, 120))


def test_a_small_logo_is_not_blown_up():
    upload(picture(size=(100, 40)))

    with Image.open(default_storage.open(Brand.objects.get().logo)) as kept:
        assert kept.size == (100, 40)


def test_nothing_but_pixels_survives():
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    upload(picture(exif=exif) + b"<script>alert(1)</script>")

    stored = default_storage.open(Brand.objects.get().logo).read()
    assert b"secret" not in stored
    assert b"script" not in stored


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a PNG or WebP"),
        (picture(kind="JPEG"), "not a PNG or WebP"),
        (picture(kind="GIF"), "not a PNG or WebP"),
        (picture()[:60], "not a PNG or WebP"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not a PNG or WebP"),
        (picture(size=(4001, 10)), "4000 pixels"),
        (picture() + b"\0" * 1024 * 1024, "larger than 1 MB"),
    ],
    ids=["svg", "jpeg", "gif", "cut off", "only a beginning", "wide", "heavy"],
)  # fmt: skip
def test_anything_else_is_refused_beside_the_field(content, said):
    response = upload(content)

    assert said in errors(response)["new_logo"][0]
    assert Brand.objects.get().logo == ""


def test_a_logo_can_be_removed():
    brand = build.brand(logo="brands/0123456789abcdef.png")

    operator().submit(page(BRAND, "change", brand.pk), remove_logo="on")

    assert Brand.objects.get().logo == ""
    assert Change.objects.last().before == {"logo": "brands/0123456789abcdef.png"}


def test_a_refused_form_stores_no_logo(monkeypatch):
    stored = []
    monkeypatch.setattr(logo, "store", stored.append)

    response = upload(picture(), slug="not a slug")

    assert "slug" in errors(response)
    assert stored == []


def test_a_colour_in_capitals_is_accepted():
    brand = build.brand()

    operator().submit(page(BRAND, "change", brand.pk), accent="#1F5FBF")

    assert Brand.objects.get().accent == "#1f5fbf"


def test_messengers_are_written_one_a_line():
    brand = build.brand()

    operator().submit(page(BRAND, "change", brand.pk), support_messengers="Telegram https://t.me/hoster_example")

    assert Brand.objects.get().support_messengers == [{"name": "Telegram", "url": "https://t.me/hoster_example"}]


def test_an_address_without_a_scheme_is_taken_for_https():
    brand = build.brand()

    operator().submit(page(BRAND, "change", brand.pk), site_url="hoster.example")

    assert Brand.objects.get().site_url == "https://hoster.example"


def test_a_second_default_brand_is_refused():
    build.brand("first", is_default=True)
    second = build.brand("second")

    response = operator().submit(page(BRAND, "change", second.pk), is_default="on")

    assert "Another brand is the default already." in errors(response)[""][0]
