import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Brand, Change
from mailsettings.admin import logo, preview
from tests import build
from tests.admin.desk import BRAND, Desk, changed, entered, errors, operator, page, person

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


# --- The preview ------------------------------------------------------------------------------------------------------


def previewed(values, content=None, desk=None):
    """What the page shows for these values before they are saved."""
    brand = Brand.objects.first() or build.brand()
    desk = desk or operator()
    path = page(BRAND, "change", brand.pk)
    data = changed(entered(desk.get(path)), values) | {"_preview": "Preview"}
    if content:
        data["new_logo"] = SimpleUploadedFile("logo.png", content, "image/png")
    return desk.post(path, data)


def test_a_preview_shows_what_was_entered_in_both_themes_and_languages_and_saves_nothing():
    response = previewed({"name": "Нова назва", "accent": "#b02a2a"})

    found = response.context["preview"]
    assert [(card.theme.id, card.language) for card in found["cards"]] == [
        ("light", "uk"), ("light", "en"), ("dark", "uk"), ("dark", "en"),
    ]  # fmt: skip
    assert {card.ways[0] for card in found["cards"]} == {"Інструкції", "Instructions"}
    assert 'fill="#b02a2a"' in response.content.decode()
    assert "Нова назва" in response.content.decode()
    assert Brand.objects.get().name == "AVA"
    assert errors(response) == {}


def test_a_preview_can_be_saved_as_it_is():
    desk = operator()
    shown = previewed({"name": "Нова назва"}, desk=desk)

    desk.post(page(BRAND, "change", Brand.objects.get().pk), entered(shown))

    assert Brand.objects.get().name == "Нова назва"


def test_the_preview_of_a_logo_that_is_not_saved_shows_it_to_whoever_uploaded_it_only():
    desk = operator()
    response = previewed({}, picture(), desk)
    url = response.context["preview"]["logo_url"]

    assert f'href="{url}"' in response.content.decode()
    assert desk.get(url)["Content-Type"] == "image/png"
    assert Desk(build.operator("other")).get(url).status_code == 404
    assert Brand.objects.get().logo == ""


def test_a_logo_that_was_previewed_is_saved_without_choosing_it_again():
    desk = operator()
    shown = previewed({}, picture(), desk)

    desk.post(page(BRAND, "change", Brand.objects.get().pk), entered(shown) | {"new_logo": ""})

    assert default_storage.exists(Brand.objects.get().logo)


@pytest.mark.parametrize("digest", ["0" * 16, "../secret", "x" * 400, "0" * 15 + "\n"])
def test_a_logo_that_is_not_kept_any_more_is_asked_for_again(digest):
    brand = build.brand()

    response = operator().submit(page(BRAND, "change", brand.pk), kept_logo=digest)

    assert "Choose it again." in errors(response)["new_logo"][0]


def test_support_reaches_no_kept_logo(client):
    digest = logo.keep(picture(), 1)
    url = page(BRAND, "kept_logo", digest)

    assert Desk(person("support", brand=build.brand())).get(url).status_code == 404
    assert Desk().get(url).status_code == 302


@pytest.mark.parametrize(
    ("accent", "words"),
    [
        ("#1b55b0", ["shown as it is", "lightened to"]),
        ("#8ab2f5", ["darkened to", "shown as it is"]),
        ("#ffff00", ["darkened to", "shown as it is"]),
    ],
)
def test_what_happens_to_an_accent_is_said_with_its_contrast(accent, words):
    found = previewed({"accent": accent}).context["preview"]["shades"]

    assert [shade.words.startswith(word) for shade, word in zip(found, words, strict=True)] == [True, True]
    assert all(shade.contrast >= 4.5 for shade in found)


def test_a_colour_that_is_none_is_refused_beside_its_field_and_the_preview_has_the_sites_own():
    response = previewed({"accent": "red"})

    assert "accent" in errors(response)
    assert response.context["preview"]["cards"][0].accent == "#1b55b0"


def test_the_page_of_a_stored_brand_shows_what_customers_see():
    brand = build.brand(accent="#b02a2a", password_help_uk="Змініть пароль у панелі.")

    content = operator().get(page(BRAND, "change", brand.pk)).content.decode()

    assert 'fill="#b02a2a"' in content
    assert "There is no English text" in content


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"password_help_uk": "Так", "password_help_en": ""}, "Password help: There is no English text"),
        ({"support_hours_en": "9–18", "support_hours_uk": " "}, "Support hours: There is no Ukrainian text"),
    ],
)
def test_a_text_in_one_language_only_is_saved_with_a_warning(values, words):
    brand = build.brand()
    desk = operator()

    desk.submit(page(BRAND, "change", brand.pk), **values)

    assert words in desk.get(page(BRAND, "changelist")).content.decode()


def test_texts_in_both_languages_warn_of_nothing():
    brand = build.brand()
    desk = operator()

    desk.submit(page(BRAND, "change", brand.pk), password_help_uk="Так", password_help_en="So")

    assert "There is no" not in desk.get(page(BRAND, "changelist")).content.decode()


def test_the_preview_draws_with_the_colours_of_the_style_sheet():
    from tests.core.test_colour import DARK, LIGHT

    for theme, colours in ((preview.LIGHT, LIGHT), (preview.DARK, DARK)):
        for name in ("ground", "paper", "ink", "quiet", "edge", "accent", "on_accent"):
            assert getattr(theme, name) == colours[name.replace("_", "-")]


def test_a_long_name_goes_on_in_another_line_of_the_preview_as_on_the_page():
    short, long = preview.head("AVA", "uk"), preview.head("Хостинг-компанія «Приклад» України", "uk")

    assert [text for _y, text in short.lines] == ["AVA"]
    assert " ".join(text for _y, text in long.lines).replace("- ", "-") == "Хостинг-компанія «Приклад» України"
    assert len(long.lines) == 2
    assert long.below > short.below


def test_a_reseller_reads_its_brand_and_previews_no_change_of_it():
    brand, other = build.brand("aaa"), build.brand("rivalry")
    desk = Desk(person("reseller", brand=brand))

    own = desk.get(page(BRAND, "change", brand.pk))

    assert "brand-preview" in own.content.decode()
    assert 'name="_preview"' not in own.content.decode()
    assert desk.post(page(BRAND, "change", brand.pk), {"_preview": "Preview", "name": "New"}).status_code == 403
    assert desk.get(page(BRAND, "change", other.pk)).status_code == 302
