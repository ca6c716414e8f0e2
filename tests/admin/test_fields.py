import pytest
from django.core.exceptions import ValidationError

from mailsettings.admin.fields import ColourField, DkimField, HostNamesField, MessengersField, NameFormField

KEY = {"selector": "mail", "record": "v=DKIM1; k=rsa; p=MIIB"}
TELEGRAM = {"name": "Telegram Підтримка", "url": "https://t.me/hoster_example"}


@pytest.mark.parametrize(
    ("field", "items"),
    [
        (HostNamesField, ["mx1.hoster.example", "xn--80axlp4g.xn--j1amh"]),
        (DkimField, [KEY, {"selector": "old", "record": "v=DKIM1; p="}]),
        (MessengersField, [TELEGRAM]),
    ],
)
def test_what_a_field_shows_reads_back_as_the_same_list(field, items):
    assert field().clean(field().prepare_value(items)) == items


@pytest.mark.parametrize("field", [HostNamesField, DkimField, MessengersField])
def test_empty_lines_are_no_items(field):
    assert field(required=False).clean("\n  \r\n") == []


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        (HostNamesField, "mx1.hoster.example\nmx 2", "Line 2: "),
        (HostNamesField, "10.0.0.1", "not an IP address"),
        (DkimField, "mail", "write the selector, a space and the record"),
        (MessengersField, "https://t.me/hoster", "write the name, a space and an address"),
        (MessengersField, "Telegram t.me/hoster", "write the name, a space and an address"),
        (MessengersField, "Telegram http://t.me/hoster", "write the name, a space and an address"),
        (MessengersField, "Telegram javascript:alert(1)", "write the name, a space and an address"),
    ],
)
def test_a_line_that_cannot_be_read_says_what_to_write(field, text, said):
    with pytest.raises(ValidationError, match=said):
        field().clean(text)


def test_every_bad_line_is_named():
    with pytest.raises(ValidationError) as raised:
        HostNamesField().clean("-\nmx1.hoster.example\n-")

    assert [message[:7] for message in raised.value.messages] == ["Line 1:", "Line 3:"]


def test_what_was_typed_is_shown_again_as_it_was_typed():
    assert HostNamesField().prepare_value("mx 1") == "mx 1"


@pytest.mark.parametrize(
    ("text", "different"), [("mx1.hoster.example", False), ("mx2.hoster.example", True), ("-", True)]
)
def test_a_list_has_changed_when_its_items_have(text, different):
    assert HostNamesField().has_changed(["mx1.hoster.example"], text) is different


def test_a_name_is_shown_in_its_own_letters():
    assert NameFormField().prepare_value("xn--80axlp4g.xn--j1amh") == "фірма.укр"


def test_a_name_in_its_own_letters_is_no_change():
    assert not NameFormField().has_changed("xn--80axlp4g.xn--j1amh", "фірма.укр")


def test_a_colour_is_kept_in_lower_case():
    assert ColourField().clean("#1F5FBF") == "#1f5fbf"
