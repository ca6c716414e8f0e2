"""Letters with a personal link: their parts, who they go to, and what they never hold."""

import re
import smtplib
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from django.core import mail

from mailsettings import letters, personal
from mailsettings.models import PersonalLink
from tests import build
from tests.admin.desk import operator
from tests.pages.browsing import get, page_of

from .browsing import form, link_to, links_url, mailbox

pytestmark = pytest.mark.django_db


def letter(record, to="olena.koval@gmail.com", **values):
    link, token = link_to(record, **values)
    letters.send(link, token, to)
    (sent,) = mail.outbox
    return sent, token


def parts(sent):
    """The letter's parts as a mail program sees them: type and decoded text."""
    message = sent.message()
    assert message.get_content_type() == "multipart/alternative"
    return {
        part.get_content_type(): part.get_payload(decode=True).decode(part.get_content_charset())
        for part in message.get_payload()
    }


def branded(**values):
    return build.brand(
        "ava", is_default=True, name="AVA Хостинг", accent="#1f5fbf", support_email="help@ava.example",
        support_phone="+380 44 000 00 00", **values,
    )  # fmt: skip


@pytest.mark.parametrize(("language", "words"), [("uk", "Посилання діє до"), ("en", "The link works until")])
def test_both_parts_hold_the_link_in_the_links_language(language, words):
    sent, token = letter(mailbox(), language=language)
    found = parts(sent)

    assert list(found) == ["text/plain", "text/html"]
    for text in found.values():
        assert f"https://portal.example/{language}/s/{token}/" in text
        assert words in text


def test_a_letter_promises_no_settings_where_there_are_none():
    sent, _token = letter(mailbox(status="suspended"), language="en")

    assert sent.subject == "Your mail"
    for text in parts(sent).values():
        assert "On this page is how your mail stands now, and what to do:" in text
        assert "mail settings" not in text


def test_subject_and_text_name_no_address_and_no_user_name():
    branded()
    sent, _token = letter(mailbox(login="u10234"))

    assert sent.subject == "Ваші налаштування пошти"
    for text in (sent.subject, *parts(sent).values()):
        assert "olena" not in text
        assert "firma.com.ua" not in text
        assert "u10234" not in text


def test_a_letter_comes_under_the_brands_name_and_answers_go_to_its_support(settings):
    settings.DEFAULT_FROM_EMAIL = "Mail <no-reply@portal.example>"
    branded()
    sent, _token = letter(mailbox())
    message = sent.message()

    name, address = parseaddr(str(make_header(decode_header(message["From"]))))
    assert (name, address) == ("AVA Хостинг", "no-reply@portal.example")
    assert message["Reply-To"] == "help@ava.example"
    assert message["Auto-Submitted"] == "auto-generated"


def test_both_parts_tell_how_to_reach_the_brand():
    branded(support_url="https://ava.example/help/", support_hours_uk="9–18", support_hours_en="9 to 6")
    sent, _token = letter(mailbox())

    for text in parts(sent).values():
        for words in ("AVA Хостинг", "help@ava.example", "+380 44 000 00 00", "https://ava.example/help/", "9–18"):
            assert words in text
        assert "9 to 6" not in text


def test_a_letter_comes_from_the_brand_of_the_customer_and_names_no_other():
    branded()
    own = build.brand("own", name="Own Mail", support_email="help@own.example", accent="#b02a2a")
    build.customer("c7", brand=own)
    sent, _token = letter(mailbox())
    found = parts(sent)

    assert sent.message()["Reply-To"] == "help@own.example"
    assert "#b02a2a" in found["text/html"]
    for text in (sent.from_email, *found.values()):
        assert "Own Mail" in text
        assert "AVA" not in text


@pytest.mark.parametrize("language", ["uk", "en"])
def test_the_words_of_both_parts_are_in_the_links_language_alone(language):
    sent, _token = letter(mailbox(), language=language)
    found = parts(sent)
    words = page_of(type("Answer", (), {"content": found["text/html"].encode()})()).text

    assert f'<html lang="{language}">' in found["text/html"]
    other = re.compile("[а-яіїєґ]{3}", re.IGNORECASE) if language == "en" else re.compile("[a-z]{4,} [a-z]{2,}")
    for text in (sent.subject, found["text/plain"], words):
        assert not other.search(text.replace("Skrynka", ""))


def test_a_link_that_opens_at_a_guide_does_so_from_both_parts():
    sent, token = letter(mailbox(), guide="iphone")

    for text in parts(sent).values():
        assert f"https://portal.example/uk/s/{token}/iphone/" in text


def test_no_letter_goes_out_about_a_mailbox_that_was_removed():
    box = mailbox()
    link, token = link_to(box)
    build.remove(box)

    with pytest.raises(letters.NotSent):
        letters.send(PersonalLink.objects.get(pk=link.pk), token, "olena.koval@gmail.com")
    assert not mail.outbox


def test_the_html_part_fetches_nothing_and_carries_the_brands_colour():
    branded()
    sent, _token = letter(mailbox())
    page = page_of(type("Answer", (), {"content": parts(sent)["text/html"].encode()})())

    assert not page.all("img")
    assert not page.all("link")
    assert not page.attributes("src")
    assert "#1f5fbf" in parts(sent)["text/html"]


def test_a_brands_name_cannot_break_out_of_either_part():
    build.brand("ava", is_default=True, name="A & B <b>")
    sent, _token = letter(mailbox())
    found = parts(sent)

    assert "A & B <b>" in found["text/plain"]
    assert "<b>" not in found["text/html"]


def test_a_letter_is_noted_in_the_links_row_with_a_masked_recipient():
    letter(mailbox())
    link = PersonalLink.objects.get()

    assert link.sent_at
    assert link.recipient == "o…@gmail.com"


def refuses(error):
    """A mail server that answers with ``error``."""

    def send(_letter):
        raise error

    return send


def test_a_letter_that_was_not_taken_leaves_no_working_link(monkeypatch):
    monkeypatch.setattr(letters.EmailMultiAlternatives, "send", refuses(smtplib.SMTPRecipientsRefused({})))
    link, token = link_to(mailbox())

    with pytest.raises(letters.NotSent):
        letters.send(link, token, "olena.koval@gmail.com")
    assert not personal.find(token).works


# --- Contacts ---------------------------------------------------------------------------------------------------------


def recorded(record):
    return [(contact.kind, contact.address, contact.inside) for contact in letters.contacts_of(record)]


def with_contacts(customer="office@gmail.com", recovery="olena.koval@gmail.com"):
    build.customer("c7", email=customer)
    return mailbox(recovery=recovery)


def test_the_mailboxs_own_contact_comes_before_the_customers():
    box = with_contacts()

    assert [kind for kind, *_ in recorded(box)] == ["recovery", "customer"]
    assert [kind for kind, *_ in recorded(box.domain)] == ["customer"]


def test_a_phone_number_gets_no_letter():
    assert recorded(with_contacts(customer="", recovery="+380 67 000 00 00")) == []


@pytest.mark.parametrize("inside", ["olena@firma.com.ua", "x@FIRMA.com.ua.", "x@пошта.укр", "x@second.com.ua"])
def test_a_contact_in_the_customers_own_domains_is_seen(inside):
    customer = build.customer("c7")
    build.domain("second.com.ua", customer=customer)
    build.domain("firma.com.ua", customer=customer, aliases=["пошта.укр"])

    assert letters.inside_own_domains(inside, customer)
    assert not letters.inside_own_domains("x@gmail.com", customer)
    assert not letters.inside_own_domains("x@@", customer)


# --- The desk ---------------------------------------------------------------------------------------------------------


def send(record, **values):
    return operator().post(links_url(record), form(do="send", **values), follow=True)


def test_the_desk_sends_to_the_recovery_contact_by_default_and_the_link_works(client):
    box = with_contacts()
    desk = operator()
    chosen = desk.get(links_url(box)).context["form"]["recipient"].value()
    response = desk.post(links_url(box), form(do="send", recipient=chosen), follow=True)

    (sent,) = mail.outbox
    assert sent.to == ["olena.koval@gmail.com"]
    assert "The letter was sent to olena.koval@gmail.com." in page_of(response).text
    url = next(line for line in sent.body.splitlines() if line.startswith("https://"))
    assert get(client, url.removeprefix("https://portal.example")).status_code == 200
    assert url not in response.content.decode()


def test_the_customers_contact_gets_a_link_to_a_domain():
    send(with_contacts().domain, recipient="customer")

    assert mail.outbox[0].to == ["office@gmail.com"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"recipient": "other", "other": "a@gmail.com"}, "reason"),
        ({"recipient": "other", "other": "", "reason": "asked"}, "other"),
        ({"recipient": "other", "other": "no address", "reason": "asked"}, "other"),
        ({"recipient": "other", "other": "a@firma.com.ua", "reason": "asked"}, "other"),
        ({"recipient": ""}, "recipient"),
        ({"recipient": "somebody"}, "recipient"),
    ],
)
def test_a_letter_that_should_not_go_is_not_sent_and_the_field_says_why(values, field):
    response = send(with_contacts(), **values)

    assert field in response.context["form"].errors
    assert not mail.outbox
    assert not PersonalLink.objects.exists()


@pytest.mark.parametrize("other", ["a@gmail.com", "a@firma.com.ua"])
def test_another_address_gets_the_letter_for_a_reason(other):
    send(with_contacts(), recipient="other", other=other, reason="on holiday", anyway="on")

    assert mail.outbox[0].to == [other]
    assert PersonalLink.objects.get().reason == "on holiday"


def test_a_recorded_contact_in_the_own_domains_is_warned_about():
    text = page_of(operator().get(links_url(with_contacts(recovery="boss@firma.com.ua")))).text

    assert "boss@firma.com.ua (in the customer’s own domains" in text


def test_a_mail_server_that_is_down_is_said_and_leaves_no_working_link(monkeypatch):
    monkeypatch.setattr(letters.EmailMultiAlternatives, "send", refuses(ConnectionRefusedError()))
    response = send(with_contacts(), recipient="recovery")

    assert "Nothing was sent." in page_of(response).text
    assert not PersonalLink.objects.get().works
